"""One bit of a stored event turns over on the disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, holds
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite, running
from drills.rig.browser import Browser
from drills.rig.clinicians import at_work, wait_for_saves
from drills.rig.sealing import is_alarm, make_key, seal_once, verified
from drills.rig.verdict import connected

OF_A_SAVE = (
    "SELECT event.id, event.payload FROM audit_event event JOIN audit_leaf leaf ON leaf.event_id = event.id"
    " WHERE event.action = 'patients.assessment_saved' ORDER BY length(event.payload), leaf.position LIMIT 1"
)
GOES_ON = 5  # saves
SAVES = 30  # several pages of events


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        application = Application(cluster.url(DATABASE), setting.folder)
        event, payload = sealed_event(application, clinicians)
        control = intact(application)
        cluster.stop()
        file = file_with(cluster.data / "base", payload)
        turn_over(file, payload)
        cluster.start()
        checks = found(application, event)
        return Outcome([*checks, *goes_on(application, clinicians)], [control], {"file": file.name})


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
    """An early and short sealed event of a save, its id and its bytes.

    Not on the page on which PostgreSQL goes on writing, and not so long that it is stored compressed.
    """
    make_key(application)
    application.start()
    try:
        with at_work(clinicians[:2], application.port) as noted:
            wait_for_saves(noted, SAVES)
    finally:
        application.stop()
    seal_once(application)
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
    lines = (done.stdout + done.stderr).splitlines() or ["nothing said"]
    return [
        holds("verification finds it", is_alarm(done), value=lines[0][:120]),
        holds("verification names the event or its place", names(event, done.stdout), value=" ".join(lines[1:3])[:160]),
    ]


def names(event: str, said: str) -> bool:
    """Where the page cannot be read any more, the position in the log is all that is known."""
    return event in said or re.search(r"The event at position \d+", said) is not None


def goes_on(application: Application, clinicians: Sequence[Clinician]) -> list[Check]:
    """Everybody else can go on working."""
    with running(application):
        with at_work(clinicians[2:4], application.port) as noted:
            wait_for_saves(noted, GOES_ON)
        saves = sum(len(one.acknowledged) for one in noted)
        browser = Browser(application.port)
        browser.sign_in(clinicians[2])
        return [
            at_least("saves afterwards", saves, GOES_ON),
            holds("the worklist opens", browser.get("/").status == 200),
        ]


def intact(application: Application) -> Control:
    """The same check before the bit turned over."""
    return Control("The record before the bit turned over", verified(application).returncode == 0)


ON_POSTGRESQL = Drill(
    "bit_flip_postgresql", "One bit of a stored event turns over on the disk of PostgreSQL.", on_postgresql
)
ON_SQLITE = Drill("bit_flip_sqlite", "One bit of a stored event turns over in SQLite's file.", on_sqlite)
