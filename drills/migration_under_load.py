"""A column and an index are added to the table that clinicians are saving into, while a report holds it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, holds
from drills.rig.application import DATABASE, PYTHON, Application, Clinician, prepared_cluster, running
from drills.rig.clinicians import PATIENCE, Noted, at_work, wait_for_saves
from drills.rig.cluster import Cluster
from drills.rig.next_version import COLUMN, INDEX, next_version
from drills.rig.verdict import drafts_in, verdict_on

HELD = 8.0  # seconds that a report goes on reading, after the migration has begun to wait for it
LONGEST_START = 120.0  # seconds until a migration asks for the table, on a busy machine
LONGEST_WAIT = 3.0  # of a save for a lock: the two seconds after which the migration gives way, and some more
WAITING = """
    SELECT bool_or(mode = 'AccessExclusiveLock'),
        max(extract(epoch FROM clock_timestamp() - waitstart)) FILTER (WHERE mode <> 'AccessExclusiveLock')
    FROM pg_locks WHERE NOT granted
"""
COLUMN_AND_INDEX = f"""
    SELECT (SELECT count(*) FROM pg_index WHERE indexrelid = '{INDEX}'::regclass AND indisvalid),
        (SELECT count(*) FROM information_schema.columns WHERE column_name = '{COLUMN}')
"""  # noqa: S608
GAVE_WAY = "A table is in use."
PLAIN_MIGRATE = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
from audit.context import Program, set_process_actor
set_process_actor(Program(audit_id="drills", audit_name="The drills"))
call_command(Command(), "patients", verbosity=0, skip_checks=True)
"""


def run(setting: Setting) -> Outcome:
    code = next_version(setting.folder / "next-version")
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        checks = migrated(setting, cluster, clinicians, code)
    other, clinicians = prepared_cluster(setting, "control")
    with other:
        control = without_time_limit(setting, other, clinicians, code)
    return Outcome(checks, [control], {"seconds that a report held the table": HELD})


def migrated(setting: Setting, cluster: Cluster, clinicians: Sequence[Clinician], code: Path) -> list[Check]:
    url = cluster.url(DATABASE)
    before = drafts_in(url)
    application, newer = Application(url, setting.folder), Application(url, setting.folder, code=code)
    with running(application), at_work(clinicians[:6], application.port) as noted:
        wait_for_saves(noted, 20, seconds=PATIENCE)
        with held(url) as report:
            done = newer.manage("migrate")
        wait_for_saves(noted, 20, seconds=PATIENCE)
    there = cluster.execute(COLUMN_AND_INDEX, DATABASE)
    return [
        *verdict_on(noted, before, drafts_in(url)).checks(least=40),
        holds("the migrations ended well", done.returncode == 0, value=done.stderr.strip()[-200:] or "yes"),
        holds("column and index are there", there == [(1, 1)]),
        at_least("times that the migration gave way", done.stderr.count(GAVE_WAY), 1),
        at_most("longest wait of a save for a lock", report.longest_wait, LONGEST_WAIT, "s"),
        at_most("longest save", longest_save(noted), 10, "s"),
    ]


def without_time_limit(setting: Setting, cluster: Cluster, clinicians: Sequence[Clinician], code: Path) -> Control:
    """Django's own command waits behind the report, and everybody waits behind it."""
    url = cluster.url(DATABASE)
    application = Application(url, setting.folder)
    with running(application), at_work(clinicians[:6], application.port) as noted:
        wait_for_saves(noted, 20, seconds=PATIENCE)
        with held(url) as report:
            done = subprocess.run(
                [PYTHON, "-c", PLAIN_MIGRATE],
                cwd=code,
                env=application.environment,
                capture_output=True,
                text=True,
                check=False,
            )
        wait_for_saves(noted, 20, seconds=PATIENCE)
    return Control(
        "The same migration without a limit on its waiting",
        done.returncode == 0 and report.longest_wait > LONGEST_WAIT,
        {
            "longest wait of a save for a lock, s": round(report.longest_wait, 1),
            "said": done.stderr.strip()[-200:] or "nothing",
        },
    )


class Report(threading.Thread):
    """Somebody reads the table in a long transaction; it ends some time after somebody else waits for the table."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.begun = threading.Event()
        self.longest_wait = 0.0  # of a save for a lock
        self.waited_for = False

    def run(self) -> None:
        with psycopg.connect(self.url) as connection, psycopg.connect(self.url, autocommit=True) as watch:
            connection.execute("SELECT count(*) FROM patients_assessment")
            self.begun.set()
            deadline = time.monotonic() + LONGEST_START
            while time.monotonic() < deadline:
                if self.somebody_waits(watch) and not self.waited_for:
                    self.waited_for = True
                    deadline = time.monotonic() + HELD
                time.sleep(0.05)
            connection.rollback()
            for _ in range(20):
                self.somebody_waits(watch)
                time.sleep(0.05)

    def somebody_waits(self, watch: psycopg.Connection[tuple[bool | None, float | None]]) -> bool:
        ((migration, seconds),) = watch.execute(WAITING).fetchall()
        self.longest_wait = max(self.longest_wait, float(seconds or 0.0))
        return bool(migration)


@contextmanager
def held(url: str) -> Iterator[Report]:
    report = Report(url)
    report.start()
    report.begun.wait(timeout=30)
    yield report
    report.join(timeout=LONGEST_START + HELD + 30)


def longest_save(noted: Sequence[Noted]) -> float:
    """From the first attempt to the acknowledgement."""
    return max((saved.answered - saved.sent for one in noted for saved in one.acknowledged), default=0.0)


DRILL = Drill(
    "migration_under_load",
    "A column and an index are added under 6 clinicians while a report holds their table; no save waits long.",
    run,
    quick=False,
)
