"""How often the rules applied, as it was counted, and when releases came into force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Max, Sum
from django.utils import timezone

from pathways.firings.drawing import InForce
from pathways.firings.rates import DayCount
from pathways.models import Activation, RuleFirings

WATCHED_DAYS = 728  # two years: the chart's half year, and the year before a rule that stopped a year ago


def day_counts(today: date, *, rule: str = "") -> Mapping[str, tuple[DayCount, ...]]:
    """Per rule and day, over all releases together: one statement."""
    counted = RuleFirings.objects.filter(day__gt=today - timedelta(days=WATCHED_DAYS), day__lte=today)
    if rule:
        counted = counted.filter(rule=rule)
    per_day = counted.values("rule", "day").annotate(
        all_plans=Sum("plans"), all_applied=Sum("applied"), all_unknown=Sum("unknown")
    )
    found: dict[str, list[DayCount]] = {}
    for key, day, plans, applied, unknown in per_day.order_by("rule", "day").values_list(
        "rule", "day", "all_plans", "all_applied", "all_unknown"
    ):
        found.setdefault(key, []).append(DayCount(day, plans, applied, unknown))
    return {key: tuple(days) for key, days in found.items()}


def last_counted_day() -> date | None:
    newest: date | None = RuleFirings.objects.aggregate(newest=Max("day"))["newest"]
    return newest


def releases_in_force() -> tuple[InForce, ...]:
    """Every time that a release came into force, the oldest first."""
    activations = Activation.objects.order_by("position").values_list("release__number", "activated_at")
    return tuple(InForce(number, timezone.localdate(at)) for number, at in activations)
