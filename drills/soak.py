"""A day's work in minutes: people read and save while the log is sealed, a backup is made, and servers restart."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, holds, none
from drills.rig.application import DATABASE, PYTHON, Application, Clinician, prepared_cluster, running
from drills.rig.arrivals import Answers, arriving, awake, prepare, share
from drills.rig.clinicians import at_work
from drills.rig.cluster import Cluster
from drills.rig.resources import Sample, held_by, slope, watched
from drills.rig.sealing import Tree, sealing, tree_in, wait_until_sealed, whole_log
from drills.rig.verdict import drafts_in, verdict_on

MINUTES = 8.0
READS, WRITERS, PAUSE = 25.0, 8, 1.6  # readings per second; the saves of eight people come to about five
KILLED_AT, RESTARTED_AT, BACKED_UP_AT = 0.10, 0.25, 0.75  # parts of the whole time
WARM_AT = 0.40  # from here on nothing is restarted, and nothing may grow
MOST_GROWTH, MOST_DRIFT, LONGEST_PENDING = 2.0, 20.0, 30.0  # per cent, per cent, seconds
KEPT_BY_A_LEAK = 1 / 512  # megabytes of every request, in the control
AROUND_A_RESTART = 20.0  # seconds in which connections are refused and caches are empty
OLDEST = (
    "SELECT coalesce(extract(epoch FROM now()) - min(at_us) / 1e6, 0) FROM audit_pending"
    " JOIN audit_event ON audit_event.id = audit_pending.event_id"
)
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Day:
    answers: Answers
    samples: list[Sample]
    oldest: list[float]  # of what waited to be sealed, in seconds
    backup: subprocess.CompletedProcess[str]
    tree: Tree
    began: float  # monotonic seconds
    seconds: float


def drilled(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        return through_the_day(setting, cluster, clinicians)


def through_the_day(setting: Setting, cluster: Cluster, clinicians: tuple[Clinician, ...]) -> Outcome:
    url = cluster.url(DATABASE)
    application = awake(url, setting.folder)
    places = prepare(setting, application, wards=20, patients=400, sessions=2000)
    before = drafts_in(url)
    with (
        running(application),
        beside(application),
        at_work(clinicians[:WRITERS], application.port, pause=PAUSE) as noted,
    ):
        wait_until_sealed(url)  # what was prepared has waited for a sealer all the while
        day = worked(setting, cluster, application, places)
    verdict = verdict_on(noted, before, drafts_in(url))
    growth, leaking = growth_of(day), growth_of(day, kept=KEPT_BY_A_LEAK * READS)
    return Outcome(
        checks=[
            at_least("pages shown", day.answers.statuses[200], READS * day.seconds * 0.9),
            none("pages neither shown, nor refused, nor asked for during a restart", unexplained(day)),
            *verdict.checks(least=int(2 * day.seconds)),
            at_most("growth of memory after warming up", growth, MOST_GROWTH, "%"),
            *flat(day),
            at_most("95 % of the pages: last third slower than the first by", drift(day), MOST_DRIFT, "%"),
            holds("everything that was written is sealed", day.tree.leaves == day.tree.events, value=day.tree.leaves),
            holds("the tree has neither gaps nor doubles", day.tree.dense),
            at_most("longest wait for the seal", max(day.oldest), LONGEST_PENDING, "s"),
            holds("a backup was made meanwhile", day.backup.returncode == 0),
            whole_log(application),
        ],
        controls=[
            Control(
                "The same measurements with two kilobytes kept of every request",
                leaking > MOST_GROWTH,
                {"growth of memory": f"{leaking:.1f} %"},
            )
        ],
        figures={
            "minutes": MINUTES,
            "repeated saves": verdict.repeats,
            "95 % of the pages within": f"{1000 * share(day.answers.seconds(), 0.95):.0f} ms",
            "memory at the end": f"{day.samples[-1].megabytes:.0f} MB",
        },
    )


def worked(setting: Setting, cluster: Cluster, application: Application, places: Path) -> Day:
    seconds, began, oldest = MINUTES * 60, time.monotonic(), []

    def sample() -> Sample:
        oldest.append(float(str(cluster.execute(OLDEST, DATABASE)[0][0])))
        connections = int(str(cluster.execute(CONNECTIONS, DATABASE)[0][0]))
        return held_by(application.processes(), connections)

    with (
        watched(sample) as samples,
        arriving(setting, application, places, rate=READS, seconds=seconds, purpose="day") as answers,
    ):
        sleep_until(began + KILLED_AT * seconds)
        application.kill()
        application.start()
        sleep_until(began + RESTARTED_AT * seconds)
        application.stop()
        application.start()
        sleep_until(began + BACKED_UP_AT * seconds)
        backup = application.manage("backup", str(setting.subfolder("backups")))
        sleep_until(began + seconds)
    wait_until_sealed(cluster.url(DATABASE))
    return Day(answers, samples, oldest, backup, tree_in(cluster.url(DATABASE)), began, seconds)


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


@contextmanager
def beside(application: Application) -> Iterator[None]:
    """The sealer and the worker, as services."""
    command = [PYTHON, "manage.py", "db_worker", "--no-reload", "--verbosity", "0"]
    worker = subprocess.Popen(
        command, cwd=application.code, env=application.environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with sealing(application):
            yield
    finally:
        worker.kill()
        worker.wait()


def growth_of(day: Day, *, kept: float = 0.0) -> float:
    """Of memory after warming up, in per cent; `kept` megabytes are added for every second."""
    warm = [one for one in day.samples if one.at >= day.began + WARM_AT * day.seconds]
    points = [(one.at, one.megabytes + kept * (one.at - warm[0].at)) for one in warm]
    return 100 * slope(points) * (points[-1][0] - points[0][0]) / points[0][1]


def flat(day: Day) -> tuple[Check, ...]:
    warm = [one for one in day.samples if one.at >= day.began + WARM_AT * day.seconds]
    span = warm[-1].at - warm[0].at
    files = slope([(one.at, float(one.files)) for one in warm]) * span  # below zero where fewer people wait at once
    connections = slope([(one.at, float(one.connections)) for one in warm]) * span
    return (
        at_most("growth of open files after warming up", files, 3),
        at_most("growth of connections to the database after warming up", connections, 3),
    )


def drift(day: Day) -> float:
    """Between the first third without restarts and the last one, in per cent."""
    begins, third = WARM_AT * day.seconds, (1 - WARM_AT) * day.seconds / 3
    first = share(day.answers.seconds(since=begins, until=begins + third), 0.95)
    last = share(day.answers.seconds(since=day.seconds - third), 0.95)
    return 100 * (last / first - 1)


def unexplained(day: Day) -> int:
    """Answers other than a page or NOT NOW; where nothing answered, only during the restarts."""
    restarts = [part * day.seconds for part in (KILLED_AT, RESTARTED_AT)]
    silent = [
        due
        for due, _ in day.answers.times.get(0, [])
        if not any(-AROUND_A_RESTART < due - one < AROUND_A_RESTART for one in restarts)
    ]
    expected = {0, 200, 429, 503}
    return len(silent) + sum(number for status, number in day.answers.statuses.items() if status not in expected)


DRILL = Drill(
    "soak",
    f"A day's work in {MINUTES:g} minutes, with restarts, sealer, worker and a backup.",
    drilled,
    quick=False,
)
