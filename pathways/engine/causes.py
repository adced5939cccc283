"""What counts as the same verdict, and how two sides share the cause of a change."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from pathways.engine.evaluation import Verdict

Outcome = tuple[object, ...]
Outcomes = Callable[[Verdict | None], Outcome]


class Cause(Enum):
    """In the order in which they are told."""

    PATIENT = "findings are recorded differently"
    TIME = "a finding stopped counting because of its age"
    GUIDANCE = "the guidance says something else"


class Share(Enum):
    """How two sides share a change."""

    FIRST = "only the first"
    SECOND = "only the second"
    EITHER = "each alone would have done it"
    TOGETHER = "neither alone would have changed anything"
    BOTH = "each has its part"


def outcome(verdict: Verdict | None) -> Outcome:
    """What counts as the same verdict."""
    if verdict is None:
        return (None, True, False)
    return (verdict.stance, verdict.settled, verdict.satisfied)


def reasons(verdict: Verdict | None) -> Outcome:
    """The governing rules and what they say; two rules that changed their names say the same."""
    return tuple(sorted((rule.professional, rule.lifted_by) for rule in verdict.governing)) if verdict else ()


def shared(start: Outcome, first: Outcome, second: Outcome, end: Outcome) -> Share:
    """``first`` and ``second`` are the outcomes where only that side has changed; ``start`` and ``end`` differ."""
    if first == end:
        return Share.EITHER if second == end else Share.FIRST
    if second == end:
        return Share.SECOND
    return Share.TOGETHER if first == start == second else Share.BOTH
