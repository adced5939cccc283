"""Finds thresholds of one number that leave a hole or overlap: perhaps by accident, which a person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from pathways.engine.claims import Claim, FallsThrough, FallsTwice
from pathways.engine.cones import closed
from pathways.engine.proofs import CheckKind, CheckResult
from pathways.engine.prover import Check, Prover, failed, passed
from pathways.engine.regions import range_in_words
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Derived, Finding, Kind


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring regions of a number in which the same fault is found: the positions of the first and the last."""

    first: int
    last: int


def threshold_checks(prover: Prover) -> Iterator[Check]:
    vocabulary = prover.release.vocabulary
    for number in vocabulary.findings.values():
        if number.kind is not Kind.NUMBER:
            continue
        for derived in vocabulary.derived.values():
            if number.code in closed(prover.release, [derived.code]):
                subject = f"hole: {derived.code}: {number.code}"
                yield Check(CheckKind.HOLE, subject, partial(derived_holes, prover, number, derived))
        for intervention in vocabulary.interventions:
            rules = rules_on(prover, number, intervention)
            if rules:
                subject = f"{intervention}: {number.code}"
                yield Check(CheckKind.HOLE, f"hole: {subject}", partial(holes, prover, number, intervention))
                overlapping = partial(overlaps, prover, number, intervention, rules)
                yield Check(CheckKind.OVERLAP, f"overlap: {subject}", overlapping)


def rules_on(prover: Prover, number: Finding, intervention: str) -> list[Rule]:
    """The rules on an intervention that depend on a number, directly or through what is derived from it."""
    release = prover.release
    return [
        rule for rule in release.rules_of[intervention] if number.code in closed(release, rule.condition.findings())
    ]


def holes(prover: Prover, number: Finding, intervention: str) -> list[CheckResult]:
    regions = len(prover.regions[number.code])

    def claim(region: int) -> Claim:
        return FallsThrough(number.code, region, regions, intervention)

    return said_of_holes(prover, number, intervention, claim)


def derived_holes(prover: Prover, number: Finding, derived: Derived) -> list[CheckResult]:
    regions = len(prover.regions[number.code])

    def claim(region: int) -> Claim:
        return FallsThrough(number.code, region, regions, derived=(derived.code, derived.value))

    return said_of_holes(prover, number, derived.code, claim)


def said_of_holes(prover: Prover, number: Finding, where: str, claim: Callable[[int], Claim]) -> list[CheckResult]:
    found = stretches(prover, number, claim)
    if not found:
        text = f"No patient falls between two thresholds of {number.label}."
        return [passed(CheckKind.HOLE, f"hole: {where}: {number.code}", text)]
    results = []
    for stretch in found:
        values = in_words(prover, number, stretch)
        text = f"With {values} nothing is said of the same patient for whom something is said below and above."
        interventions = (where,) if where in prover.release.vocabulary.interventions else ()
        example = prover.example(claim(stretch.first), fewest=True)
        witness = example.witness(interventions) if example else None
        results.append(unless_intended(prover, failed(CheckKind.HOLE, f"hole: {where}: {values}", text, witness)))
    return results


def overlaps(prover: Prover, number: Finding, intervention: str, rules: list[Rule]) -> list[CheckResult]:
    """Rules of different stances only: two that say the same may overlap."""
    regions = len(prover.regions[number.code])
    results = []
    for one, other in combinations(rules, 2):
        if one.stance is other.stance:
            continue
        pair = (one.key, other.key)

        def claim(region: int, pair: tuple[str, str] = pair) -> Claim:
            return FallsTwice(number.code, region, regions, pair)

        for stretch in stretches(prover, number, claim):
            values = in_words(prover, number, stretch)
            text = f"With {values} both {one.key} ({one.stance.value}) and {other.key} ({other.stance.value}) apply."
            example = prover.example(claim(stretch.first), fewest=True)
            witness = example.witness((intervention,), pair) if example else None
            subject = f"overlap: {one.key}, {other.key}: {values}"
            results.append(unless_intended(prover, failed(CheckKind.OVERLAP, subject, text, witness, pair)))
    text = f"No two rules of different stances overlap at their thresholds of {number.label}."
    return results or [passed(CheckKind.OVERLAP, f"overlap: {intervention}: {number.code}", text)]


def stretches(prover: Prover, number: Finding, claim: Callable[[int], Claim]) -> list[Stretch]:
    """Where a claim is true, as stretches of neighbouring regions; only regions between others come into question."""
    found: list[Stretch] = []
    for region in range(1, len(prover.regions[number.code]) - 1):
        if prover.exists(claim(region)):
            if found and found[-1].last == region - 1:
                found[-1] = replace(found[-1], last=region)
            else:
                found.append(Stretch(region, region))
    return found


def in_words(prover: Prover, number: Finding, stretch: Stretch) -> str:
    regions = prover.regions[number.code]
    first, last = regions[stretch.first], regions[stretch.last]
    return range_in_words(number, replace(first, high=last.high, has_high=last.has_high))


def unless_intended(prover: Prover, result: CheckResult) -> CheckResult:
    intended = prover.release.safeguards.intended.get(result.subject)
    if intended is None:
        return result
    return replace(result, proved=True, text=f"Marked as intended: {intended.reason}")
