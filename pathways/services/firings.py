"""Counts in how many signed plans each rule applied, day by day; derived from the plans, so the log is not told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction

from pathways.clinic import SignedOutcome, the_clinic
from pathways.engine.truth import Truth
from pathways.models import RuleFirings
from pathways.selectors.firings import last_counted_day

AGAIN_DAYS = 7  # counted again each time, so that what was missed while nothing ran is made good
BATCH = 500


@dataclass(slots=True)
class Counted:
    """What one run did: `unreadable` are plans that say nothing of their rules, or not what was signed."""

    days: int = 0
    plans: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class OfRelease:
    plans: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    rules: set[str] = field(default_factory=set)

    def add(self, rules: Iterable[tuple[str, str]]) -> None:
        self.plans += 1
        for rule, truth in rules:
            self.rules.add(rule)
            self.applied[rule] += truth == Truth.TRUE.value
            self.unknown[rule] += truth == Truth.UNKNOWN.value


def count_rule_firings(since: date | None) -> Counted:
    """Count the days from then on anew, or all of them. Doing it twice comes to the same; memory stays flat."""
    counted, expected = Counted(), since
    for day, outcomes in groupby(the_clinic().plans_signed(since), key=lambda one: one.day):
        if expected is not None:
            forget_days(expected, day - timedelta(days=1))
        elif not counted.days:
            forget_days(date.min, day - timedelta(days=1))
        store_day(day, tallied(outcomes, counted))
        expected = day + timedelta(days=1)
    forget_days(expected or date.min, date.max)
    return counted


def usual_start(today: date) -> date | None:
    """A week ago, or the last day that was counted, whichever is earlier; None before anything was."""
    newest = last_counted_day()
    return min(newest, today - timedelta(days=AGAIN_DAYS - 1)) if newest else None


def forget_days(first: date, last: date) -> None:
    """Days on which no plan was signed have no counts; they had some only if somebody wrote them by hand."""
    if first <= last:
        RuleFirings.objects.filter(day__gte=first, day__lte=last).delete()


def tallied(outcomes: Iterable[SignedOutcome], counted: Counted) -> dict[UUID, OfRelease]:
    releases: dict[UUID, OfRelease] = {}
    for outcome in outcomes:
        if outcome.rules is None:
            counted.unreadable += 1
            continue
        releases.setdefault(outcome.release, OfRelease()).add(outcome.rules.items())
        counted.plans += 1
    counted.days += 1
    return releases


@transaction.atomic
def store_day(day: date, releases: dict[UUID, OfRelease]) -> None:
    """Two runs at once write the same rows in the same order: neither fails, and neither waits for ever."""
    rows = sorted(rows_of(day, releases), key=lambda row: (str(row.release_id), row.rule))
    RuleFirings.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["day", "release", "rule"],
        update_fields=["plans", "applied", "unknown"],
    )
    kept = {(row.release_id, row.rule) for row in rows}
    there = RuleFirings.objects.filter(day=day).values_list("pk", "release", "rule")
    surplus = [pk for pk, release, rule in there if (release, rule) not in kept]
    RuleFirings.objects.filter(pk__in=surplus).delete()


def rows_of(day: date, releases: dict[UUID, OfRelease]) -> Iterator[RuleFirings]:
    for release, found in releases.items():
        for rule in found.rules:
            yield RuleFirings(
                day=day,
                release_id=release,
                rule=rule,
                plans=found.plans,
                applied=found.applied[rule],
                unknown=found.unknown[rule],
            )
