"""PostgreSQL is killed again and again while clinicians save; the application is never restarted."""

from __future__ import annotations

import os
import signal
import time

from drills.outcome import Control, Drill, Outcome, Setting, at_most
from drills.rig.application import DATABASE, Application, prepared_cluster, running
from drills.rig.clinicians import at_work, seconds_until_all_save, wait_for_saves
from drills.rig.shift import sealed_log, shift
from drills.rig.verdict import drafts_in, verdict_on

LONG_AWAY = 20.0  # seconds; pauses between attempts to connect must not have grown with it


def drilled(setting: Setting) -> Outcome:
    saves, outages = (25, (0.0, 3.0)) if setting.quick else (100, (0.0, 0.0, 1.0, 5.0, LONG_AWAY))
    chance = setting.chance("kills")
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        url = cluster.url(DATABASE)
        application = Application(url, setting.folder)
        before = drafts_in(url)
        recoveries = []
        with running(application), shift(clinicians, application.port) as people:
            for seconds in outages:
                wait_for_saves(people.careful, saves)
                time.sleep(chance.uniform(0.0, 0.2))
                cluster.kill()
                time.sleep(seconds)
                cluster.start()
                recoveries.append(seconds_until_all_save(people.careful, time.monotonic()))
            wait_for_saves(people.careful, saves)
        after = drafts_in(url)
        verdict = people.verdict(before, after)
        log = sealed_log(application, quick=setting.quick)
    return Outcome(
        checks=[
            *verdict.checks(least=len(outages) * saves),
            at_most(
                "longest time from the database's return until everybody saves",
                max(recoveries),
                5 * setting.patience,
                "s",
            ),
            *log,
        ],
        controls=[acknowledging_too_early(setting), *people.controls(before, after)],
        figures={
            "kills": len(outages),
            "longest outage of the database": f"{max(outages):g} s",
            "slowest NOT NOW": f"{people.slowest_refusal:.1f} s",
            **people.figures(verdict),
        },
    )


def acknowledging_too_early(setting: Setting) -> Control:
    """The same fault, with a server that acknowledges what it has not written yet, and is slow to write."""
    cluster, clinicians = prepared_cluster(setting, "control", synchronous_commit="off", wal_buffers="16MB")
    with cluster:
        url = cluster.url(DATABASE)
        application = Application(url, setting.folder)
        before = drafts_in(url)
        with running(application), at_work(clinicians[:8], application.port) as noted:
            wait_for_saves(noted, 10)
            for (process,) in cluster.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"):
                os.kill(int(str(process)), signal.SIGSTOP)
            wait_for_saves(noted, 10)
            cluster.kill()
        cluster.start()
        lost = verdict_on(noted, before, drafts_in(url)).lost
    return Control("The same fault with synchronous_commit off", lost > 0, {"acknowledged saves lost": lost})


DRILL = Drill("kill_postgresql", "PostgreSQL is killed under 12 clinicians; the application stays up.", drilled)
