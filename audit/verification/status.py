"""When the log was last verified and with which result, for the line above the pages that show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from audit.events import Event
from audit.models import AuditEvent

TARGET = "audit log"  # of every event of a verification, so that an index finds the last one
INTACT, NOT_INTACT = "intact", "not intact"
# What was verified; the reason of the event, so that the database can look for it.
NEW_EVENTS, ALL_EVENTS = "new events", "all events"
ALL_EVENTS_AND_KEPT = "all events, and compared with checkpoints kept elsewhere"
MOST_AHEAD = timedelta(hours=1)  # of the clock of the machine that verified


@dataclass(frozen=True, slots=True)
class LastVerification:
    at: datetime
    size: int  # events in the tree at that time
    intact: bool
    sentence: str
    whole_at: datetime | None = None  # when everything was last found intact, from the beginning


def scope(*, first: int, kept: int | None) -> str:
    if first:
        return NEW_EVENTS
    return ALL_EVENTS if kept is None else ALL_EVENTS_AND_KEPT


def last_verification() -> LastVerification | None:
    """None where the log has never been verified. A problem stays until everything was verified again."""
    event = _problem() or _verifications().first()
    if event is None:
        return None
    size = event.after.get("size")
    size = size if isinstance(size, int) else 0
    intact = event.outcome == INTACT
    whole = _verifications().filter(outcome=INTACT, reason__in=[ALL_EVENTS, ALL_EVENTS_AND_KEPT]).first()
    moment = timezone.localtime(event.at)
    verdict = "Record intact" if intact else "Record NOT intact: see the report of the verification"
    sentence = f"{verdict}, verified {moment:%d-%b-%Y %H:%M} over {size:,} events"
    return LastVerification(event.at, size, intact, sentence, whole.at if whole else None)


def _problem() -> AuditEvent | None:
    """What was found with checkpoints kept elsewhere, nothing less can find again."""
    found = _verifications().exclude(outcome=INTACT).first()
    if found is None:
        return None
    enough = [ALL_EVENTS_AND_KEPT] if found.reason == ALL_EVENTS_AND_KEPT else [ALL_EVENTS, ALL_EVENTS_AND_KEPT]
    later = _verifications().filter(outcome=INTACT, reason__in=enough, at_us__gt=found.at_us)
    return None if later.exists() else found


def _verifications() -> QuerySet[AuditEvent]:
    """Not those of days to come: one that somebody made up would be the last one for ever."""
    latest = int((timezone.now() + MOST_AHEAD).timestamp()) * 1_000_000
    found = AuditEvent.objects.filter(target=TARGET, action=Event.AUDIT_VERIFIED.code, at_us__lte=latest)
    return found.order_by("-at_us")
