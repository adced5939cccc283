"""Texts compared sentence by sentence, and word by word inside a sentence that changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

# The blank in front belongs to a sentence, so that one added at the end leaves the others as they are.
SENTENCE = re.compile(r"\s*(?:\S.*?(?:[.!?]+(?=\s)|(?=\n)|\Z)|\Z)", re.DOTALL)
LINE = re.compile(r"\n?[^\n]*")
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WORD = re.compile(r"\w+")
ALIKE = 0.45  # sentences less alike than this are shown as one removed and one added
MOST_COMPARED = 1_000_000  # pairs; beyond, the old text is shown as removed and the new as added


class Change(Enum):
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of a unit only; its runs are kept, added and removed


@dataclass(frozen=True, slots=True)
class Run:
    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a line."""

    change: Change
    runs: tuple[Run, ...]


def words_difference(old: str, new: str) -> tuple[Unit, ...]:
    """Sentence by sentence. The runs kept and added are the new text, the runs kept and removed the old."""
    return tuple(units(pieces(SENTENCE, old), pieces(SENTENCE, new)))


def line_difference(old: str, new: str) -> tuple[Unit, ...]:
    return tuple(units(pieces(LINE, old), pieces(LINE, new)))


def new_text(difference: Iterable[Unit]) -> str:
    return "".join(run.text for unit in difference for run in unit.runs if run.change is not Change.REMOVED)


def old_text(difference: Iterable[Unit]) -> str:
    return "".join(run.text for unit in difference for run in unit.runs if run.change is not Change.ADDED)


def pieces(pattern: re.Pattern[str], text: str) -> list[str]:
    """The text cut up; joined again it is the text."""
    return [piece for piece in pattern.findall(text) if piece]


def units(old: Sequence[str], new: Sequence[str]) -> Iterator[Unit]:
    if len(old) * len(new) > MOST_COMPARED:
        yield from (*(whole(Change.REMOVED, text) for text in old), *(whole(Change.ADDED, text) for text in new))
        return
    matcher = SequenceMatcher(None, [text.strip() for text in old], [text.strip() for text in new], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            for before, after in zip(old[start:end], new[new_start:new_end], strict=True):
                yield Unit(Change.KEPT, blank_aware(before, after))
        else:
            yield from replaced(old[start:end], new[new_start:new_end])


def blank_aware(before: str, after: str) -> tuple[Run, ...]:
    """One run where nothing but the blanks around a sentence may differ."""
    return (Run(Change.KEPT, after),) if before == after else runs(before, after)


def replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Unit]:
    """Each old sentence beside the first of the new ones that is like it; in between, removed and then added."""
    remaining = list(new)
    for before in old:
        position = next((place for place, after in enumerate(remaining) if alike(before, after)), None)
        if position is None:
            yield whole(Change.REMOVED, before)
            continue
        for after in remaining[:position]:
            yield whole(Change.ADDED, after)
        yield Unit(Change.CHANGED, runs(before, remaining[position]))
        remaining = remaining[position + 1 :]
    for after in remaining:
        yield whole(Change.ADDED, after)


def alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, WORD.findall(old), WORD.findall(new), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def whole(change: Change, text: str) -> Unit:
    return Unit(change, (Run(change, text),))


def runs(old: str, new: str) -> tuple[Run, ...]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if len(before) * len(after) > MOST_COMPARED:
        return (Run(Change.REMOVED, old), Run(Change.ADDED, new))
    found: list[Run] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Run(Change.KEPT, "".join(before[start:end])))
            continue
        if start < end:
            found.append(Run(Change.REMOVED, "".join(before[start:end])))
        if new_start < new_end:
            found.append(Run(Change.ADDED, "".join(after[new_start:new_end])))
    return tuple(found)
