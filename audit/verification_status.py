"""When the log was last verified and with which result, for the line above the pages that show it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.events import Event
from audit.models import AuditEvent

TARGET = "audit log"  # of every event of a verification, so that an index finds the last one
INTACT, NOT_INTACT = "intact", "not intact"


@dataclass(frozen=True, slots=True)
class LastVerification:
    at: datetime
    size: int  # events in the tree at that time
    intact: bool
    sentence: str


def last_verification() -> LastVerification | None:
    """None where the log has never been verified."""
    event = AuditEvent.objects.filter(target=TARGET, action=Event.AUDIT_VERIFIED.code).order_by("-at_us").first()
    if event is None:
        return None
    size = event.after.get("size")
    size = size if isinstance(size, int) else 0
    intact = event.outcome == INTACT
    moment = timezone.localtime(event.at)
    verdict = "Record intact" if intact else "Record NOT intact: see the report of the verification"
    sentence = f"{verdict}, verified {moment:%d-%b-%Y %H:%M} over {size:,} events"
    return LastVerification(event.at, size, intact, sentence)
