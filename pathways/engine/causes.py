"""What counts as the same verdict and the same rule, and how two sides share the cause of a change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum

from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.rules import Rule

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


def rules_apart(intervention: str, old: Evaluation, new: Evaluation) -> tuple[str, ...]:
    """Rules that were added, removed, say something else or come out differently; those that decide, if any do."""
    before, after = rules_of(old, intervention), rules_of(new, intervention)
    apart = [key for key in dict.fromkeys((*after, *before)) if not alike(key, old, new)]
    verdicts = (new.verdicts.get(intervention), old.verdicts.get(intervention))
    decisive = {rule.key for one in verdicts if one for rule in (*one.governing, *one.pending)}
    return tuple(key for key in apart if key in decisive) or tuple(apart)


def rules_of(evaluation: Evaluation, intervention: str) -> Collection[str]:
    return [rule.key for rule in evaluation.release.rules_of.get(intervention, ())]


def alike(key: str, old: Evaluation, new: Evaluation) -> bool:
    one, other = old.release.rules.get(key), new.release.rules.get(key)
    if one is None or other is None:
        return False
    return says(one) == says(other) and old.rules[key] is new.rules[key]


def says(rule: Rule) -> tuple[object, ...]:
    return (rule.stance, rule.professional, rule.lifted_by, rule.answers)
