"""The only writer of the audit log, beside the triggers on the tables."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.context import Actor, current_actor, current_request, printable
from audit.database.transactions import NamedTransactions
from audit.event_ids import new_event_id
from audit.events import Event
from audit.guard import note_recorded
from audit.models import AuditEvent, ShownPatient
from audit.payloads import canonical
from audit.values import seal

LONGEST_TEXT = 2000


class OutsideTransaction(RuntimeError):
    """The event and what it tells about have to be committed together."""


def record(
    event: Event,
    *,
    by: Actor | None,
    patient: UUID | None = None,
    shown: Iterable[UUID] = (),
    target: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    outcome: str = "done",
) -> AuditEvent:
    """Write one event into the running transaction; `before` and `after` are JSON-able values that changed.

    With a `patient`, these values and the reason are encrypted with that patient's key. `shown` are the patients of a
    list. Without `by` it was a program: the command that runs, or nobody that is known.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block or not isinstance(connection, NamedTransactions):
        raise OutsideTransaction(f"{event.code} was recorded outside of transaction.atomic().")
    actor, request, at_us = by or current_actor(), current_request(), _microseconds_now()
    event_id = new_event_id(at_us)
    listed = list(dict.fromkeys(shown))
    why = printable(reason, LONGEST_TEXT)
    columns: dict[str, Any] = {
        "id": event_id,
        "at_us": at_us,
        "actor_id": actor.audit_id,
        "actor_name": actor.audit_name,
        "actor_role": actor.audit_role,
        "session_hash": request.session_hash,
        "ip": request.ip,
        "device": request.device,
        "action": event.code,
        "outcome": outcome,
        "patient_id": patient,
        "target": printable(target, LONGEST_TEXT),
        "reason": "" if patient else why,
        "transaction": connection.transaction_name(),
    }
    values = _values(before, after, reason=why if patient else "", listed=listed)
    if values and patient:
        values = seal(values, patient=patient, event=event_id)
    created = AuditEvent.objects.create(**columns, payload=canonical({**columns, "values": values or None}))
    if listed:
        ShownPatient.objects.bulk_create(ShownPatient(event=created, patient_id=one) for one in listed)
    note_recorded([*listed, patient] if patient else listed)
    return created


def _values(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, reason: str, listed: list[UUID]
) -> dict[str, Any]:
    given = {"before": before, "after": after, "reason": reason, "shown": [str(one) for one in listed]}
    return {name: value for name, value in given.items() if value}


def _microseconds_now() -> int:
    now = timezone.now()
    return int(now.timestamp()) * 1_000_000 + now.microsecond
