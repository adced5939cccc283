"""Single events by their id, and what they lead to."""

from uuid import UUID

from audit.models import AuditEvent, Leaf
from audit.viewer.reading import loaded


def event_by_id(event_id: UUID) -> AuditEvent | None:
    """Raises AlteredRow."""
    return next(iter(loaded(AuditEvent.everything.filter(pk=event_id))), None)


def subjects_of(event: AuditEvent) -> tuple[UUID | None, UUID | None]:
    """The patient of the event and the person who acted; programs have no such id."""
    try:
        return event.patient_id, UUID(event.actor_id)
    except ValueError:
        return event.patient_id, None


def position_in_tree(event: AuditEvent) -> int | None:
    return Leaf.objects.filter(event_id=event.pk).values_list("position", flat=True).first()


def first_event() -> AuditEvent | None:
    return AuditEvent.everything.order_by("at_us").first()
