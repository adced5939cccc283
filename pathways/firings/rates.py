"""Whether a rule stopped applying or applies in another share of plans: exact tests on counts, and no database."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

RARE = 0.001  # a change is told when counts like these come by chance less often
LEAST_PLANS = 20  # in the earlier period, to judge by
LEAST_APPLIED = 5  # times in the earlier period, to say that a rule applies more rarely or not any more
RECENT_DAYS = 28
EARLIER_DAYS = 364
SHARP_FACTOR = 2.0  # the share doubled or halved …
SHARP_STEP = 0.2  # … or moved by 20 of 100 plans
NEGLIGIBLE = 1e-18
SIGMAS = 3


@dataclass(frozen=True, slots=True)
class DayCount:
    """The plans signed on one day on releases that hold the rule, and what the rule was in them."""

    day: date
    plans: int
    applied: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Period:
    """`first` and `last` are the days asked about; where nothing was asked about they are None."""

    first: date | None
    last: date | None
    plans: int = 0
    applied: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """None without plans: no share, and not a share of nought."""
        return self.applied / self.plans if self.plans else None


class Standing(Enum):
    """The value is the word of the page."""

    STOPPED = "Stopped applying"
    FELL = "Applies much less often"
    ROSE = "Applies much more often"
    NEVER = "Has never applied"
    TOO_FEW = "Too few plans to say"
    STEADY = "As before"


# What a rule that stopped does is told as an alarm, the other two as a warning.
CHANGED = (Standing.STOPPED, Standing.FELL, Standing.ROSE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`chance`: how often counts at least as uneven come about if nothing changed; None where nothing was tested."""

    standing: Standing
    earlier: Period
    recent: Period
    chance: float | None = None
    last_applied: date | None = None


def judged(counts: Iterable[DayCount], today: date) -> Judgement:
    """Safety: a rule that applied before and does not any more is told, whatever the reason. HZ-67"""
    days = sorted((one for one in counts if one.day <= today), key=lambda one: one.day)
    recent_from = today - timedelta(days=RECENT_DAYS - 1)
    recent = total(days, recent_from, today)
    earlier = total(days, recent_from - timedelta(days=EARLIER_DAYS), recent_from - timedelta(days=1))
    last_applied = max((one.day for one in days if one.applied), default=None)
    if last_applied is None:
        everything = total(days, days[0].day if days else None, today)
        return Judgement(Standing.NEVER if everything.plans else Standing.TOO_FEW, everything, recent)
    stopped = silence(days, last_applied, today)
    if stopped is not None:
        return stopped
    return compared(earlier, recent, last_applied)


def silence(days: Sequence[DayCount], last_applied: date, today: date) -> Judgement | None:
    """The plans since the rule applied last, against those of the year up to that day; None where that is no alarm."""
    until_then = total(days, last_applied - timedelta(days=EARLIER_DAYS - 1), last_applied)
    since = total(days, last_applied + timedelta(days=1), today)
    if until_then.plans < LEAST_PLANS or until_then.applied < LEAST_APPLIED or not since.plans:
        return None
    chance = chance_of_at_most(since, until_then)
    if chance >= RARE:
        return None
    return Judgement(Standing.STOPPED, until_then, since, chance, last_applied)


def compared(earlier: Period, recent: Period, last_applied: date) -> Judgement:
    """The last four weeks against the year before them."""
    if earlier.share is None or recent.share is None or earlier.plans < LEAST_PLANS:
        return Judgement(Standing.TOO_FEW, earlier, recent, None, last_applied)
    if recent.share > earlier.share:
        chance = chance_of_at_least(recent, earlier)
        is_sharp = recent.share >= min(SHARP_FACTOR * earlier.share, earlier.share + SHARP_STEP)
        standing = Standing.ROSE if chance < RARE and is_sharp else Standing.STEADY
        return Judgement(standing, earlier, recent, chance, last_applied)
    if earlier.applied < LEAST_APPLIED:
        return Judgement(Standing.TOO_FEW, earlier, recent, None, last_applied)
    chance = chance_of_at_most(recent, earlier)
    is_sharp = recent.share <= max(earlier.share / SHARP_FACTOR, earlier.share - SHARP_STEP)
    standing = Standing.FELL if chance < RARE and is_sharp else Standing.STEADY
    return Judgement(standing, earlier, recent, chance, last_applied)


def total(days: Iterable[DayCount], first: date | None, last: date | None) -> Period:
    inside = [one for one in days if first is not None and last is not None and first <= one.day <= last]
    return Period(
        first,
        last,
        plans=sum(one.plans for one in inside),
        applied=sum(one.applied for one in inside),
        unknown=sum(one.unknown for one in inside),
    )


def chance_of_at_most(recent: Period, earlier: Period) -> float:
    """One-sided exact test of Fisher: of all plans together, how often do so few of those that apply fall recently?"""
    lowest = max(0, recent.applied + earlier.applied - earlier.plans)
    return tail(recent, earlier, range(recent.applied, lowest - 1, -1))


def chance_of_at_least(recent: Period, earlier: Period) -> float:
    highest = min(recent.plans, recent.applied + earlier.applied)
    return tail(recent, earlier, range(recent.applied, highest + 1))


def tail(recent: Period, earlier: Period, times: Iterable[int]) -> float:
    """Outwards from what was counted; what is too small to matter ends it."""
    applied, plans = recent.applied + earlier.applied, recent.plans + earlier.plans
    of_all = ways(plans, applied)
    found = 0.0
    for number in times:
        term = math.exp(ways(recent.plans, number) + ways(earlier.plans, applied - number) - of_all)
        found += term
        if term < found * NEGLIGIBLE:
            break
    return min(found, 1.0)


def ways(number: int, chosen: int) -> float:
    """The logarithm of "number over chosen", which itself is too long a number."""
    return math.lgamma(number + 1) - math.lgamma(chosen + 1) - math.lgamma(number - chosen + 1)


@dataclass(frozen=True, slots=True)
class Limits:
    low: float
    high: float


def limits_of(share: float, plans: int) -> Limits:
    """Three standard deviations about the earlier share, for a week of so many plans; a share stays between 0 and 1."""
    width = SIGMAS * math.sqrt(share * (1 - share) / plans)
    return Limits(max(0.0, share - width), min(1.0, share + width))


def is_outside(share: float, limits: Limits) -> bool:
    return not limits.low - 1e-9 <= share <= limits.high + 1e-9


def weeks_of(days: Iterable[DayCount], today: date, number: int) -> tuple[Period, ...]:
    """The last weeks, Monday to Sunday, the present one included; one without plans has no share."""
    counted = list(days)
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(number - 1, -1, -1)]
    return tuple(total(counted, start, min(start + timedelta(days=6), today)) for start in starts)
