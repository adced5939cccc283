"""Observations: recorded values, checked and converted to the canonical unit, with the day they were observed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.engine.decimals import in_words, is_multiple, is_writable, product
from pathways.engine.problems import nearest
from pathways.engine.vocabulary import Finding, Kind, Unit

LONGEST_SHOWN = 40
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadFinding(ValueError):
    """What was recorded cannot be used; ``finding`` is its code, or None where no finding is at fault."""

    def __init__(self, finding: str | None, message: str) -> None:
        self.finding = finding
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Observation:
    """A value in the canonical unit and its day; ``entered`` and ``unit`` are the value as it was written."""

    value: str | Decimal
    observed_on: date
    entered: str
    unit: str | None = None


def read_day(text: object, finding: str | None, what: str) -> date:
    """A day written YYYY-MM-DD and in no other way."""
    if not isinstance(text, str) or not DAY.fullmatch(text):
        raise BadFinding(finding, f"{what} must be a date written YYYY-MM-DD, not {shown(text)}.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadFinding(finding, f"{what} {text} is not a day of the calendar.") from None


def read_observation(finding: Finding, value: object, unit: str | None, observed_on: date, as_of: date) -> Observation:
    """Check a value and convert it. A number is a Decimal or an int; raises BadFinding."""
    if observed_on > as_of:
        raise BadFinding(finding.code, f"Observed on {observed_on}, which is after {as_of}.")
    if finding.kind is Kind.NUMBER:
        return read_number(finding, value, unit, observed_on)
    if unit is not None:
        raise BadFinding(finding.code, "A unit is given, but this finding has none.")
    if not isinstance(value, str) or value not in finding.option_codes():
        hint = nearest(value, finding.option_codes()) if isinstance(value, str) else ""
        options = ", ".join(finding.option_codes())
        raise BadFinding(finding.code, f"{shown(value)} is not one of {options}.{hint if '?' in hint else ''}")
    return Observation(value, observed_on, value)


def read_number(finding: Finding, value: object, unit_code: str | None, observed_on: date) -> Observation:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadFinding(finding.code, f"{shown(value)} is not a number.")
    number = Decimal(value)
    if not is_writable(number):
        raise BadFinding(finding.code, "The number is not finite, or has too many digits.")
    unit = read_unit(finding, unit_code)
    canonical = product(number, unit.factor) if unit else number
    check_range(finding, canonical)
    return Observation(canonical, observed_on, in_words(number), unit.code if unit else None)


def read_unit(finding: Finding, code: str | None) -> Unit | None:
    if code is None and not finding.units:
        return None
    units = ", ".join(unit.code for unit in finding.units)
    if not finding.units:
        raise BadFinding(finding.code, f"The unit {shown(code)} is given, but this finding has none.")
    if code is None:
        raise BadFinding(finding.code, f"The unit is missing: write one of {units}.")
    unit = finding.unit(code)
    if unit is None:
        raise BadFinding(finding.code, f"The unit {shown(code)} is not known here: write one of {units}.")
    return unit


def check_range(finding: Finding, number: Decimal) -> None:
    """Range and steps are in the canonical unit."""
    unit = f" {finding.units[0].code}" if finding.units else ""
    if finding.minimum is not None and number < finding.minimum:
        raise BadFinding(finding.code, f"{in_words(number)}{unit} is below {in_words(finding.minimum)}{unit}.")
    if finding.maximum is not None and number > finding.maximum:
        raise BadFinding(finding.code, f"{in_words(number)}{unit} is above {in_words(finding.maximum)}{unit}.")
    start = finding.minimum or Decimal(0)
    if finding.step is not None and not is_multiple(number, finding.step, start):
        raise BadFinding(
            finding.code,
            f"{in_words(number)}{unit} is not a step of {in_words(finding.step)} from {in_words(start)};"
            " it is never rounded.",
        )


def shown(value: object) -> str:
    """A value for an error message: texts and numbers shortened, everything else named by its kind."""
    match value:
        case bool():
            text = str(value).lower()
        case str() | int() | Decimal():
            text = str(value)
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "that"
    return f"“{text[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{text}”"
