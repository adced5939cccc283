"""The firing rates of the rules: what stopped or changed first, then every rule with its last half year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from pathways.advice_classes import OF_STANCE
from pathways.clinic import AnswersGiven
from pathways.dates import short_date
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.firings.drawing import Drawing, InForce, drawing_of
from pathways.firings.rates import CHANGED, Period, Standing, is_outside, limits_of, weeks_of
from pathways.firings.standings import RuleStanding
from pathways.firings.words import percent, sentence_of

WEEKS = 26
FLAGGED_ABOVE = 0.8
LEAST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Override:
    """How often the verdict that a rule gives was declined; by all rules that give it together, never per person."""

    words: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class WeekRow:
    week: str
    plans: str
    applied: str
    unknown: str
    share: str
    expected: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiringRow:
    """`mark` is a word where the rule stopped or changed. `drawing` is None while nothing was counted."""

    rule: str
    verdict: str
    pathway: str
    standing: str
    mark: str
    is_alarm: bool
    sentence: str
    attribution: str
    recent: str
    earlier: str
    override: Override
    summary: str
    drawing: Drawing | None
    href: str


@dataclass(frozen=True, slots=True)
class FiringPage:
    """`not_counted` says so where plans were signed that no count holds."""

    changed: tuple[FiringRow, ...]
    overridden: tuple[FiringRow, ...]
    never: tuple[FiringRow, ...]
    rows: tuple[FiringRow, ...]
    counted: str
    not_counted: str


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows need beside the counts."""

    release: Release
    answers: Sequence[AnswersGiven]
    releases: Sequence[InForce]
    today: date


def firing_page(
    found: Sequence[RuleStanding], around: Around, *, last_day: date | None, not_counted: int
) -> FiringPage:
    rows = tuple(firing_row(one, around) for one in found)
    by_rule = dict(zip((one.rule for one in found), rows, strict=True))
    order = {standing: place for place, standing in enumerate(CHANGED)}
    changed = sorted((one for one in found if one.standing in CHANGED), key=lambda one: order[one.standing])
    return FiringPage(
        changed=tuple(by_rule[one.rule] for one in changed),
        overridden=tuple(row for row in rows if row.override.is_flagged),
        never=tuple(by_rule[one.rule] for one in found if one.standing is Standing.NEVER),
        rows=rows,
        counted=f"Counted up to the plans of {short_date(last_day)}." if last_day else "Nothing has been counted yet.",
        not_counted=not_counted_words(not_counted),
    )


def not_counted_words(number: int) -> str:
    if not number:
        return ""
    plans = "1 signed plan is" if number == 1 else f"{number:,} signed plans are"
    return f"{plans} not counted: is the timer of count_rule_firings running? What follows may be out of date."


def desk_words(changed: Sequence[RuleStanding]) -> str:
    """Of the button on the list of the guidance."""
    stopped = sum(one.standing is Standing.STOPPED for one in changed)
    counted = [f"{stopped} stopped"] if stopped else []
    counted += [f"{len(changed) - stopped} changed"] if len(changed) > stopped else []
    return f"Firing rates ({', '.join(counted)})" if counted else "Firing rates"


def firing_row(found: RuleStanding, around: Around) -> FiringRow:
    rule, judgement = around.release.rules[found.rule], found.judgement
    weeks = weeks_of(found.days, around.today, WEEKS)
    releases = releases_shown(found, around)
    is_changed = found.standing in CHANGED
    return FiringRow(
        rule=found.rule,
        verdict=verdict_words(rule, around.release),
        pathway=next((one.title for one in around.release.pathways if one.code == rule.pathway), rule.pathway),
        standing=found.standing.value,
        mark=found.standing.value if is_changed else "",
        is_alarm=found.standing is Standing.STOPPED,
        sentence=sentence_of(judgement),
        attribution=attribution(found, releases) if is_changed else "",
        recent=share_words(judgement.recent),
        earlier=share_words(judgement.earlier),
        override=override_of(rule, around.answers),
        summary=summary_of(weeks),
        drawing=drawing_of(weeks, centre_of(found), releases) if found.days else None,
        href=reverse("admin:pathways_firing", args=[found.rule]),
    )


