"""How far changed findings carry a verdict: nowhere, open again, to another verdict, or to a permission."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from pathways.engine.conditions import Condition
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.explain import true_alternatives
from pathways.engine.possible_changes import Change, is_for_good, with_changes
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from pathways.engine.truth import FALSE, TRUE, UNKNOWN


class Reach(Enum):
    """How far a set of changes gets; a larger set is offered only where it gets further than its parts.

    From what reopens a verdict, or gives another one, only a permission is further: a patient who is worse besides is
    no way out.
    """

    NOWHERE = 0
    NOT_SETTLED = 1
    ANOTHER_VERDICT = 2
    PERMISSION = 3

    def is_further_than(self, other: Reach) -> bool:
        return other is Reach.NOWHERE or (self is Reach.PERMISSION and other is not Reach.PERMISSION)


def is_open(verdict: Verdict) -> bool:
    """No advice yet: something that is still missing could rule out what is permitted so far."""
    return not verdict.settled and (verdict.stance is None or verdict.stance.is_permissive)


def is_stricter(then: Verdict, now: Verdict) -> bool:
    """A recommendation in the place of a consideration rules nothing out."""
    if then.stance is None or then.stance.is_permissive:
        return False
    return now.stance is None or then.stance.strictness > now.stance.strictness


def is_only_unknown(now: Verdict, before: Evaluation, after: Evaluation) -> bool:
    """Safety: a reason that governed and is merely not known any more was not lifted."""
    return any(
        after.truth_of(Condition((reason,))) is UNKNOWN
        for rule in now.governing
        for reason in true_alternatives(before, rule.condition)
    )


def only_replaces(now: Verdict, then: Verdict) -> bool:
    """Safety: a prohibition that only the change itself brings, such as that of a new bleed, softens no other one."""
    if is_stricter(then, now) or not (speaks_against(now) and speaks_against(then)):
        return False
    applied = {rule.key for rule in (*now.governing, *now.overruled)}
    return all(rule.key not in applied for rule in then.governing)


def speaks_against(verdict: Verdict) -> bool:
    return verdict.stance is not None and verdict.stance.strictness >= Stance.AVOID.strictness


def leaves_scope(now: Verdict, before: Evaluation, after: Evaluation) -> bool:
    """Whether a pathway that spoke no longer looks at the patient: that lifts nothing of what it says."""
    spoke = {rule.pathway for rule in (*now.governing, *now.pending)}
    scopes = [pathway.scope for pathway in before.release.pathways if pathway.code in spoke]
    return any(before.truth_of(scope) is TRUE and after.truth_of(scope) is FALSE for scope in scopes)


def needs_harm(now: Verdict, then: Verdict, before: Evaluation, changes: Iterable[Change]) -> bool:
    """Safety: nobody bleeds in order that something may be given; that is never offered as what would lift it."""
    if now.stance is None or now.stance.is_permissive or is_stricter(then, now):
        return False
    findings, observed = before.release.vocabulary.findings, before.observations
    return any(
        all(is_for_good(findings[change.finding], observed.get(change.finding), value) for value in change.values)
        for change in changes
    )


def reach_of(before: Evaluation, after: Evaluation, intervention: str) -> Reach:
    now, then = before.verdicts[intervention], after.verdicts[intervention]
    is_settled_by_it = then.settled and is_open(now)
    if (then.stance is now.stance and not is_settled_by_it) or is_only_unknown(now, before, after):
        return Reach.NOWHERE
    if only_replaces(now, then):
        return Reach.NOWHERE
    if is_open(then):
        return Reach.NOWHERE if is_open(now) else Reach.NOT_SETTLED
    return Reach.PERMISSION if then.stance is not None and then.stance.is_permissive else Reach.ANOTHER_VERDICT


def evaluated_after(evaluation: Evaluation, release: Release, changes: Iterable[Change]) -> Evaluation:
    observations = with_changes(evaluation.observations, changes, release.vocabulary, evaluation.as_of)
    return evaluate(release, observations, evaluation.as_of)
