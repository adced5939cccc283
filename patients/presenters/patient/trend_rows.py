"""What the trends show of a number: one value per day of observation, and where it was not assessed in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings.answers import value_in_words
from patients.findings.board import read_stored
from patients.findings.past import Assessed, Past, PastAnswer
from patients.presenters.advice.facts import converted
from patients.presenters.patient.timeline import source_href, source_words
from patients.presenters.patient.trend_axis import plain
from patients.states import WhyUnknown


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of a day, in the canonical unit; `replaces` are other values given for the same day before."""

    day: date
    value: Decimal
    answer: PastAnswer
    replaces: tuple[PastAnswer, ...] = ()

    @property
    def is_converted(self) -> bool:
        unit, units = self.answer.observation.unit, self.answer.finding.units
        return unit is not None and unit != units[0].code

    @property
    def is_draft(self) -> bool:
        return self.answer.source.assessment.is_draft


@dataclass(frozen=True, slots=True)
class Gap:
    """An assessment in which nobody looked again."""

    day: date
    words: str
    source: Assessed


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A line of the table. Without `value` it is a gap, and `note` says why."""

    day: str
    value: str
    note: str
    source: str
    href: str


def measured(past: Past, finding: Finding) -> tuple[Measured, ...]:
    """Of several values for one day the one entered last counts."""
    by_day: dict[date, list[PastAnswer]] = {}
    for one in past.of(finding.code):
        by_day.setdefault(one.day, []).append(one)
    return tuple(last_of(day, answers) for day, answers in sorted(by_day.items()))


def last_of(day: date, answers: list[PastAnswer]) -> Measured:
    *earlier, last = sorted(answers, key=lambda one: one.entered_at)
    return Measured(day, number_of(last), last, tuple(earlier))


def number_of(answer: PastAnswer) -> Decimal:
    return Decimal(answer.observation.value)


def gaps(past: Past, finding: Finding) -> tuple[Gap, ...]:
    answers = past.of(finding.code)
    days = {one.day for one in answers}
    looked = {one.source.assessment.pk for one in answers}
    without = [one for one in past.assessed if one.assessment.pk not in looked and one.day not in days]
    return tuple(Gap(one.day, why_no_value(past, one, finding), one) for one in without)


def why_no_value(past: Past, assessed: Assessed, finding: Finding) -> str:
    """A value carried forward is no new one, and no value is never a normal one."""
    stored = assessed.answers.get(finding.code)
    if stored is None or stored["value"] is None:
        if stored and stored["refused"]:
            return "What was entered was not accepted"
        why = stored["why_unknown"] if stored else None
        return WhyUnknown(why).label if why else "Not assessed"
    if stored["observed_on"] is None:
        return "Recorded without a date"
    if read_stored(finding, stored, date.max) is None:
        return "What is recorded cannot be read"
    if past.source_of(finding.code, stored) is None:
        return "Withdrawn as an error"
    day = short_date(date.fromisoformat(stored["observed_on"]))
    return f"Not assessed again; {value_in_words(finding, stored)} of {day} carried forward"


def pieces(values: tuple[Measured, ...], missing: tuple[Gap, ...]) -> Iterator[tuple[Measured, ...]]:
    """Values that a line may join: nothing was left unassessed between them."""
    piece: list[Measured] = []
    for one in values:
        if piece and any(piece[-1].day < gap.day < one.day for gap in missing):
            yield tuple(piece)
            piece = []
        piece.append(one)
    if piece:
        yield tuple(piece)


def table_rows(finding: Finding, values: tuple[Measured, ...], missing: tuple[Gap, ...]) -> tuple[TrendRow, ...]:
    rows: list[Measured | Gap] = [*values, *missing]
    return tuple(table_row(finding, one) for one in sorted(rows, key=lambda one: one.day))


def table_row(finding: Finding, one: Measured | Gap) -> TrendRow:
    source = one.source if isinstance(one, Gap) else one.answer.source
    words, href = source_words(source), source_href(source, finding.code)
    if isinstance(one, Gap):
        return TrendRow(short_date(one.day), "", one.words, words, href)
    by = one.answer.stored["by"]
    notes = [f"Converted from {value_in_words(finding, one.answer.stored)}"] if one.is_converted else []
    notes += [f"Replaces {value_in_words(finding, earlier.stored)}, entered before" for earlier in one.replaces]
    return TrendRow(short_date(one.day), value_of(finding, one), "; ".join(notes), f"{words}; {by}", href)


def value_of(finding: Finding, one: Measured) -> str:
    """As it was reported; a converted one in the canonical unit, without the zeros that only the conversion added."""
    return converted(finding, one.value) if one.is_converted else value_in_words(finding, one.answer.stored)


def short_value(one: Measured) -> str:
    """Beside its point; the unit stands in the title."""
    return f"{plain(one.value)}*" if one.is_converted else one.answer.observation.entered
