"""What somebody does to the log who owns the database: every trigger is out of the way, and SQL does the rest."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from audit.events import Event
from audit.merkle import leaf_hash
from audit.models import AuditEvent, Checkpoint, Leaf
from audit.notes import Signer
from audit.payloads import COLUMNS, canonical
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from tests.append_only_flush import without_append_only

TABLES = ("audit_event", "audit_shown_patient", "audit_pending", "audit_leaf", "audit_node", "audit_checkpoint")


def record_many(count: int) -> None:
    """Like `record`, in one statement."""
    with transaction.atomic():
        first = record(Event.WORKLIST_VIEWED, by=None)
        columns = {name: getattr(first, name) for name in COLUMNS}
        events = [{**columns, "id": uuid4(), "target": f"list {number}"} for number in range(count - 1)]
        AuditEvent.everything.bulk_create(
            AuditEvent(**event, payload=canonical({**event, "values": None})) for event in events
        )


def tamper(statement: str, *values: Any) -> None:
    with transaction.atomic(), without_append_only(connection), connection.cursor() as cursor:
        cursor.execute(statement, values)


def event_at(position: int) -> AuditEvent:
    return AuditEvent.everything.get(pk=Leaf.objects.get(position=position).event_id)


def stored_id(event: UUID) -> Any:
    """As this database has it in its column."""
    return event if connection.vendor == "postgresql" else event.hex


def forged_payload(event: AuditEvent) -> bytes:
    return bytes(event.payload).replace(b'"outcome":"done"', b'"outcome":"gone"')


def change_payload(position: int) -> None:
    set_payload(position, forged_payload(event_at(position)))


def set_payload(position: int, payload: bytes) -> None:
    tamper("UPDATE audit_event SET payload = %s WHERE id = %s", payload, stored_id(event_at(position).pk))


def change_payload_and_leaf(position: int) -> None:
    """Column, payload and leaf: only the signed roots still know."""
    event = event_at(position)
    payload = forged_payload(event)
    tamper("UPDATE audit_event SET outcome = 'gone', payload = %s WHERE id = %s", payload, stored_id(event.pk))
    tamper("UPDATE audit_leaf SET hash = %s WHERE position = %s", leaf_hash(payload), position)


def delete_event(position: int) -> None:
    tamper("DELETE FROM audit_event WHERE id = %s", stored_id(event_at(position).pk))


def delete_event_and_leaf(position: int) -> None:
    delete_event(position)
    tamper("DELETE FROM audit_leaf WHERE position = %s", position)


def swap(one: int, other: int) -> None:
    first, second = event_at(one), event_at(other)
    tamper("UPDATE audit_event SET payload = %s WHERE id = %s", bytes(second.payload), stored_id(first.pk))
    tamper("UPDATE audit_event SET payload = %s WHERE id = %s", bytes(first.payload), stored_id(second.pk))


def swap_in_the_tree(one: int, other: int) -> None:
    """Events and leaves change places, each with its own hash."""
    first, second = Leaf.objects.get(position=one), Leaf.objects.get(position=other)
    tamper("DELETE FROM audit_leaf WHERE position IN (%s, %s)", one, other)
    for position, leaf in ((other, first), (one, second)):
        insert = "INSERT INTO audit_leaf (position, event_id, hash) VALUES (%s, %s, %s)"
        tamper(insert, position, stored_id(leaf.event_id), bytes(leaf.hash))


def forge_event() -> None:
    """A row that nobody hands to the sealer."""
    columns = {
        field.attname: getattr(event_at(3), field.attname)
        for field in AuditEvent._meta.concrete_fields
        if field.attname not in {"payload", "db_at"}
    } | {"id": uuid4()}
    AuditEvent(**columns, payload=canonical({**columns, "values": None})).save(force_insert=True)
    tamper("DELETE FROM audit_pending WHERE event_id = %s", stored_id(columns["id"]))


def delete_checkpoint(size: int) -> None:
    tamper("DELETE FROM audit_checkpoint WHERE size = %s", size)


def change_column(position: int) -> None:
    tamper("UPDATE audit_event SET actor_id = 'somebody else' WHERE id = %s", stored_id(event_at(position).pk))


def cut_off(size: int) -> None:
    """The newest events with everything that tells of them, back to an older checkpoint."""
    ids = "SELECT event_id FROM audit_leaf WHERE position >= %s"
    tamper(f"DELETE FROM audit_event WHERE id IN ({ids})", size)
    tamper("DELETE FROM audit_leaf WHERE position >= %s", size)
    tamper("DELETE FROM audit_node WHERE (position + 1) * 256 > %s", size)
    tamper("DELETE FROM audit_checkpoint WHERE size > %s", size)


def back_up() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TABLE old_{table} AS SELECT * FROM {table}")


def restore() -> None:
    for table in reversed(TABLES):
        tamper(f"DELETE FROM {table}")
    for table in TABLES:
        tamper(f"INSERT INTO {table} SELECT * FROM old_{table}")
    tamper("DELETE FROM audit_pending")


def rewrite_with_the_stolen_key(position: int, keys: SealingKeys) -> None:
    """One event less, and everything about it computed and signed afresh."""
    delete_event_and_leaf(position)
    for table in ("audit_leaf", "audit_node", "audit_checkpoint"):
        tamper(f"DELETE FROM {table}")
    tamper("INSERT INTO audit_pending (event_id) SELECT id FROM audit_event")
    seal_everything(keys)


def other_keys(name: str) -> SealingKeys:
    signer = Signer.new(name)
    return SealingKeys((signer,), (signer.verifier,))


def keep_elsewhere(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for checkpoint in Checkpoint.objects.all():
        (folder / f"{checkpoint.size:020d}.txt").write_text(checkpoint.note, encoding="utf-8")
    return folder
