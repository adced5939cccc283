"""What events say, decrypted for a whole page at once; what was erased or altered says so instead."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.models import AuditEvent, PatientKey
from audit.values import KeyDestroyed, UnreadableValues, opened_with

ROW_FIELDS = ("operation", "columns", "database_user")


class State(Enum):
    """The value is what the page says about it."""

    READABLE = ""
    ERASED = "What was said here has been erased."
    ALTERED = "This event cannot be read: its content was altered."


@dataclass(frozen=True, slots=True)
class Content:
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    state: State = State.READABLE


def contents_of(events: Iterable[AuditEvent]) -> dict[UUID, Content]:
    shown = list(events)
    about = {event.patient_id for event in shown if event.patient_id}
    keys = {key.patient_id: key for key in PatientKey.objects.filter(patient_id__in=about)}
    return {event.pk: content_of(event, keys) for event in shown}


def content_of(event: AuditEvent, keys: Mapping[UUID, PatientKey]) -> Content:
    """Never raises: a reader of the log has to see that an event was tampered with, and everything around it."""
    try:
        values = values_of(event, keys)
        if event.action == Event.ROW_CHANGED.code:  # the triggers know names of columns and no values
            return Content(after={name: values[name] for name in ROW_FIELDS if name in values})
        before, after = values.get("before") or {}, values.get("after") or {}
        if not isinstance(before, dict) or not isinstance(after, dict):
            return Content(state=State.ALTERED)
        return Content(before, after, event.reason or str(values.get("reason", "")))
    except KeyDestroyed:
        return Content(state=State.ERASED)
    except (UnreadableValues, ValueError, TypeError, AttributeError, KeyError):
        return Content(state=State.ALTERED)


def values_of(event: AuditEvent, keys: Mapping[UUID, PatientKey]) -> Mapping[str, Any]:
    payload = json.loads(bytes(event.payload))
    if payload["id"] != str(event.pk):
        raise UnreadableValues("The payload is of another event.")
    values = payload.get("values")
    if not isinstance(values, dict):
        return dict(payload)  # of version 0.2 and before, which kept `before` and `after` there
    if "sealed" in values and event.patient_id:
        return opened_with(keys.get(event.patient_id), values, event=event.pk)
    return values
