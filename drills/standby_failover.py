"""The primary dies while its standby lags behind; the standby takes over, and the application follows by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Sequence

import psycopg

from drills.outcome import Control, Drill, Outcome, Setting, at_most, holds
from drills.rig.application import DATABASE, Application, prepared_cluster, running
from drills.rig.clinicians import Noted, longest_outage, seconds_until_all_save, wait_for_saves
from drills.rig.cluster import OWNER, Cluster, wait_for
from drills.rig.shift import Shift, sealed_log, shift
from drills.rig.verdict import Verdict, drafts_in

STANDBY = "db2"
STALLED = 0.4  # seconds without replication before the primary dies
PATIENCE = 2.0  # how long one waits for an old primary to acknowledge something
SYNCHRONOUS = "synchronous_standby_names"


class Pair:
    """A primary and the standby that follows it."""

    def __init__(self, setting: Setting, name: str, *, synchronous: bool) -> None:
        self.primary, self.clinicians = prepared_cluster(setting, f"{name}-primary")
        self.standby = Cluster(setting.folder / f"{name}-standby")
        self.synchronous = synchronous

    @property
    def url(self) -> str:
        """Both servers, the old primary first, as an installation names them."""
        places = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://{OWNER}@{places}/{DATABASE}?target_session_attrs=read-write"

    def start(self) -> None:
        self.primary.start()
        self.standby.standby_of(self.primary, STANDBY)
        self.standby.start()
        wait_for(lambda: self._replication("state") == "streaming", seconds=30, what="Replication")
        if self.synchronous:
            self.primary.change(SYNCHRONOUS, STANDBY)
            self.standby.change(SYNCHRONOUS, STANDBY)  # kept in both folders, as with one configuration for both
            wait_for(lambda: self._replication("sync_state") == "sync", seconds=30, what="Synchronous replication")

    def _replication(self, column: str) -> object:
        rows = self.primary.execute(f"SELECT {column} FROM pg_stat_replication")  # noqa: S608
        return rows[0][0] if rows else None

    def stall(self, noted: Sequence[Noted], *, until_saves: int) -> None:
        """Nothing is sent to the standby for a moment, and for longer while nobody is acknowledged anything."""
        (sender,) = (row[0] for row in self.primary.execute("SELECT pid FROM pg_stat_replication"))
        os.kill(int(str(sender)), signal.SIGSTOP)
        time.sleep(STALLED)
        if until_saves:
            wait_for_saves(noted, until_saves)

    def fail_over(self) -> float:
        """Seconds from the death of the primary until the standby takes writes."""
        died = time.monotonic()
        self.primary.kill()
        self.standby.promote()
        self.standby.change(SYNCHRONOUS, None)  # otherwise every commit waits for a standby of its own name
        return time.monotonic() - died

    def kill(self) -> None:
        self.primary.kill()
        self.standby.kill()


def drilled(setting: Setting) -> Outcome:
    saves = 25 if setting.quick else 250
    pair = Pair(setting, "sync", synchronous=True)
    try:
        pair.start()
        before = drafts_in(pair.primary.url(DATABASE))
        application = Application(pair.url, setting.folder)
        with running(application), shift(pair.clinicians, application.port) as people:
            wait_for_saves(people.careful, saves)
            pair.stall(people.careful, until_saves=0)
            died = time.monotonic()
            promoted = pair.fail_over()
            outage = seconds_until_all_save(people.careful, died)
            wait_for_saves(people.careful, saves)
        after = drafts_in(pair.standby.url(DATABASE))
        verdict = people.verdict(before, after)
        log = sealed_log(application, quick=setting.quick)
        alone = old_primary_acknowledges(pair.primary)
    finally:
        pair.kill()
    return Outcome(
        checks=[
            *verdict.checks(least=2 * saves),
            at_most("from the death of the primary until everybody saves", outage, 10, "s"),
            holds("an old primary that is started again acknowledges nothing", not alone),
            *log,
        ],
        controls=[*asynchronous(setting), *people.controls(before, after)],
        figures=figures(people, verdict, promoted),
    )


def figures(people: Shift, verdict: Verdict, promoted: float) -> dict[str, int | float | str]:
    return {
        "replication stalled before": f"{STALLED:g} s",
        "promoted after": f"{promoted:.1f} s",
        "longest time without any save": f"{longest_outage(people.careful):.1f} s",
        **people.figures(verdict),
    }


def old_primary_acknowledges(primary: Cluster) -> bool:
    """Started again by mistake beside the new one: whether it confirms a write. Its port alone is asked."""
    primary.start()
    done = threading.Event()

    def write() -> None:
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(primary.url(DATABASE), autocommit=True, connect_timeout=5) as connection,
        ):
            connection.execute("CREATE TABLE written_by_an_old_primary ()")
            done.set()

    threading.Thread(target=write, daemon=True).start()
    confirmed = done.wait(PATIENCE)
    primary.kill()
    return confirmed


def asynchronous(setting: Setting) -> tuple[Control, Control]:
    """The same fault without waiting for the standby."""
    pair = Pair(setting, "async", synchronous=False)
    try:
        pair.start()
        before = drafts_in(pair.primary.url(DATABASE))
        application = Application(pair.url, setting.folder)
        with running(application), shift(pair.clinicians, application.port) as people:
            wait_for_saves(people.careful, 25)
            pair.stall(people.careful, until_saves=5)
            pair.fail_over()
        lost = people.verdict(before, drafts_in(pair.standby.url(DATABASE))).lost
        alone = old_primary_acknowledges(pair.primary)
    finally:
        pair.kill()
    return (
        Control("The same fault with an asynchronous standby", lost > 0, {"acknowledged saves lost": lost}),
        Control("An old primary without a synchronous standby acknowledges", alone),
    )


DRILL = Drill(
    "standby_failover",
    "The primary dies while its standby lags behind, and the standby takes over.",
    drilled,
    quick=False,
)
