"""One bit of a stored event turns over on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from drills.outcome import Check, Control, Drill, Outcome, Setting, holds
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite
from drills.rig.browser import Browser
from drills.rig.clinicians import at_work, wait_for_saves
from drills.rig.sealing import verified
from drills.rig.verdict import connected

OF_A_SAVE = (
    "SELECT event.id, event.payload FROM audit_event event JOIN audit_leaf leaf ON leaf.event_id = event.id"
    " WHERE event.action = 'patients.assessment_saved' ORDER BY leaf.position DESC LIMIT 1"
)


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    cluster.start()
    try:
        application = Application(cluster.url(DATABASE), setting.folder)
        event, payload = sealed_event(application, clinicians)
        control = intact(application)
        cluster.stop()
        file = file_with(cluster.data / "base", payload)
        turn_over(file, payload)
        cluster.start()
        checks = found(application, event)
        return Outcome([*checks, *goes_on(application, clinicians)], [control], {"file": file.name})
    finally:
        cluster.kill()


def on_sqlite(setting: Setting) -> Outcome:
    url, clinicians = prepared_sqlite(setting)
    application = Application(url, setting.folder, workers=1)
    event, payload = sealed_event(application, clinicians)
    control = intact(application)
    with connected(url) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    turn_over(Path(urlsplit(url).path), payload)
    with connected(url) as connection:
        own_check = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    checks = found(application, event)
    return Outcome([*checks, *goes_on(application, clinicians)], [control], {"SQLite's own integrity check": own_check})


def sealed_event(application: Application, clinicians: Sequence[Clinician]) -> tuple[str, bytes]:
    """The newest sealed event of a save: its id and its bytes."""
    application.manage("new_audit_signing_key", "--if-missing")
    application.start()
    try:
        with at_work(clinicians[:2], application.port) as noted:
            wait_for_saves(noted, 10)
    finally:
        application.stop()
    application.manage("seal_audit", "--once")
    with connected(application.environment["DATABASE_URL"]) as connection:
        event, payload = connection.execute(OF_A_SAVE).fetchone()
    return str(UUID(str(event))), bytes(payload)


def file_with(folder: Path, payload: bytes) -> Path:
    """Events are short enough to stand in their table's file as they are."""
    for path in sorted(folder.rglob("[0-9]*")):
        if path.is_file() and payload in path.read_bytes():
            return path
    raise LookupError("The event was not found in any file of the database.")


def turn_over(path: Path, payload: bytes) -> None:
    """Every copy of it in the file, because an older version of the row may still be there."""
    content = bytearray(path.read_bytes())
    at = content.find(payload)
    if at < 0:
        raise LookupError(f"The event was not found in {path.name}.")
    while at >= 0:
        content[at + len(payload) // 2] ^= 1
        at = content.find(payload, at + 1)
    path.write_bytes(content)


def found(application: Application, event: str) -> list[Check]:
    done = verified(application)
    said = done.stdout + done.stderr
    return [
        holds(
            "verification finds it", done.returncode != 0, value=said.splitlines()[0][:120] if said else "nothing said"
        ),
        holds("verification names the event or its place", event in said or "page" in said or "cannot be read" in said),
    ]


def goes_on(application: Application, clinicians: Sequence[Clinician]) -> list[Check]:
    """Everybody else can go on working."""
    application.start()
    try:
        with at_work(clinicians[2:4], application.port) as noted:
            wait_for_saves(noted, 5)
        browser = Browser(application.port)
        browser.sign_in(clinicians[2])
        return [holds("saving goes on", True), holds("the worklist opens", browser.get("/").status == 200)]
    finally:
        application.kill()


def intact(application: Application) -> Control:
    """The same check before the bit turned over."""
    return Control("The record before the bit turned over", verified(application).returncode == 0)


ON_POSTGRESQL = Drill(
    "bit_flip_postgresql", "One bit of a stored event turns over on the disk of PostgreSQL.", on_postgresql
)
ON_SQLITE = Drill("bit_flip_sqlite", "One bit of a stored event turns over in SQLite's file.", on_sqlite)