def centre_of(found: RuleStanding) -> float | None:
    """Of the earlier period, where it has enough plans to compare a week with."""
    return None if found.standing is Standing.TOO_FEW else found.judgement.earlier.share


def releases_shown(found: RuleStanding, around: Around) -> tuple[InForce, ...]:
    """From the second on that came into force: before the first there was nothing to compare with."""
    return tuple(around.releases[1:]) if found.days else ()


def attribution(found: RuleStanding, releases: Sequence[InForce]) -> str:
    """Which releases came in about the time of the change; that is no proof of a cause."""
    recent = found.judgement.recent
    if recent.first is None or recent.last is None:
        return ""
    since = recent.first - timedelta(days=7)
    near = [one for one in releases if since <= one.day <= recent.last]
    if not near:
        return "No release came into force at that time."
    named = ", ".join(f"release {one.number} on {short_date(one.day)}" for one in near)
    return f"Came into force about that time: {named}."


def share_words(period: Period) -> str:
    if period.share is None:
        return "no plans"
    return f"{period.applied:,} of {period.plans:,} ({percent(period.share)})"


def verdict_words(rule: Rule, release: Release) -> str:
    word = OF_STANCE[rule.stance].word
    known = release.vocabulary.interventions.get(rule.intervention) if rule.intervention else None
    return f"{word}: {known.label}" if known else word


def override_of(rule: Rule, answers: Sequence[AnswersGiven]) -> Override:
    given = [one for one in answers if (one.intervention, one.stance) == (rule.intervention, rule.stance.value)]
    followed, declined = sum(one.followed for one in given), sum(one.declined for one in given)
    if not rule.takes_part:
        return Override("No answer is asked for", is_flagged=False)
    if not followed + declined:
        return Override("No answers", is_flagged=False)
    share = declined / (followed + declined)
    words = f"{declined:,} of {followed + declined:,} ({percent(share)})"
    return Override(words, is_flagged=share > FLAGGED_ABOVE and followed + declined >= LEAST_ANSWERS)


def summary_of(weeks: Sequence[Period]) -> str:
    """The drawing in a sentence, for whoever does not see it."""
    known = [week for week in weeks if week.plans]
    if not known:
        return f"No plan was signed in the last {len(weeks)} weeks."
    plans, applied = sum(week.plans for week in known), sum(week.applied for week in known)
    return f"In the last {len(weeks)} weeks it applied in {applied:,} of {plans:,} plans; {len(known)} weeks had plans."


def week_rows(found: RuleStanding, around: Around) -> tuple[WeekRow, ...]:
    """The chart as a table, the newest week first."""
    weeks, share = weeks_of(found.days, around.today, WEEKS), centre_of(found)
    return tuple(week_row(week, share, around.releases[1:]) for week in reversed(weeks))


def week_row(week: Period, share: float | None, releases: Sequence[InForce]) -> WeekRow:
    notes = [f"Release {one.number} came into force on {short_date(one.day)}" for one in within(week, releases)]
    if week.share is None:
        return WeekRow(short_date(week.first), "0", "", "", "No plans", "", tuple(notes))
    limits = limits_of(share, week.plans) if share is not None else None
    if limits is not None and is_outside(week.share, limits):
        notes.insert(0, "Outside the limits")
    return WeekRow(
        week=short_date(week.first),
        plans=f"{week.plans:,}",
        applied=f"{week.applied:,}",
        unknown=f"{week.unknown:,}",
        share=percent(week.share),
        expected=expected_words(limits.low, limits.high) if limits else "",
        notes=tuple(notes),
    )


def within(week: Period, releases: Sequence[InForce]) -> tuple[InForce, ...]:
    first, last = week.first, week.last
    return tuple(one for one in releases if first is not None and last is not None and first <= one.day <= last)


def expected_words(low: float, high: float) -> str:
    return f"{low * 100:.0f} to {high * 100:.0f} %"
