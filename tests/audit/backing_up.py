"""What tests of backups share: a sealed log, an empty database to restore into, and a manifest written anew."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection, transaction

from audit.backup.manifest import FILE, MANIFEST_HASH, _hash_of
from audit.events import Event
from audit.models import AuditEvent
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from tests.audit.tampering import record_many

PATIENT = uuid4()


def record_of(patient: Any, reason: str) -> AuditEvent:
    with transaction.atomic():
        return record(Event.PLAN_WITHDRAWN, by=None, patient=patient, reason=reason)


def some_sealed(keys: SealingKeys) -> None:
    record_many(20)
    record_of(PATIENT, "entered for another patient")
    seal_everything(keys)


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """The default connection leads to a database of its own in which nothing stands."""
    name, fresh = connection.settings_dict["NAME"], f"lm_t_restored_{uuid4().hex[:8]}"
    connection.close()
    if connection.vendor == "postgresql":
        administrate(f"CREATE DATABASE {fresh}")
        connection.settings_dict["NAME"] = fresh
    else:
        connection.settings_dict["NAME"] = str(folder / f"{fresh}.sqlite3")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        if connection.vendor == "postgresql":
            administrate(f"DROP DATABASE {fresh} WITH (FORCE)")


def administrate(statement: str) -> None:
    parameters = {name: value for name, value in connection.get_connection_params().items() if name in {"host", "port"}}
    account = {"user": connection.settings_dict["USER"], "password": connection.settings_dict["PASSWORD"]}
    with psycopg.connect(**parameters, **account, dbname="postgres", autocommit=True) as server:
        server.execute(statement)


def rewrite_manifest(folder: Path, **changed: Any) -> None:
    """As somebody would who knows its form."""
    said = {**json.loads((folder / FILE).read_text(encoding="utf-8")), **changed}
    said.pop(MANIFEST_HASH)
    (folder / FILE).write_text(json.dumps({**said, MANIFEST_HASH: _hash_of(said)}), encoding="utf-8")
