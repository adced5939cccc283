"""What was added to a text and what was removed from it, run by run, for the pages that show both."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pathways.editing.differences.words import Change, words_difference

MARKS = {Change.ADDED: "added", Change.REMOVED: "removed"}


@dataclass(frozen=True, slots=True)
class TextRun:
    """`mark` is "added", "removed", or nothing where the text stayed."""

    text: str
    mark: str


def text_difference(old: str, new: str) -> tuple[TextRun, ...]:
    """Empty where neither side says anything. Neighbours of one kind are one run, so that it is said once."""
    runs = [(MARKS.get(run.change, ""), run.text) for unit in words_difference(old, new) for run in unit.runs]
    together = groupby(runs, key=itemgetter(0))
    return tuple(TextRun("".join(text for _, text in one_kind), mark) for mark, one_kind in together)
