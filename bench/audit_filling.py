"""Fills the tables of the log on PostgreSQL with made-up sealed events, as many as the sealer would need hours for."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from audit.event_ids import new_event_id
from audit.merkle import CompactRange, leaf_hash
from audit.notes import CheckpointText, Signer, note_hash, signed
from audit.payloads import COLUMNS, canonical
from audit.tree import is_stored

BATCH = 2000  # events under one checkpoint, as many as the sealer takes at most
BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PATIENTS = 5000
TABLES = "audit_event, audit_shown_patient, audit_pending, audit_leaf, audit_node, audit_checkpoint, audit_retirement"
EVENT_COLUMNS = ", ".join((*COLUMNS, "db_at", "payload"))


def empty_log() -> None:
    """What only the owner of the tables can do, and only with the triggers taken away."""
    with connection.cursor() as cursor:
        for table in TABLES.split(", "):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {TABLES}")
        enable_triggers()


def enable_triggers() -> None:
    with connection.cursor() as cursor:
        for table in TABLES.split(", "):
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def fill_log(count: int, signer: Signer) -> None:
    """Events, leaves, nodes and checkpoints of a log of `count` events; whatever was there is gone."""
    empty_log()
    tree, previous = CompactRange(), b""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        for first in range(0, count, BATCH):
            events = list(made_up_events(first, min(first + BATCH, count)))
            leaves = [(event["id"], leaf_hash(event["payload"])) for event in events]
            nodes = [node for _, leaf in leaves for node in tree.append(leaf) if is_stored(node[0])]
            at = events[-1]["db_at"] + timedelta(seconds=1)
            text = CheckpointText(settings.AUDIT_ORIGIN, tree.size, tree.root(), at, previous)
            note = signed(str(text), [signer])
            previous = note_hash(note)
            rows = [tuple(event[name] for name in (*COLUMNS, "db_at", "payload")) for event in events]
            copy(cursor, f"audit_event ({EVENT_COLUMNS})", rows)
            copy(cursor, "audit_leaf (position, event_id, hash)", [(first + n, *one) for n, one in enumerate(leaves)])
            copy(cursor, "audit_node (level, position, hash)", nodes)
            copy(cursor, "audit_checkpoint (size, note, created_at)", [(tree.size, note, at)])
    enable_triggers()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_event, audit_leaf, audit_node, audit_checkpoint")


def copy(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


def made_up_events(first: int, end: int) -> Iterator[dict[str, Any]]:
    """Most say something about a patient, encrypted, as in the application: some 500 bytes each."""
    random = Random(first)  # noqa: S311  # nosec B311 -- the same log at every run
    for number in range(first, end):
        at = BEGIN + timedelta(milliseconds=250 * number)
        event_id = new_event_id(microseconds(at))
        sealed = base64.b64encode(os.urandom(96)).decode("ascii")
        columns: dict[str, Any] = {
            "id": event_id,
            "at_us": microseconds(at),
            "actor_id": str(UUID(int=number % 2000, version=4)),
            "actor_name": "Dr Jane Okafor",
            "actor_role": "Consultant",
            "session_hash": random.randbytes(16).hex(),
            "ip": "10.20.30.40",
            "device": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/147.0.0.0 Safari/537.36",
            "action": "patients.assessment_saved",
            "outcome": "done",
            "patient_id": UUID(int=number % PATIENTS, version=4),
            "target": f"assessment {UUID(int=number, version=4)}",
            "reason": "",
            "transaction": random.randbytes(16).hex(),
        }
        values = {"key": str(UUID(int=number % PATIENTS, version=4)), "sealed": sealed}
        yield {**columns, "db_at": at, "payload": canonical({**columns, "values": values})}


def microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond
