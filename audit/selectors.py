"""What can be asked of the audit log."""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import AuditEvent


def events_of_patient(patient_id: UUID) -> QuerySet[AuditEvent]:
    """Newest first; the id only makes the order of the same microsecond stable."""
    return AuditEvent.objects.filter(patient_id=patient_id).order_by("-at_us", "id")
