"""Watches the clocks: the log keeps the times of application and database, and says when they cannot both be right."""

import logging
import time
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils import timezone

from audit.events import Event
from audit.sealing.batch import Sealed
from audit.services import record

MOST_DIFFERENCE = 2.0  # seconds
EVERY = 5.0  # seconds
NOW = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
}

log = logging.getLogger("audit.sealing")


class ClockWatch:
    def __init__(self) -> None:
        self._differing = False
        self._next = 0.0

    def look(self) -> None:
        """Record once when the clocks begin to differ, and nothing more until they have agreed again."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        difference, uncertain = clock_difference()
        differing = abs(difference) > MOST_DIFFERENCE + uncertain
        if differing and not self._differing:
            log.error("The database's clock differs from the application's by %.1f s. Set both by NTP.", difference)
            with transaction.atomic():
                record(
                    Event.CLOCK_DIFFERED, by=None, after={"database_minus_application_seconds": round(difference, 1)}
                )
        self._differing = differing

    def compare(self, sealed: Sealed) -> None:
        """A checkpoint that is older than the one before it: the clock was set back."""
        before = sealed.previous
        if before is None or sealed.checkpoint.time >= before.time:
            return
        log.error("The clock was set back: a checkpoint is older than the one before it.")
        with transaction.atomic():
            record(
                Event.CLOCK_DIFFERED,
                by=None,
                after={"checkpoint": _written(sealed.checkpoint.time), "checkpoint_before": _written(before.time)},
            )


def clock_difference() -> tuple[float, float]:
    """Database minus application, and how far the answer's way may have falsified it; in seconds."""
    with connection.cursor() as cursor:
        begin, asked = timezone.now().timestamp(), time.monotonic()
        cursor.execute(NOW[connection.vendor])
        (there,) = cursor.fetchone()
    took = time.monotonic() - asked
    return float(there) - (begin + took / 2), took / 2


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
