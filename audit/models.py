"""The append-only table of what was done, by whom, to whose record."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models.functions import Now

from audit.events import EVENTS_BY_CODE


class AuditEvent(models.Model):
    """One act. The database refuses to change or delete rows; only `audit.services.record` adds them.

    The actor is a snapshot and no foreign key: the log outlives accounts and patients. `payload` holds every other
    column as canonical bytes, made once, so that the row can be sealed later by hashing what is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at_us = models.BigIntegerField()  # microseconds since 1970, UTC, of the application's clock
    db_at = models.DateTimeField(db_default=Now())  # the database's clock, a witness of the application's
    actor_id = models.TextField(blank=True)
    actor_name = models.TextField(blank=True)
    actor_role = models.TextField(blank=True)
    session_hash = models.TextField(blank=True)
    ip = models.TextField(blank=True)
    device = models.TextField(blank=True)
    action = models.TextField()
    outcome = models.TextField()
    patient_id = models.UUIDField(null=True, blank=True)
    target = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    payload = models.BinaryField()

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["patient_id", "at_us"], name="audit_event_of_patient"),
            models.Index(fields=["actor_id", "at_us"], name="audit_event_of_actor"),
            models.Index(fields=["at_us"], name="audit_event_by_time"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC {self.action}"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_us / 1_000_000, tz=UTC)

    @property
    def sentence(self) -> str:
        event = EVENTS_BY_CODE.get(self.action)
        return event.sentence if event else self.action

    @property
    def before(self) -> dict[str, Any]:
        return self._from_payload("before")

    @property
    def after(self) -> dict[str, Any]:
        return self._from_payload("after")

    def _from_payload(self, name: str) -> dict[str, Any]:
        values = json.loads(bytes(self.payload)).get(name)
        return values if isinstance(values, dict) else {}
