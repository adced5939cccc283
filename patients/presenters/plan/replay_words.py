"""What a replay found, in words: for the care plan's page and for the lines of the command."""

from typing import Any

from pathways.advice_classes import OF_STANCE
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from patients.replay import ABSENT, Difference, Replay

STATES = {"true": "applies", "false": "does not apply", "unknown": "unknown"}
FIELDS = {"stance": "advice", "settled": "settled", "needs": "needs", "satisfied": "already done"}


def replay_sentence(replay: Replay, version: str) -> str:
    if replay.problem is not None:
        return f"Cannot be replayed. {replay.problem.sentence}"
    if not replay.differences:
        return f"Replayed by version {version}: identical."
    count = len(replay.differences)
    number = "1 difference" if count == 1 else f"{count} differences"
    return f"Replayed by version {version}: {number}. The plan stands as signed; tell the content team."


def difference_sentence(difference: Difference, release: Release | None) -> str:
    """ "Whole-brain radiotherapy, advice: signed as Consider, now Not advised" """
    stored, now = (value_words(difference.field, one, release) for one in (difference.stored, difference.now))
    return f"{subject_words(difference, release)}: signed as {stored}, now {now}"


def subject_words(difference: Difference, release: Release | None) -> str:
    match difference.part:
        case "verdicts":
            field = FIELDS.get(difference.field, difference.field)
            return ", ".join(part for part in (label_of(difference.subject, release), field) if part)
        case "rules":
            return f"Rule {difference.subject}"
        case "evaluated":
            return "The stored evaluation"
        case _:
            return f"{label_of(difference.subject, release)}, why it does not count"


def label_of(code: str, release: Release | None) -> str:
    """In the words of the plan's own guidance; the bare code where that does not have it (any more)."""
    if release is not None:
        for known in (release.vocabulary.interventions, release.vocabulary.findings):
            if code in known:
                return known[code].label
    return code


def value_words(field: str, value: Any, release: Release | None) -> str:
    if value == ABSENT:
        return "not there"
    if field == "stance":
        return "no advice" if value is None else stance_words(str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(label_of(str(one), release) for one in value) or "nothing"
    return STATES.get(str(value), str(value))


def stance_words(value: str) -> str:
    try:
        return f"“{OF_STANCE[Stance(value)].word}”"
    except (KeyError, ValueError):  # of an older or newer engine
        return f"“{value}”"
