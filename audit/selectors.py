"""What can be asked of the audit log."""

from django.db.models import QuerySet

from audit.models import AuditEvent


def events_on(target: str, *, most: int) -> QuerySet[AuditEvent]:
    """What was done to one thing, such as a version of the guidance, newest first."""
    return AuditEvent.objects.filter(target=target).order_by("-at_us", "id")[:most]
