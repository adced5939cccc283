"""Evaluates a patient's observations on a day: findings, rule results, and one verdict per intervention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pathways.engine.conditions import Condition
from pathways.engine.currency import FindingState, Reason, Recorded, Status, recorded_states
from pathways.engine.observations import Observation
from pathways.engine.release import CompiledCondition, Release
from pathways.engine.rules import Rule
from pathways.engine.stances import Stance
from pathways.engine.terms import NOT_APPLICABLE, Known, compiled
from pathways.engine.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of
from pathways.engine.vocabulary import Derived, Finding


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all pathways together say of one intervention.

    ``stance`` is None where no rule applies. It is settled when no rule that is still unknown is stricter; otherwise
    ``needs`` names the findings that would settle it, in vocabulary order. ``governing`` are the applying rules with
    the strictest stance, ``overruled`` the milder ones, ``pending`` the stricter ones that are still unknown.
    """

    intervention: str
    stance: Stance | None
    settled: bool
    needs: tuple[str, ...]
    satisfied: bool
    governing: tuple[Rule, ...]
    overruled: tuple[Rule, ...]
    pending: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class MissingFinding:
    """A finding that open verdicts wait for, and the interventions whose verdicts they are."""

    code: str
    settles: tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """Everything that follows from a patient's observations on a day under one release.

    ``known`` holds per finding and derived finding its value, NOT_APPLICABLE, or None for unknown.
    """

    release: Release
    as_of: date
    observations: Mapping[str, Observation]
    recorded: Mapping[str, Recorded]
    findings: dict[str, FindingState]
    known: dict[str, Known]
    rules: dict[str, Truth]

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """One verdict for every intervention, in vocabulary order."""
        return {code: verdict_on(self, code, rules) for code, rules in self.release.rules_of.items()}

    @cached_property
    def missing(self) -> tuple[MissingFinding, ...]:
        """Findings that would help to settle open verdicts, the most decisive first."""
        waiting: dict[str, list[str]] = {}
        for verdict in self.verdicts.values():
            for code in verdict.needs:
                waiting.setdefault(code, []).append(verdict.intervention)
        position = self.release.vocabulary.position
        ranked = sorted(waiting, key=lambda code: (-len(waiting[code]), position[code]))
        return tuple(MissingFinding(code, tuple(waiting[code])) for code in ranked)

    def truth_of(self, condition: Condition) -> Truth:
        """Any condition over this vocabulary; the rules of the release are evaluated already."""
        return truth_in(self.known, condition)

    def awaited(self, condition: Condition) -> frozenset[str]:
        """The findings to record for an unknown condition: of each alternative that is not already false."""
        codes: set[str] = set()
        for alternative in condition.alternatives:
            truths = [(term.finding, compiled(term)(self.known[term.finding])) for term in alternative.terms]
            if all(truth is not FALSE for _, truth in truths):
                codes.update(finding for finding, truth in truths if truth is UNKNOWN)
        return frozenset().union(*(self.awaited_by(code) for code in codes))

    def awaited_by(self, code: str) -> frozenset[str]:
        """The findings to record so that this unknown finding or derived finding becomes known."""
        variable = self.release.vocabulary.variable(code)
        if isinstance(variable, Derived):
            return self.awaited(variable.when)
        recorded = self.recorded[code]
        awaited = frozenset[str]()
        if variable.asked_when is not None and self.truth_of(variable.asked_when) is UNKNOWN:
            awaited |= self.awaited(variable.asked_when)
        if recorded.fault is Reason.OVERTURNER_UNRECORDED:
            awaited |= frozenset(recorded.blocked_by)
        elif recorded.fault is not None:
            awaited |= {code}
        return awaited


def evaluate(release: Release, observations: Mapping[str, Observation], as_of: date) -> Evaluation:
    """Evaluate a patient. ``observations`` hold checked values by finding code; nothing here can fail on them."""
    recorded = recorded_states(release.vocabulary, observations, as_of)
    findings = current_findings(release, recorded)
    known = {code: known_of(state) for code, state in findings.items()}
    truths = [test(known[finding]) for finding, test in release.terms]
    rules = {key: result_of(condition, truths) for key, condition in release.compiled_rules.items()}
    return Evaluation(release, as_of, observations, recorded, findings, known, rules)


