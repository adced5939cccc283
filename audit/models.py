"""The tables of the log: what was done by whom, and the tree of hashes that makes a change of it visible."""

import json
import uuid
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.functions import Now

from audit.events import EVENTS_BY_CODE, Event


class ActManager(models.Manager["AuditEvent"]):
    """What people and programs did, without the rows that the triggers saw written on the way."""

    def get_queryset(self) -> models.QuerySet["AuditEvent"]:
        return super().get_queryset().exclude(action=Event.ROW_CHANGED.code)


class AuditEvent(models.Model):
    """One act. The database refuses to change or delete rows; `audit.services.record` and the row triggers add them.

    The actor is a snapshot and no foreign key: the log outlives accounts and patients. `payload` holds every other
    column as canonical bytes (`audit.payloads`), made once; the tree is built over these bytes as they are stored.
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
    reason = models.TextField(blank=True)  # empty where a patient is named: what is said about patients is encrypted
    transaction = models.TextField(blank=True)  # joins an act to the rows that were written in its transaction
    payload = models.BinaryField()

    objects = ActManager()
    everything = models.Manager["AuditEvent"]()

    class Meta:
        db_table = "audit_event"
        base_manager_name = "everything"
        indexes = [
            models.Index(fields=["patient_id", "at_us"], name="audit_event_of_patient"),
            models.Index(fields=["actor_id", "at_us"], name="audit_event_of_actor"),
            models.Index(fields=["at_us"], name="audit_event_by_time"),
            models.Index(fields=["target", "at_us"], name="audit_event_on_target"),
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

    @cached_property
    def values(self) -> dict[str, Any]:
        """`before`, `after` and `reason` in clear. Raises `audit.values.UnreadableValues`."""
        from audit.values import unseal  # which needs the models

        payload = json.loads(bytes(self.payload))
        stored = payload.get("values")
        if not isinstance(stored, dict):
            return {
                name: payload[name] for name in ("before", "after") if payload.get(name)
            }  # of version 0.2 and before
        if "sealed" in stored and self.patient_id:
            return unseal(stored, patient=self.patient_id, event=self.pk)
        return stored

    @property
    def before(self) -> dict[str, Any]:
        return self.values.get("before") or {}

    @property
    def after(self) -> dict[str, Any]:
        return self.values.get("after") or {}

    @property
    def reason_given(self) -> str:
        return self.reason or self.values.get("reason", "")


class ShownPatient(models.Model):
    """A patient who stood in a list that an event tells about: a worklist, the result of a search."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(AuditEvent, on_delete=models.DO_NOTHING, related_name="shown", db_constraint=False)
    patient_id = models.UUIDField(db_index=True)

    class Meta:
        db_table = "audit_shown_patient"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.patient_id} in {self.event_id}"


class PatientKey(models.Model):
    """The key of what the log says about one patient, wrapped with the master key; deleting the row erases it all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient_id = models.UUIDField(unique=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_patient_key"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Key {self.pk}"


class PendingEvent(models.Model):
    """An event that the sealer has not put into the tree yet; a trigger adds the row, the sealer takes it away."""

    event_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "audit_pending"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.event_id)


class Leaf(models.Model):
    """Where an event stands in the tree. Positions begin at 0 and have no gaps: a gap is tampering."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    hash = models.BinaryField()  # 32 bytes: SHA-256 of 0x00 and the payload as stored (RFC 6962)

    class Meta:
        db_table = "audit_leaf"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Leaf {self.position}"


class Node(models.Model):
    """The root of a full subtree of 256, 65,536 … leaves, kept so that proofs need not read the whole tree."""

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField()  # 8, 16, 24 …: the subtree has 2**level leaves
    position = models.BigIntegerField()  # of the subtree among those of its level
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_node"
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="audit_node_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Node {self.level}/{self.position}"


class Checkpoint(models.Model):
    """A signed note about the whole tree at one size (C2SP tlog-checkpoint), as it was sent out."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    note = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_checkpoint"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Checkpoint at {self.size}"


class Retirement(models.Model):
    """A signed note that the events of a range of positions were lawfully removed, and on which legal basis."""

    id = models.BigAutoField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()  # inclusive
    note = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_retirement"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Events {self.first} to {self.last} retired"
