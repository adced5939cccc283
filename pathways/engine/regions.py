"""Cuts the values of a finding into regions that no condition can tell apart, so that every patient can be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, floor

from pathways.engine.conditions import Condition, Term
from pathways.engine.decimals import EXACT, in_words
from pathways.engine.observations import BadFinding, read_observation
from pathways.engine.release import Release
from pathways.engine.terms import Value, compiled
from pathways.engine.truth import Truth
from pathways.engine.vocabulary import Finding, Kind

ANY_DAY = date(2026, 11, 22)
# Whole numbers are tried first, then ever more decimals, then ever rounder numbers, as far as numbers can be written.
POWERS = (*range(0, -201, -1), *range(1, 101))


@dataclass(frozen=True, slots=True)
class Region:
    """Values that every condition treats alike; ``value``, in the canonical unit, is one of them.

    ``low`` and ``high`` bound the region of a number; they belong to it where they are said to.
    """

    value: Value
    low: Decimal | None = None
    high: Decimal | None = None
    has_low: bool = False
    has_high: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A threshold alone, or the open interval between two neighbouring thresholds."""

    low: Decimal | None
    high: Decimal | None

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


def terms_by_finding(releases: Iterable[Release]) -> dict[str, tuple[Term, ...]]:
    """Every term that anything in these releases tests, by the finding that it tests."""
    found: dict[str, dict[Term, None]] = {}
    for release in releases:
        for term in every_term(release):
            found.setdefault(term.finding, {})[term] = None
    return {code: tuple(terms) for code, terms in found.items()}


def every_term(release: Release) -> Iterator[Term]:
    for condition in every_condition(release):
        yield from condition.terms()
    for finding in release.vocabulary.findings.values():
        yield from finding.overtaken_by


def every_condition(release: Release) -> Iterator[Condition]:
    yield from (rule.condition for rule in release.rules.values())
    yield from (derived.when for derived in release.vocabulary.derived.values())
    asked = (finding.asked_when for finding in release.vocabulary.findings.values())
    promised = (promise.when for promise in release.safeguards.promises.values())
    yield from (condition for condition in (*asked, *promised) if condition is not None)


def regions_of(releases: tuple[Release, ...]) -> dict[str, tuple[Region, ...]]:
    """The regions of every finding that all of the releases know, of the values that all of them accept."""
    first, *others = (release.vocabulary.findings for release in releases)
    terms = terms_by_finding(releases)
    return {
        code: cut(finding, terms.get(code, ()), tuple(vocabulary[code] for vocabulary in others))
        for code, finding in first.items()
        if all(code in vocabulary for vocabulary in others)
    }


def cut(finding: Finding, terms: tuple[Term, ...], others: tuple[Finding, ...] = ()) -> tuple[Region, ...]:
    definitions = (finding, *others)
    if finding.kind is Kind.NUMBER:
        return number_regions(definitions, terms)
    values = (value for value in finding.option_codes() if accepted(definitions, value))
    apart: dict[tuple[Truth, ...], Value] = {}
    for value in values:
        apart.setdefault(signature(terms, value), value)
    return tuple(Region(value) for value in apart.values())


def signature(terms: Iterable[Term], value: Value) -> tuple[Truth, ...]:
    """What the compiled terms say of a value: all that the engine can ever see of it."""
    return tuple(compiled(term)(value) for term in terms)


def accepted(definitions: Iterable[Finding], value: Value) -> bool:
    try:
        for finding in definitions:
            read_observation(finding, value, canonical_unit(finding), ANY_DAY, ANY_DAY)
    except BadFinding:
        return False
    return True


def canonical_unit(finding: Finding) -> str | None:
    return finding.units[0].code if finding.units else None


