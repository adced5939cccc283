"""What can be asked of the audit log."""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import AuditEvent


def events_of_patient(patient_id: UUID) -> QuerySet[AuditEvent]:
    """Newest first; the id only makes the order of the same microsecond stable."""
    return AuditEvent.objects.filter(patient_id=patient_id).order_by("-at_us", "id")


def events_on(target: str, *, most: int) -> QuerySet[AuditEvent]:
    """What was done to one thing, such as a version of the guidance, newest first."""
    return AuditEvent.objects.filter(target=target).order_by("-at_us", "id")[:most]