def known_of(state: FindingState) -> Known:
    return NOT_APPLICABLE if state.status is Status.NOT_APPLICABLE else state.value


def current_findings(release: Release, recorded: Mapping[str, Recorded]) -> dict[str, FindingState]:
    """Findings and derived findings, each after those that decide whether it is asked or what it is."""
    states: dict[str, FindingState] = {}
    known: dict[str, Known] = {}
    for code in release.order:
        variable = release.vocabulary.variable(code)
        if isinstance(variable, Derived):
            state = derived_state(variable, truth_in(known, variable.when))
        else:
            asked = truth_in(known, variable.asked_when) if variable.asked_when is not None else TRUE
            state = finding_state(variable, recorded[code], asked)
        states[code] = state
        known[code] = known_of(state)
    return states


def truth_in(known: Mapping[str, Known], condition: Condition) -> Truth:
    return any_of(
        all_of(compiled(term)(known[term.finding]) for term in alternative.terms)
        for alternative in condition.alternatives
    )


def finding_state(finding: Finding, recorded: Recorded, asked: Truth) -> FindingState:
    code, observation = finding.code, recorded.observation
    if asked is FALSE:
        return FindingState(code, Status.NOT_APPLICABLE, None, Reason.NOT_ASKED, observation)
    if recorded.fault is not None:
        return FindingState(code, Status.UNKNOWN, None, recorded.fault, observation, recorded.blocked_by)
    if asked is UNKNOWN or observation is None:
        return FindingState(code, Status.UNKNOWN, None, Reason.ASKED_UNKNOWN, observation)
    return FindingState(code, Status.CURRENT, observation.value, None, observation)


def derived_state(derived: Derived, holds: Truth) -> FindingState:
    if holds is UNKNOWN:
        return FindingState(derived.code, Status.UNKNOWN, None, Reason.NOT_RECORDED, None)
    value = derived.value if holds is TRUE else derived.otherwise
    return FindingState(derived.code, Status.CURRENT, value, None, None)


def result_of(condition: CompiledCondition, truths: list[Truth]) -> Truth:
    return any_of(all_of(truths[term] for term in terms) for terms in condition.alternatives)


def verdict_on(evaluation: Evaluation, intervention: str, rules: tuple[Rule, ...]) -> Verdict:
    """The strictest applicable stance governs; stricter rules that are still unknown keep it open."""
    applying = [rule for rule in rules if evaluation.rules[rule.key] is TRUE]
    strictest = max((rule.stance.strictness for rule in applying), default=0)
    governing = tuple(rule for rule in applying if rule.stance.strictness == strictest)
    pending = tuple(
        rule for rule in rules if evaluation.rules[rule.key] is UNKNOWN and rule.stance.strictness > strictest
    )
    return Verdict(
        intervention=intervention,
        stance=governing[0].stance if governing else None,
        settled=not pending,
        needs=needs_of(evaluation, pending),
        satisfied=is_satisfied(evaluation, governing),
        governing=governing,
        overruled=tuple(rule for rule in applying if rule not in governing),
        pending=pending,
    )


def needs_of(evaluation: Evaluation, pending: tuple[Rule, ...]) -> tuple[str, ...]:
    release = evaluation.release
    decisive = [rule for rule in pending if rule.key not in release.redundant]
    needs = frozenset[str]().union(*(evaluation.awaited(rule.condition) for rule in decisive))
    return release.vocabulary.in_order(needs)


def is_satisfied(evaluation: Evaluation, governing: tuple[Rule, ...]) -> bool:
    """Whether every governing rule only asks for what is current already."""
    if not governing or not governing[0].stance.is_permissive:
        return False
    return all(
        rule.answers is not None and evaluation.findings[rule.answers].status is Status.CURRENT for rule in governing
    )
