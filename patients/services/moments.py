"""The moment at which something is done: now, except where an invented patient of a training system gets a past."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone


class NotInThePast(ValueError):
    """Nobody writes into a real record as if it were another day."""


def moment_of(at: datetime | None) -> datetime:
    """Safety: only demo patients are dated back, never in live mode, and the log keeps when it was really written."""
    now = timezone.now()
    if at is None:
        return now
    if settings.LM_MODE == "live" or at > now:
        raise NotInThePast("Only invented patients of a training system are dated back, and nothing is dated forward.")
    return at
