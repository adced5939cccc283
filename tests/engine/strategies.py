"""Hypothesis strategies for patients over any release document, leaning towards its boundaries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.engine.documents import Document
from tests.engine.slow_conditions import exact, read_condition

AS_OF = date(2026, 11, 22)
Record = dict[str, Any]
Dose = tuple[int | float, str | None]


def conditions_in(document: Document) -> Iterator[str]:
    """Every condition text of the document."""
    for finding in document["vocabulary"]["findings"]:
        yield finding.get("asked_when") or "always"
        yield from finding.get("overtaken_by") or []
    for derived in document["vocabulary"].get("derived", []):
        yield derived["when"]
    for pathway in document["pathways"]:
        yield pathway["scope"]
        yield from (rule["when"] for rule in pathway["rules"] if rule.get("when"))


def factor(finding: Document, unit: str | None) -> Fraction:
    return next((exact(known["factor"]) for known in finding.get("units") or [] if known["code"] == unit), Fraction(1))


def thresholds(document: Document, finding: Document) -> set[Fraction]:
    """The limits that the document's conditions set on a number, in its canonical unit."""
    terms = [term for text in conditions_in(document) for line in read_condition(text) for term in line]
    return {
        term.number * factor(finding, term.unit)
        for term in terms
        if term.finding == finding["code"] and term.number is not None
    }


def as_json_number(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)


def doses(document: Document, finding: Document) -> list[Dose]:
    """Values at, just below and just above each limit and at the ends of the range, in every unit."""
    step = exact(finding["step"]) if finding.get("step") is not None else Fraction(1, 100)
    lowest = exact(finding.get("minimum", 0))
    highest = exact(finding["maximum"]) if finding.get("maximum") is not None else lowest + 1000
    limits = thresholds(document, finding) or {lowest + step}
    near = {limit + change for limit in limits for change in (-step, Fraction(0), step)} | {lowest, highest}
    units = [unit["code"] for unit in finding.get("units") or []] or [None]
    return [
        (as_json_number(value / factor(finding, unit)), unit)
        for value in sorted(near)
        if lowest <= value <= highest and (value - lowest) % step == 0
        for unit in units
    ]


def values(document: Document, finding: Document) -> list[Dose | tuple[str, None]]:
    if finding["kind"] == "number":
        return list(doses(document, finding))
    options = ["yes", "no"] if finding["kind"] == "yes_no" else [option["code"] for option in finding["options"]]
    return [(option, None) for option in options]


def days_ago(finding: Document, shared: list[int]) -> list[int | None]:
    """How long ago an answer may be: today unsaid (None) or said, at its age limit, on days shared with others."""
    days: list[int | None] = [None, None, 0, *shared, *shared]
    if finding.get("valid_days") is not None:
        limit = int(finding["valid_days"])
        days += [day for day in (limit - 1, limit, limit + 1) if day >= 0]
    return days


def answer(value: str | float, unit: str | None, ago: int | None, as_of: date = AS_OF) -> Any:
    """One entry of a record's findings, in the shortest form that says it."""
    if unit is None and ago is None:
        return value
    said: Record = {"value": value}
    if unit is not None:
        said["unit"] = unit
    if ago is not None:
        said["observed_on"] = (as_of - timedelta(days=ago)).isoformat()
    return said


def patients(document: Document, *, dated: bool = True) -> st.SearchStrategy[Record]:
    """Records with few or nearly all findings: missing, stale, overtaken, same-day, at the limit, or not asked for."""
    findings = {finding["code"]: finding for finding in document["vocabulary"]["findings"]}
    choices = {code: st.sampled_from(values(document, finding)) for code, finding in findings.items()}
    some = st.sets(st.sampled_from(list(findings)), max_size=min(8, len(findings)))

    @st.composite
    def record(draw: st.DrawFn) -> Record:
        named = draw(some)
        nearly_complete = draw(st.booleans())
        shared = draw(st.lists(st.integers(0, 60), min_size=1, max_size=3)) if dated and draw(st.booleans()) else []
        answers: Record = {}
        for code, finding in findings.items():
            if (code in named) is not nearly_complete:
                value, unit = draw(choices[code])
                ago = draw(st.sampled_from(days_ago(finding, shared))) if shared else None
                answers[code] = answer(value, unit, ago)
            elif len(named) % 2:
                answers[code] = None
        return {"id": "patient", "as_of": AS_OF.isoformat(), "findings": answers}

    return record()
