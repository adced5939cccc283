"""What can be asked of the audit log."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from audit.models import AuditEvent

SAME_ACT = timedelta(seconds=10)


def events_of_patient(patient_id: UUID) -> QuerySet[AuditEvent]:
    """Newest first; the id only makes the order of the same microsecond stable."""
    return AuditEvent.objects.filter(patient_id=patient_id).order_by("-at_us", "id")


def events_on(target: str, *, most: int) -> QuerySet[AuditEvent]:
    """What was done to one thing, such as a version of the guidance, newest first."""
    return AuditEvent.objects.filter(target=target).order_by("-at_us", "id")[:most]


def reason_of(target: str, *, at: datetime) -> str:
    """Why something was done to a thing at a moment, as whoever did it wrote it; found by the index of times."""
    first, last = (int((at + part).timestamp() * 1_000_000) for part in (-SAME_ACT, SAME_ACT))
    events = AuditEvent.objects.filter(at_us__range=(first, last), target=target).exclude(reason="")
    return events.order_by("-at_us").values_list("reason", flat=True).first() or ""