def number_regions(definitions: tuple[Finding, ...], terms: tuple[Term, ...]) -> tuple[Region, ...]:
    if any(finding.kind is not Kind.NUMBER for finding in definitions):
        return ()
    found = [
        (signature(terms, value), Region(value, cell.low, cell.high, cell.is_point, cell.is_point))
        for cell in cells(definitions, terms)
        if (value := representative(definitions, cell)) is not None
    ]
    groups = [[region for _, region in group] for _, group in groupby(found, key=lambda pair: pair[0])]
    return tuple(merged(group, is_lowest=position == 0) for position, group in enumerate(groups))


def merged(group: list[Region], *, is_lowest: bool) -> Region:
    """One region; its value is the one nearest to a threshold, which reads best in a witness."""
    first, last = group[0], group[-1]
    value = last.value if is_lowest and last.high is not None else first.value
    return Region(value, first.low, last.high, first.has_low, last.has_high)


def cells(definitions: tuple[Finding, ...], terms: tuple[Term, ...]) -> Iterator[Cell]:
    """Every number lies in exactly one. The ends of the range are cut too, so that a cell is inside it or outside."""
    ends = {end for finding in definitions for end in (finding.minimum, finding.maximum) if end is not None}
    points = sorted(ends | {term.threshold for term in terms if term.threshold is not None})
    if not points:
        yield Cell(None, None)
        return
    yield Cell(None, points[0])
    for low, high in pairwise(points):
        yield Cell(low, low)
        yield Cell(low, high)
    yield Cell(points[-1], points[-1])
    yield Cell(points[-1], None)


def representative(definitions: tuple[Finding, ...], cell: Cell) -> Value | None:
    """A value of the cell that can be recorded, or None where the range and the steps leave none.

    A cell in which all numbers are too long to be written counts all the same, which errs on the safe side.
    """
    fallback: Value | None = None
    for number in candidates(definitions[0], cell):
        if not all(in_range(finding, number) for finding in definitions):
            if definitions[0].step is None:
                return None
        elif accepted(definitions, number):
            return number
        else:
            fallback = fallback or number
    return fallback


def in_range(finding: Finding, number: Decimal) -> bool:
    start, step = Fraction(finding.minimum or 0), finding.step
    return (
        (finding.minimum is None or number >= finding.minimum)
        and (finding.maximum is None or number <= finding.maximum)
        and (step is None or (Fraction(number) - start) % Fraction(step) == 0)
    )


def candidates(finding: Finding, cell: Cell) -> Iterator[Decimal]:
    """With steps, the outermost steps inside the cell: without any, it is empty."""
    if cell.is_point and cell.low is not None:
        yield cell.low
    elif finding.step is not None:
        yield from multiples(Fraction(finding.step), Fraction(finding.minimum or 0), cell)
    else:
        for power in POWERS:
            yield from multiples(Fraction(10) ** power, Fraction(0), cell)


def multiples(step: Fraction, start: Fraction, cell: Cell) -> Iterator[Decimal]:
    """The last and the first ``start`` + n × ``step`` strictly inside the cell, as far as it is bounded."""
    low = None if cell.low is None else Fraction(cell.low)
    high = None if cell.high is None else Fraction(cell.high)
    first = start if low is None else start + (floor((low - start) / step) + 1) * step
    last = first if high is None else start + (ceil((high - start) / step) - 1) * step
    for value in dict.fromkeys((last, first)):
        if (low is None or value > low) and (high is None or value < high):
            yield EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(EXACT)


def range_in_words(finding: Finding, region: Region) -> str:
    """A region of a number, much as a condition says it: "kps >= 60 and < 70"."""
    unit = f" {finding.units[0].code}" if finding.units else ""
    if region.low is not None and region.low == region.high:
        return f"{finding.code} = {in_words(region.low)}{unit}"
    bounds = []
    if region.low is not None:
        bounds.append(f"{'>=' if region.has_low else '>'} {in_words(region.low)}{unit}")
    if region.high is not None:
        bounds.append(f"{'<=' if region.has_high else '<'} {in_words(region.high)}{unit}")
    return f"{finding.code} {' and '.join(bounds) or 'at any value'}"
