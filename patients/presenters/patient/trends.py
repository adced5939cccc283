"""The trends of a patient: a small chart for every number that was recorded, drawn in the page, with its table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from pathways.engine.conditions import Operator, Term
from pathways.engine.release import Release
from pathways.engine.vocabulary import Finding, Kind, Vocabulary
from patients.dates import short_date
from patients.findings.answers import value_in_words
from patients.findings.past import Past, PastAnswer
from patients.presenters.advice.facts import converted
from patients.presenters.patient.timeline import happenings, has_own_day, is_treatment_or_event
from patients.presenters.patient.trend_axis import TimeAxis, scale_of
from patients.presenters.patient.trend_drawing import EVENTS_AT, PLANS_AT, Drawing, Mark, drawing_of, in_lane
from patients.presenters.patient.trend_rows import Gap, Measured, TrendRow, gaps, measured, pieces, table_rows, value_of

COMPARED = {
    Operator.LESS: "below {}",
    Operator.AT_MOST: "{} or less",
    Operator.MORE: "above {}",
    Operator.AT_LEAST: "{} or more",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Trend:
    """Without a value there is no `drawing`. `about` are the sentences under the chart."""

    code: str
    title: str
    summary: str
    about: tuple[str, ...]
    drawing: Drawing | None
    rows: tuple[TrendRow, ...]


@dataclass(frozen=True, slots=True)
class MarkKey:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Trends:
    charts: tuple[Trend, ...]
    key: tuple[MarkKey, ...]


def trends(past: Past, vocabulary: Vocabulary, *, in_force: Release | None, today: date) -> Trends:
    """`in_force` gives the numbers that rules look at; without guidance in force none are drawn."""
    numbers = [finding for finding in vocabulary.findings.values() if finding.kind is Kind.NUMBER]
    found = {finding.code: measured(past, finding) for finding in numbers}
    events = event_days(past)
    signed = {one.plan.number: timezone.localdate(one.plan.signed_at) for one in past.assessed if one.plan}
    days = [one.day for values in found.values() for one in values]
    axis = TimeAxis(min([today, *days, *events, *signed.values(), *(one.day for one in past.assessed)]), today)
    plans = in_lane([(day, str(number)) for number, day in signed.items()], axis, PLANS_AT)
    letters = {day: letter(position) for position, day in enumerate(events)}
    marks = in_lane(list(letters.items()), axis, EVENTS_AT)
    charts = tuple(
        trend(past, finding, found[finding.code], axis, limits=limits_of(in_force, finding), marks=(plans, marks))
        for finding in numbers
    )
    return Trends(charts if past.assessed else (), mark_keys(events, letters))


def event_days(past: Past) -> dict[date, list[PastAnswer]]:
    found: dict[date, list[PastAnswer]] = {}
    for one in happenings(past):
        if is_treatment_or_event(one.finding):
            found.setdefault(one.day, []).append(one)
    return found


def letter(position: int) -> str:
    """A to Z, then A2 to Z2."""
    round_, place = divmod(position, len(LETTERS))
    return LETTERS[place] + (str(round_ + 1) if round_ else "")


def mark_keys(events: dict[date, list[PastAnswer]], letters: dict[date, str]) -> tuple[MarkKey, ...]:
    return tuple(MarkKey(letters[day], f"{short_date(day)}: {event_words(answers)}") for day, answers in events.items())


def event_words(answers: Iterable[PastAnswer]) -> str:
    return "; ".join(
        f"{one.finding.label}: {value_in_words(one.finding, one.stored)}"
        f"{'' if has_own_day(one.finding) else ' (day on which it was noted)'}"
        for one in answers
    )


def limits_of(release: Release | None, finding: Finding) -> dict[Decimal, tuple[Term, ...]]:
    """What the rules in force, and what is derived for them, compare this number with; in the canonical unit."""
    if release is None:
        return {}
    conditions = [rule.condition for rule in release.rules.values()]
    conditions += [derived.when for derived in release.vocabulary.derived.values()]
    every = dict.fromkeys(term for condition in conditions for term in condition.terms())
    terms = [term for term in every if term.finding == finding.code]
    found: dict[Decimal, list[Term]] = {}
    for term in terms:
        if term.threshold is not None:
            found.setdefault(term.threshold, []).append(term)
    return {number: tuple(found[number]) for number in sorted(found)}


def trend(
    past: Past,
    finding: Finding,
    values: tuple[Measured, ...],
    axis: TimeAxis,
    *,
    limits: dict[Decimal, tuple[Term, ...]],
    marks: tuple[tuple[Mark, ...], tuple[Mark, ...]],
) -> Trend:
    missing = gaps(past, finding)
    unit = finding.units[0].code if finding.units else ""
    title = f"{finding.label}, {unit}" if unit else finding.label
    rows = table_rows(finding, values, missing)
    if not values:
        return Trend(finding.code, title, "", ("No value is recorded.",), None, rows)
    scale = scale_of(finding, [one.value for one in values], limits)
    drawing = drawing_of(values, missing, axis, scale, limits=limits, marks=marks)
    about = sentences(finding, values, missing, limits, is_enlarged=scale.is_enlarged)
    if not all(point.label for point in drawing.points):
        about = (*about, "Where points lie close together their values stand in the table only.")
    return Trend(finding.code, title, summary(finding, values), about, drawing, rows)


def sentences(
    finding: Finding,
    values: tuple[Measured, ...],
    missing: tuple[Gap, ...],
    limits: dict[Decimal, tuple[Term, ...]],
    *,
    is_enlarged: bool,
) -> tuple[str, ...]:
    compared = [
        COMPARED[term.operator].format(converted(finding, number)) for number, found in limits.items() for term in found
    ]
    is_broken = len(tuple(pieces(values, missing))) > 1
    said = {
        "One value: no trend yet.": len(values) == 1,
        "The line is broken where it was not assessed in between.": is_broken,
        "* Converted from the unit it was reported in; the table has both.": any(one.is_converted for one in values),
        "A hollow point is from the draft, not signed.": any(one.is_draft for one in values),
        "The scale is larger than usual, because a value lies above it.": is_enlarged,
        f"Rules of the guidance in force look at: {'; '.join(dict.fromkeys(compared))}.": bool(compared),
        "The guidance gives no normal range.": True,
    }
    return tuple(sentence for sentence, applies in said.items() if applies)


def summary(finding: Finding, values: tuple[Measured, ...]) -> str:
    """For whoever does not see the drawing."""
    first, last = values[0], values[-1]
    if first is last:
        return f"One value: {value_of(finding, first)} on {short_date(first.day)}. The table below has it."
    return (
        f"{len(values)} values, from {value_of(finding, first)} on {short_date(first.day)} to "
        f"{value_of(finding, last)} on {short_date(last.day)}. The table below has every value."
    )
