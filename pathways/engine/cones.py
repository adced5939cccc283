"""Which findings a claim can depend on at all."""

from __future__ import annotations

from collections.abc import Iterable

from pathways.engine.claims import Claim
from pathways.engine.conditions import Condition
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Derived


class Cone:
    """A view that notes every variable a claim looks at. Its formulas say nothing."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.codes: set[str] = set()

    def every(self, parts: Iterable[None]) -> None:
        for _ in parts:
            pass

    def some(self, parts: Iterable[None]) -> None:
        self.every(parts)

    def negation(self, part: None) -> None:
        return None

    def recorded(self, code: str) -> None:
        self.codes.add(code)

    def known(self, code: str) -> None:
        self.codes.add(code)

    def has_value(self, code: str, value: str) -> None:
        self.codes.add(code)

    def holds(self, condition: Condition) -> None:
        self.codes |= condition.findings()

    def applies(self, key: str) -> None:
        self.holds(self.release.rules[key].condition)

    def gives(self, intervention: str, stance: Stance | None) -> None:
        for rule in self.release.rules_of[intervention]:
            self.holds(rule.condition)

    def settled(self, intervention: str) -> None:
        self.gives(intervention, None)

    def lies_in(self, code: str, region: int) -> None:
        self.codes.add(code)

    def moved_to(self, code: str, region: int) -> Cone:
        return self


def cone_of(release: Release, claim: Claim) -> frozenset[str]:
    """The findings and derived findings that decide whether a claim is true of a patient."""
    cone = Cone(release)
    claim.stated(cone)
    return closed(release, cone.codes)


def cone_of_verdict(release: Release, intervention: str) -> frozenset[str]:
    """Every finding and derived finding that the verdict depends on.

    What merely overtakes one of them is left out: an event that makes a result count no more changes no fact.
    """
    rules = release.rules_of.get(intervention, ())
    tested = frozenset[str]().union(*(rule.condition.findings() for rule in rules))
    return closed(release, tested | {rule.answers for rule in rules if rule.answers is not None})


def overtaking(release: Release, codes: Iterable[str]) -> frozenset[str]:
    """The findings whose events make a result among these count no more."""
    findings = release.vocabulary.findings
    return frozenset(term.finding for code in codes if code in findings for term in findings[code].overtaken_by)


def closed(release: Release, codes: Iterable[str]) -> frozenset[str]:
    """With everything that decides whether a finding is asked, or what a derived finding is."""
    waiting, found = list(codes), set[str]()
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(direct(release, code))
    return frozenset(found)


def direct(release: Release, code: str) -> frozenset[str]:
    variable = release.vocabulary.variable(code)
    if isinstance(variable, Derived):
        return variable.when.findings()
    return variable.asked_when.findings() if variable.asked_when is not None else frozenset()


def findings_among(release: Release, codes: Iterable[str]) -> tuple[str, ...]:
    """The recordable findings among these, in vocabulary order."""
    wanted = set(codes)
    return tuple(code for code in release.vocabulary.findings if code in wanted)
