"""The disk of the database fills up under clinicians who save, and is cleared again."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from drills.kill_application import sound
from drills.outcome import Drill, Outcome, Setting, at_least, at_most
from drills.rig.application import DATABASE, Application, Clinician, made, running
from drills.rig.clinicians import Noted, seconds_until_all_save, wait_for_saves
from drills.rig.cluster import Cluster, wait_for
from drills.rig.shift import sealed_log, shift
from drills.rig.small_disk import fill, in_own_space, mounted, needs_own_space, printed, setting_from, why_no_disk
from drills.rig.verdict import drafts_in

MODULE = "drills.disk_full"
ROOM = 64  # megabytes beside what the database takes at first
BEFORE_STARTED_AGAIN = 1.0  # seconds, as a service manager waits
LONGEST_UNTIL_FULL = 180.0
FORMS = {True: (1, 25, 10), False: (3, 100, 50)}  # quick or not: times full, saves before, refusals each time


def on_postgresql(setting: Setting) -> Outcome:
    if needs_own_space():
        return in_own_space(MODULE, "postgresql", setting)
    original, clinicians = made("postgresql")
    # Nothing is kept for later use, so that the next file the server wants is one too many.
    cluster = Cluster(setting.folder / "primary", max_wal_size="64MB", min_wal_size="32MB", wal_recycle="off")
    with mounted(cluster.data, ROOM + megabytes_in(original / "data")) as disk:
        cluster.copy_of(Cluster(original))
        with cluster, started_again(cluster):
            return drilled(
                setting, cluster.url(DATABASE), clinicians, disk, worse=lambda: end_for_want_of_room(cluster)
            )


def on_sqlite(setting: Setting) -> Outcome:
    if needs_own_space():
        return in_own_space(MODULE, "sqlite", setting)
    original, clinicians = made("sqlite")
    with mounted(setting.folder / "disk", ROOM + megabytes_in(original)) as disk:
        url = f"sqlite://{shutil.copyfile(original, disk / 'database.sqlite3')}"
        outcome = drilled(setting, url, clinicians, disk, workers=1)
        return Outcome([*outcome.checks, sound(url)], outcome.controls, outcome.figures)


def drilled(
    setting: Setting,
    url: str,
    clinicians: tuple[Clinician, ...],
    disk: Path,
    *,
    workers: int = 2,
    worse: Callable[[], None] | None = None,
) -> Outcome:
    """`worse` is what a full disk can come to; in full, it does so the last time."""
    times, saves, refusals = FORMS[setting.quick]
    application = Application(url, setting.folder, workers=workers)
    before = drafts_in(url)
    recoveries = []
    with running(application), shift(clinicians, application.port) as people:
        for time_full in range(1, times + 1):
            wait_for_saves(people.careful, saves)
            ballast = fill(disk)
            wait_for_refusals(people.careful, refusals)
            if worse and not setting.quick and time_full == times:
                worse()
                wait_for_refusals(people.careful, refusals)
            ballast.unlink()
            recoveries.append(seconds_until_all_save(people.careful, time.monotonic()))
        wait_for_saves(people.careful, saves)
    after = drafts_in(url)
    verdict = people.verdict(before, after)
    return Outcome(
        checks=[
            *verdict.checks(least=(times + 1) * saves),
            at_least("saves refused with 503 while the disk was full", refused_by(people.careful), times * refusals),
            at_most("slowest 503", people.slowest_refusal, 2 * setting.patience, "s"),
            at_most(
                "longest time from space on the disk until everybody saves", max(recoveries), 10 * setting.patience, "s"
            ),
            *sealed_log(application, quick=setting.quick),
        ],
        controls=people.controls(before, after),
        figures={"times full": times, **people.figures(verdict)},
    )


def refused_by(noted: list[Noted]) -> int:
    return sum(one.statuses.get(503, 0) for one in noted)


def wait_for_refusals(noted: list[Noted], number: int) -> None:
    """Some saves still find room after the last byte of the disk is taken: in pages that were there before."""
    wanted = refused_by(noted) + number
    wait_for(lambda: refused_by(noted) >= wanted, seconds=LONGEST_UNTIL_FULL, what="A full disk")


def end_for_want_of_room(cluster: Cluster) -> None:
    """A new file for its log has no room: PostgreSQL ends at once rather than confirm what it cannot write."""
    ends = cluster.starts

    def asked_for_a_new_file() -> bool:
        with suppress(psycopg.Error):
            cluster.execute("SELECT pg_logical_emit_message(false, 'drill', 'a file with nothing in it is not left')")
            cluster.execute("SELECT pg_switch_wal()")
        return cluster.has_ended() or cluster.starts > ends

    wait_for(asked_for_a_new_file, seconds=LONGEST_UNTIL_FULL, what="The end of PostgreSQL")


@contextmanager
def started_again(cluster: Cluster) -> Iterator[None]:
    """As a service manager does: a server that cannot write its log ends, and is started until it stays."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(BEFORE_STARTED_AGAIN):
            if cluster.has_ended():
                cluster.start_once()

    keeper = threading.Thread(target=watch, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def megabytes_in(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) // 1_000_000 + 1


ON_POSTGRESQL = Drill(
    "disk_full_postgresql",
    "The disk of PostgreSQL fills up under 12 clinicians.",
    on_postgresql,
    needs=("mount",),
    why_not=why_no_disk,
)
ON_SQLITE = Drill(
    "disk_full_sqlite",
    "The disk of SQLite fills up under 12 clinicians.",
    on_sqlite,
    needs=("mount",),
    why_not=why_no_disk,
)
KINDS: dict[str, Callable[[Setting], Outcome]] = {"postgresql": on_postgresql, "sqlite": on_sqlite}

if __name__ == "__main__":
    print(printed(KINDS[sys.argv[1]](setting_from(sys.argv[2]))))
