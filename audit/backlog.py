"""How far the sealer is behind: for monitoring, by an account that may only count."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from audit.models import AuditEvent, Checkpoint, PendingEvent


@dataclass(frozen=True, slots=True)
class Backlog:
    """`oldest_seconds` is None where nothing waits, `checkpoint_seconds` where nothing has been sealed yet."""

    events: int
    oldest_seconds: float | None
    checkpoint_seconds: float | None


def backlog() -> Backlog:
    waiting = PendingEvent.objects.all()
    oldest = AuditEvent.everything.filter(pk__in=waiting.values("event_id")).aggregate(at=Min("at_us"))["at"]
    sealed = Checkpoint.objects.order_by("-size").values_list("created_at", flat=True).first()
    return Backlog(
        events=waiting.count(),
        oldest_seconds=None if oldest is None else max(time.time() - oldest / 1_000_000, 0.0),
        checkpoint_seconds=None if sealed is None else max((timezone.now() - sealed).total_seconds(), 0.0),
    )
