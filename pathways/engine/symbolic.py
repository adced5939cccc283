"""The compiled release as formulas over one patient of whom nothing is fixed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from pathways.engine.conditions import Condition
from pathways.engine.logic import Formula, Logic
from pathways.engine.regions import Region
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from pathways.engine.terms import NOT_APPLICABLE, Known, Value, compiled
from pathways.engine.truth import FALSE, TRUE, Truth
from pathways.engine.vocabulary import Derived, Finding


class Anybody:
    """The unknowns: of each finding whether it is recorded with a value of each of its regions, and how old it is.

    A finding with none of its regions is not recorded. Ages, in days, exist for the findings of ``aged`` only.
    """

    def __init__(
        self, logic: Logic, regions: Mapping[str, tuple[Region, ...]], aged: Collection[str] = (), oldest: int = 0
    ) -> None:
        self.regions = regions
        self.holds = {
            code: [logic.boolean(f"{code}:{position}") for position in range(len(cut))] for code, cut in regions.items()
        }
        self.recorded = {code: logic.some(holds) for code, holds in self.holds.items()}
        self.age = {code: logic.integer(f"{code}:age") for code in aged}
        one_value = [logic.z3.AtMost(*holds, 1) for holds in self.holds.values() if len(holds) > 1]
        self.background = [*one_value, *(part for age in self.age.values() for part in (age >= 0, age <= oldest))]


@dataclass(frozen=True, slots=True)
class Kleene:
    """When a condition is true, and when it is false; otherwise it is unknown."""

    true: Formula
    false: Formula


@dataclass(frozen=True, slots=True)
class State:
    """When a finding is current with each value, and when it is not applicable; otherwise it is unknown."""

    current: tuple[tuple[Value, Formula], ...]
    not_applicable: Formula


class Encoding:
    """What a release makes of anybody: a `claims.View` whose formulas are the solver's.

    ``aged`` names the findings whose age and overtaking are followed. Any other finding counts where it is recorded,
    which is exact: one that is too old or overtaken reads like one that is not recorded.
    """

    def __init__(
        self, release: Release, logic: Logic, anybody: Anybody, moved: Mapping[str, int] | None = None
    ) -> None:
        self.release = release
        self.logic = logic
        self.anybody = anybody
        self.moved = dict(moved or {})
        self.every, self.some, self.negation = logic.every, logic.some, logic.negation
        self.states: dict[str, State] = {}
        self.rules: dict[str, Kleene] = {}
        self.terms: dict[int, Kleene] = {}
        self.strict: dict[tuple[str, int], Formula] = {}
        self.moves: dict[tuple[str, int], Encoding] = {}

    # Findings

    def counts(self, code: str) -> list[Formula]:
        """When the finding is recorded with each region, and is neither too old nor overtaken."""
        if code in self.moved:
            return [position == self.moved[code] for position in range(len(self.anybody.regions[code]))]
        holds = self.anybody.holds.get(code, [])
        if code not in self.anybody.age:
            return holds
        stands = self.every(self.grounds_to_stand(self.release.vocabulary.findings[code]))
        return [self.every([hold, stands]) for hold in holds]

    def grounds_to_stand(self, finding: Finding) -> list[Formula]:
        anybody, age = self.anybody, self.anybody.age[finding.code]
        grounds = [] if finding.valid_days is None else [age <= finding.valid_days]
        for term in finding.overtaken_by:
            grounds.append(self.some([anybody.recorded.get(term.finding, False), age == 0]))
            recorded = zip(anybody.regions.get(term.finding, ()), anybody.holds.get(term.finding, ()), strict=True)
            for region, hold in recorded:
                if compiled(term)(region.value) is TRUE:
                    grounds.append(self.negation(self.every([hold, anybody.age[term.finding] < age])))
        return grounds

    def state(self, code: str) -> State:
        if code not in self.states:
            variable = self.release.vocabulary.variable(code)
            self.states[code] = self.derived(variable) if isinstance(variable, Derived) else self.found(variable)
        return self.states[code]

    def derived(self, derived: Derived) -> State:
        when = self.condition(derived.when)
        return State(((derived.value, when.true), (derived.otherwise, when.false)), not_applicable=False)

    def found(self, finding: Finding) -> State:
        asked = self.condition(finding.asked_when) if finding.asked_when is not None else Kleene(true=True, false=False)
        counts = zip(self.anybody.regions.get(finding.code, ()), self.counts(finding.code), strict=True)
        current = tuple((region.value, self.every([hold, asked.true])) for region, hold in counts)
        return State(current, asked.false)

    # Conditions

    def term(self, finding: str, test: Callable[[Known], Truth]) -> Kleene:
        """The term's truth table, row by row, from the very function that evaluates it."""
        state = self.state(finding)
        rows = [(test(value), formula) for value, formula in state.current]
        rows.append((test(NOT_APPLICABLE), state.not_applicable))
        return Kleene(
            self.some(formula for truth, formula in rows if truth is TRUE),
            self.some(formula for truth, formula in rows if truth is FALSE),
        )

    def alternatives(self, alternatives: Iterable[Iterable[Kleene]]) -> Kleene:
        listed = [list(terms) for terms in alternatives]
        return Kleene(
            self.some(self.every(term.true for term in terms) for terms in listed),
            self.every(self.some(term.false for term in terms) for terms in listed),
        )

    def condition(self, condition: Condition) -> Kleene:
        return self.alternatives(
            [self.term(term.finding, compiled(term)) for term in alternative.terms]
            for alternative in condition.alternatives
        )

    def compiled_term(self, position: int) -> Kleene:
        if position not in self.terms:
            self.terms[position] = self.term(*self.release.terms[position])
        return self.terms[position]

    def rule(self, key: str) -> Kleene:
        if key not in self.rules:
            alternatives = self.release.compiled_rules[key].alternatives
            self.rules[key] = self.alternatives([self.compiled_term(term) for term in terms] for terms in alternatives)
        return self.rules[key]

    # Verdicts

    def at_least(self, intervention: str, strictness: int) -> Formula:
        """Some rule that is as strict as this applies."""
        if (intervention, strictness) not in self.strict:
            rules = self.release.rules_of[intervention]
            self.strict[intervention, strictness] = self.some(
                self.rule(rule.key).true for rule in rules if rule.stance.strictness >= strictness
            )
        return self.strict[intervention, strictness]

    def gives(self, intervention: str, stance: Stance | None) -> Formula:
        strictness = stance.strictness if stance is not None else 0
        stricter = self.negation(self.at_least(intervention, strictness + 1))
        if stance is None:
            return stricter
        rules = self.release.rules_of[intervention]
        return self.every([self.some(self.rule(rule.key).true for rule in rules if rule.stance is stance), stricter])

    def settled(self, intervention: str) -> Formula:
        """Every rule is false, unless one as strict applies."""
        return self.every(
            self.some([self.rule(rule.key).false, self.at_least(intervention, rule.stance.strictness)])
            for rule in self.release.rules_of[intervention]
        )

    # What else a claim may say

    def recorded(self, code: str) -> Formula:
        return self.some(self.counts(code))

    def known(self, code: str) -> Formula:
        state = self.state(code)
        return self.some([state.not_applicable, *(formula for _, formula in state.current)])

    def has_value(self, code: str, value: str) -> Formula:
        return self.some(formula for found, formula in self.state(code).current if found == value)

    def holds(self, condition: Condition) -> Formula:
        return self.condition(condition).true

    def applies(self, key: str) -> Formula:
        return self.rule(key).true

    def lies_in(self, code: str, region: int) -> Formula:
        return self.counts(code)[region]

    def moved_to(self, code: str, region: int) -> Encoding:
        if (code, region) not in self.moves:
            moved = self.moved | {code: region}
            self.moves[code, region] = Encoding(self.release, self.logic, self.anybody, moved)
        return self.moves[code, region]
