"""A verdict in two words and a shape, for tables that set one beside another."""

from dataclasses import dataclass

from pathways.advice_classes import NOT_ADDRESSED, NOT_SETTLED, OF_STANCE, class_of
from pathways.engine.evaluation import Verdict
from pathways.engine.release import Release


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """`code` names the shape; `detail` says what a missing finding could still do to it."""

    code: str
    word: str
    detail: str


UNKNOWN_INTERVENTION = VerdictWords(NOT_ADDRESSED.code, "Not in this guidance", "")
# Safety: "not settled yet" is another kind of nothing than "the guidance does not speak here". HZ-4
NOTHING_YET = VerdictWords(NOT_ADDRESSED.code, "No advice yet", "not settled: a missing finding could change that")


def verdict_words(verdict: Verdict | None) -> VerdictWords:
    if verdict is None:
        return UNKNOWN_INTERVENTION
    if verdict.stance is None and not verdict.settled:
        return NOTHING_YET
    advice = class_of(verdict)
    return VerdictWords(advice.code, advice.word, detail_of(verdict))


def detail_of(verdict: Verdict) -> str:
    """Safety: two verdicts that differ only in being settled never look the same. HZ-4"""
    if verdict.settled:
        return ""
    if verdict.stance is not None and class_of(verdict) is NOT_SETTLED:
        return f"so far: {OF_STANCE[verdict.stance].word}"
    if verdict.stance is not None and verdict.stance.is_prohibition:
        return "holds; a missing finding could only make it stricter"
    return "provisional: a missing finding could make it stricter"


def intervention_label(code: str, *releases: Release) -> str:
    """In the words of the first release that knows it."""
    known = (release.vocabulary.interventions.get(code) for release in releases)
    return next((one.label for one in known if one is not None), code)
