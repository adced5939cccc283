"""The only writer of the audit log."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.context import current_request, printable
from audit.events import Event
from audit.models import AuditEvent

LONGEST_TEXT = 2000


class Actor(Protocol):
    """Who did it, as the log will remember them."""

    @property
    def audit_id(self) -> str: ...
    @property
    def audit_name(self) -> str: ...
    @property
    def audit_role(self) -> str: ...


class OutsideTransaction(RuntimeError):
    """The event and what it tells about have to be committed together."""


def record(
    event: Event,
    *,
    by: Actor | None,
    patient: UUID | None = None,
    target: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    outcome: str = "done",
) -> AuditEvent:
    """Write one event into the running transaction; `before` and `after` are JSON-able values that changed."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{event.code} was recorded outside of transaction.atomic().")
    request = current_request()
    columns: dict[str, Any] = {
        "id": uuid.uuid4(),
        "at_us": _microseconds_now(),
        "actor_id": by.audit_id if by else "",
        "actor_name": by.audit_name if by else "",
        "actor_role": by.audit_role if by else "",
        "session_hash": request.session_hash,
        "ip": request.ip,
        "device": request.device,
        "action": event.code,
        "outcome": outcome,
        "patient_id": patient,
        "target": printable(target, LONGEST_TEXT),
        "reason": printable(reason, LONGEST_TEXT),
    }
    payload = canonical({**columns, "before": before, "after": after})
    return AuditEvent.objects.create(**columns, payload=payload)


def canonical(values: Mapping[str, Any]) -> bytes:
    """One byte string for equal values, whatever the order of keys; ids are written as text."""
    text = json.dumps(
        values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    )
    return text.encode("utf-8")


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"The audit log takes plain JSON values, not {type(value).__name__}.")


def _microseconds_now() -> int:
    now = timezone.now()
    return int(now.timestamp()) * 1_000_000 + now.microsecond
