"""The sealer is killed, stalled, doubled, and cannot send its checkpoints, while clinicians save."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, holds
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite
from drills.rig.clinicians import Noted, at_work, wait_for_saves
from drills.rig.cluster import came_about
from drills.rig.sealing import (
    SealerProcess,
    checkpoints,
    found_altered,
    make_key,
    seal_once,
    tree_in,
    verified,
    wait_until_sealed,
    whole_log,
)
from drills.rig.verdict import connected, drafts_in, verdict_on

ANOTHER_SEALER = 3
TOO_LONG = 35.0  # seconds; verification calls waiting "too long" after 30
BACKLOG = 20_000  # events that wait while no sealer runs


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        url = cluster.url(DATABASE)
        return drilled(setting, Application(url, setting.folder), url, clinicians)


def on_sqlite(setting: Setting) -> Outcome:
    url, clinicians = prepared_sqlite(setting)
    return drilled(setting, Application(url, setting.folder, workers=1), url, clinicians)


def drilled(setting: Setting, application: Application, url: str, clinicians: Sequence[Clinician]) -> Outcome:
    make_key(application)
    before = drafts_in(url)
    application.start()
    checks: list[Check] = []
    sealers = [SealerProcess(application, "--wait") for _ in range(2)]
    try:
        with at_work(clinicians[:6], application.port) as noted:
            checks += killed(setting, sealers[0], noted)
            checks += doubled(application, sealers, noted)
            if not setting.quick:
                checks += stalled(application, sealers, noted)
                checks += cannot_send(application, sealers)
        verdict = verdict_on(noted, before, drafts_in(url))
        sealed = wait_until_sealed(url)
        if not setting.quick:
            checks += caught_up(application, url, sealers)
    finally:
        for sealer in sealers:
            sealer.kill()
        application.kill()
    tree = tree_in(url)
    checks += [
        *verdict.checks(least=50),
        holds("positions of the log's tree are dense", tree.dense),
        holds("every event is sealed", tree.leaves == tree.events, value=f"{tree.leaves} of {tree.events}"),
        whole_log(application),
    ]
    return Outcome(
        checks=checks,
        controls=[altered(application, url)],
        figures={"events": tree.events, "seconds until all was sealed": round(sealed, 1)},
    )


def killed(setting: Setting, sealer: SealerProcess, noted: list[Noted]) -> list[Check]:
    """At any moment of its work."""
    chance = setting.chance("kills of the sealer")
    kills = 2 if setting.quick else 6
    for _ in range(kills):
        sealer.start()
        time.sleep(1.5 + chance.uniform(0.0, 2.0))
        sealer.kill()
        wait_for_saves(noted, 3)
    return [at_least("times the sealer was killed", kills, 2)]


def doubled(application: Application, sealers: list[SealerProcess], noted: list[Noted]) -> list[Check]:
    """Two that wait for each other work at once, and a third one is turned away."""
    for sealer in sealers:
        sealer.start()
    running = application_seals(application)
    third = SealerProcess(application)
    third.start()
    turned_away = third.status() == ANOTHER_SEALER
    wait_for_saves(noted, 10)
    sealers[0].kill()  # whichever of them sealed, the other goes on
    taken_over = application_seals(application)
    sealers[0].start()
    return [
        holds("two sealers at once go on sealing", running),
        holds("a sealer that does not wait is turned away", turned_away),
        holds("the second one takes over", taken_over),
    ]


def application_seals(application: Application, *, seconds: float = 30.0) -> bool:
    """Whether the tree grows."""
    url = application.environment["DATABASE_URL"]
    leaves = tree_in(url).leaves
    return came_about(lambda: tree_in(url).leaves > leaves, seconds=seconds)


def stalled(application: Application, sealers: list[SealerProcess], noted: list[Noted]) -> list[Check]:
    """Stopped while it holds its lock: saves go on, and verification says that events wait too long."""
    for sealer in sealers:
        sealer.signal(signal.SIGSTOP)
    began, saves = time.monotonic(), 20
    wait_for_saves(noted, saves)
    time.sleep(max(0.0, TOO_LONG - (time.monotonic() - began)))
    alarm = verified(application)
    for sealer in sealers:
        sealer.signal(signal.SIGCONT)
    return [
        at_least("saves while the sealer is stalled", saves, 20),
        holds(
            "verification gives the alarm that events wait too long",
            "unsealed too long" in alarm.stdout,
        ),
        holds("sealing goes on afterwards", application_seals(application)),
    ]


def cannot_send(application: Application, sealers: list[SealerProcess]) -> list[Check]:
    """The folder for checkpoints takes nothing: a file stands where it should be, as on a broken mount."""
    folder = checkpoints(application)
    aside = folder.with_name("checkpoints-aside")
    folder.rename(aside)
    folder.write_text("not a folder")
    began = time.monotonic()
    alarmed = came_about(lambda: any(sealer.said("ALARM") for sealer in sealers), seconds=60.0)
    seconds = time.monotonic() - began
    sealing = application_seals(application)
    folder.unlink()
    aside.rename(folder)
    newest = newest_checkpoint(folder)
    return [
        holds("an alarm when checkpoints cannot be sent", alarmed),
        at_most("seconds until that alarm", seconds, 60, "s"),
        holds("sealing goes on meanwhile", sealing),
        holds("checkpoints are sent again", came_about(lambda: newest_checkpoint(folder) > newest, seconds=60.0)),
    ]


def newest_checkpoint(folder: Path) -> int:
    return max((int("".join(filter(str.isdigit, path.stem)) or 0) for path in folder.glob("*")), default=0)


def caught_up(application: Application, url: str, sealers: list[SealerProcess]) -> list[Check]:
    """Many events wait, because no sealer has run for a while."""
    for sealer in sealers:
        sealer.kill()
    application.manage("shell", "-c", f"from drills.rig.backlog import write; write({BACKLOG})")
    waiting = tree_in(url).pending
    began = time.monotonic()
    seal_once(application)
    rate = waiting / (time.monotonic() - began)
    return [
        at_least("events that waited", waiting, BACKLOG),
        at_least("events sealed per second when catching up, start of the program included", rate, 5000),
    ]


def altered(application: Application, url: str) -> Control:
    """One event is changed behind the application's back: the same verification has to find it."""
    with connected(url) as connection:
        if url.startswith("sqlite"):
            triggers = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'"
            ).fetchall()
            for (name,) in triggers:
                connection.execute(f'DROP TRIGGER "{name}"')
        else:
            connection.execute("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        connection.execute(
            "UPDATE audit_event SET actor_name = 'Somebody Else'"
            " WHERE id = (SELECT event_id FROM audit_leaf WHERE position = 5)"
        )
        connection.execute("COMMIT")
    return Control("An event whose actor was changed in the database", found_altered(application))


ON_POSTGRESQL = Drill(
    "sealer_postgresql",
    "The sealer is killed, stalled, doubled and cannot send checkpoints, on PostgreSQL.",
    on_postgresql,
    quick=False,
)
ON_SQLITE = Drill(
    "sealer_sqlite",
    "The sealer is killed, stalled, doubled and cannot send checkpoints, on SQLite.",
    on_sqlite,
    quick=False,
)
