"""The second checker: counts every patient there is, without a solver, where a claim depends on few findings.

A set of patients is one long number with a bit for each; the truth tables are looked up, never rewritten as formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from pathways.engine.claims import Claim
from pathways.engine.conditions import Condition
from pathways.engine.cones import closed, cone_of, findings_among
from pathways.engine.regions import Region
from pathways.engine.release import Release
from pathways.engine.stances import STRICTNESS, Stance
from pathways.engine.terms import NOT_APPLICABLE, Known, compiled
from pathways.engine.truth import AND, FALSE, OR, TRUE, UNKNOWN, Truth
from pathways.engine.vocabulary import Derived

MOST_PATIENTS = 2_000_000
MOST_KEPT = 3  # Sets of millions of patients take memory.

Patients = int  # One bit for each patient.
Split = dict[Truth, Patients]  # Every patient stands under exactly one truth.


class Enumeration:
    """A view whose formulas are sets of patients: every combination of the findings it was made for."""

    def __init__(
        self,
        release: Release,
        regions: Mapping[str, tuple[Region, ...]],
        findings: tuple[str, ...],
        moved: Mapping[str, int] | None = None,
    ) -> None:
        self.release = release
        self.regions = regions
        self.findings = findings
        self.moved = dict(moved or {})
        self.count = number_of_patients(regions, findings)
        self.everybody: Patients = (1 << self.count) - 1
        self.variables: dict[str, dict[Known, Patients]] = {}
        self.rules: dict[str, Split] = {}
        self.verdicts: dict[str, tuple[dict[Stance | None, Patients], Patients]] = {}
        self.moves: dict[tuple[str, int], Enumeration] = {}

    def every(self, parts: Iterable[Patients]) -> Patients:
        found = self.everybody
        for part in parts:
            found &= part
        return found

    def some(self, parts: Iterable[Patients]) -> Patients:
        found = 0
        for part in parts:
            found |= part
        return found

    def negation(self, part: Patients) -> Patients:
        return self.everybody ^ part

    def recorded_in(self, code: str) -> list[Patients]:
        """The patients with each region of a finding; those of none have not recorded it."""
        if code in self.moved:
            return [
                self.everybody if position == self.moved[code] else 0 for position in range(len(self.regions[code]))
            ]
        stride = number_of_patients(self.regions, self.findings[: self.findings.index(code)])
        size = len(self.regions[code])
        return [repeated(((1 << stride) - 1) << (position * stride), stride * (size + 1), self.count)
                for position in range(size)]  # fmt: skip

    def variable(self, code: str) -> dict[Known, Patients]:
        """The patients for whom a finding has each value, is not applicable, or is unknown."""
        if code not in self.variables:
            variable = self.release.vocabulary.variable(code)
            if isinstance(variable, Derived):
                split = self.truth(variable.when)
                found: dict[Known, Patients] = {
                    variable.value: split[TRUE], variable.otherwise: split[FALSE], None: split[UNKNOWN],
                }  # fmt: skip
            else:
                asked = self.truth(variable.asked_when) if variable.asked_when is not None else self.always()
                found = {NOT_APPLICABLE: asked[FALSE]}
                for region, patients in zip(self.regions[code], self.recorded_in(code), strict=True):
                    found[region.value] = patients & asked[TRUE]
                found[None] = self.everybody ^ self.some(found.values())
            self.variables[code] = found
        return self.variables[code]

    def always(self) -> Split:
        return {TRUE: self.everybody, FALSE: 0, UNKNOWN: 0}

    def never(self) -> Split:
        return {TRUE: 0, FALSE: self.everybody, UNKNOWN: 0}

    def truth(self, condition: Condition) -> Split:
        whole = self.never()
        for alternative in condition.alternatives:
            part = self.always()
            for term in alternative.terms:
                test = compiled(term)
                split = {TRUE: 0, FALSE: 0, UNKNOWN: 0}
                for value, patients in self.variable(term.finding).items():
                    split[test(value)] |= patients
                part = looked_up(AND, part, split)
            whole = looked_up(OR, whole, part)
        return whole

    def rule(self, key: str) -> Split:
        if key not in self.rules:
            self.rules[key] = self.truth(self.release.rules[key].condition)
        return self.rules[key]

    def verdict(self, intervention: str) -> tuple[dict[Stance | None, Patients], Patients]:
        """The patients with each stance, and those whose verdict is settled: from the strictest stance down."""
        if intervention not in self.verdicts:
            undecided, waiting, settled = self.everybody, 0, 0
            given: dict[Stance | None, Patients] = {}
            for stance in sorted(Stance, key=STRICTNESS.__getitem__, reverse=True):
                splits = [self.rule(rule.key) for rule in self.release.rules_of[intervention] if rule.stance is stance]
                given[stance] = undecided & self.some(split[TRUE] for split in splits)
                settled |= given[stance] & ~waiting
                undecided &= ~given[stance]
                waiting |= self.some(split[UNKNOWN] for split in splits)
            given[None] = undecided
            self.verdicts[intervention] = given, settled | (undecided & ~waiting)
        return self.verdicts[intervention]

    def recorded(self, code: str) -> Patients:
        return self.some(self.recorded_in(code))

    def known(self, code: str) -> Patients:
        return self.everybody ^ self.variable(code)[None]

    def has_value(self, code: str, value: str) -> Patients:
        return self.variable(code).get(value, 0)

    def holds(self, condition: Condition) -> Patients:
        return self.truth(condition)[TRUE]

    def applies(self, key: str) -> Patients:
        return self.rule(key)[TRUE]

    def gives(self, intervention: str, stance: Stance | None) -> Patients:
        return self.verdict(intervention)[0][stance]

    def settled(self, intervention: str) -> Patients:
        return self.verdict(intervention)[1]

    def lies_in(self, code: str, region: int) -> Patients:
        return self.recorded_in(code)[region]

    def moved_to(self, code: str, region: int) -> Enumeration:
        if (code, region) not in self.moves:
            moved = self.moved | {code: region}
            self.moves[code, region] = Enumeration(self.release, self.regions, self.findings, moved)
        return self.moves[code, region]


def number_of_patients(regions: Mapping[str, tuple[Region, ...]], findings: Iterable[str]) -> int:
    """Each finding has one of its regions, or is not recorded."""
    return prod(len(regions[code]) + 1 for code in findings)


def repeated(pattern: Patients, period: int, count: int) -> Patients:
    while period < count:
        pattern |= pattern << period
        period *= 2
    return pattern & ((1 << count) - 1)


def looked_up(table: Mapping[tuple[Truth, Truth], Truth], left: Split, right: Split) -> Split:
    found = {TRUE: 0, FALSE: 0, UNKNOWN: 0}
    for (one, other), result in table.items():
        found[result] |= left[one] & right[other]
    return found


class SecondChecker:
    """Keeps what has been counted, because many claims depend on the same findings."""

    def __init__(self, release: Release, regions: Mapping[str, tuple[Region, ...]]) -> None:
        self.release = release
        self.regions = regions
        self.counted: dict[tuple[str, ...], Enumeration] = {}

    def exists(self, claim: Claim) -> bool | None:
        """Whether there is such a patient, or None where there are too many to look at."""
        findings = findings_among(self.release, closed(self.release, cone_of(self.release, claim)))
        if number_of_patients(self.regions, findings) > MOST_PATIENTS:
            return None
        if findings not in self.counted:
            if len(self.counted) >= MOST_KEPT:
                del self.counted[next(iter(self.counted))]
            self.counted[findings] = Enumeration(self.release, self.regions, findings)
        return self.counted[findings].everybody & claim.stated(self.counted[findings]) != 0
