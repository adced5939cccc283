"""Ten thousand people are signed in and read, some save; then three times as many ask as can be answered."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drills.outcome import Check, Control, Drill, Figure, Outcome, Setting, at_least, at_most, holds, none
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, running
from drills.rig.arrivals import Answers, arriving, awake, prepare, share
from drills.rig.clinicians import Noted, at_work, seconds_until_all_save, wait_for_saves
from drills.rig.cluster import Cluster
from drills.rig.resources import held_by
from drills.rig.shift import sealed_log
from drills.rig.verdict import drafts_in, verdict_on

SESSIONS, PATIENTS, WARDS = 10_000, 2_000, 40
# Each of 10,000 asks once in 100 seconds: of eight processors, which also carry the database and those who ask. A
# machine with fewer gets its share of them.
PROCESSORS = 8
SHARE = min(1.0, (os.cpu_count() or 1) / PROCESSORS)
READS, SECONDS = 90.0 * SHARE, 120.0
WRITERS, PAUSE = 10, 0.95 / SHARE  # ten saves per second altogether
WARM = 20.0
OVERLOAD, OVERLOAD_SECONDS, CONTROL_SECONDS = 3, 40.0, 25.0
READ_EVENTS = ("patients.patient_viewed", "patients.assessment_viewed", "patients.worklist_viewed")


@dataclass(frozen=True, slots=True)
class Steady:
    answers: Answers
    growth: float
    events: int


def drilled(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        return under_load(setting, cluster, clinicians)


def under_load(setting: Setting, cluster: Cluster, clinicians: tuple[Clinician, ...]) -> Outcome:
    url = cluster.url(DATABASE)
    application = awake(url, setting.folder)
    places = prepare(setting, application, wards=WARDS, patients=PATIENTS, sessions=SESSIONS)
    sessions = number_in(cluster, "django_session")
    before = drafts_in(url)
    with running(application), at_work(clinicians[:WRITERS], application.port, pause=PAUSE) as noted:
        warmed_up(setting, application, places, noted)
        began = time.monotonic()
        steady = ordinary(setting, cluster, application, places)
        until = time.monotonic()
        most = saturated(setting, application, places)
        flood, recovery = flooded(setting, application, places, noted, rate=OVERLOAD * max(most, READS))
    verdict = verdict_on(noted, before, drafts_in(url))
    at_this_pace = [
        saved for one in noted for saved in one.acknowledged if began < saved.sent and saved.answered < until
    ]
    saves = [saved.answered - saved.sent for saved in at_this_pace]
    control = without_refusing(setting, url, places, rate=OVERLOAD * max(most, READS))
    return Outcome(
        checks=[
            at_least("sessions", sessions, SESSIONS),
            at_least("pages shown at an ordinary pace", steady.answers.statuses[200], READS * SECONDS * 0.95),
            at_most("95 % of the pages within", 1000 * share(steady.answers.seconds(), 0.95), 200, "ms"),
            at_most("95 % of the saves, each with its advice, within", 1000 * share(saves, 0.95), 500, "ms"),
            none("pages that were not shown", steady.answers.statuses.total() - steady.answers.statuses[200]),
            holds("every page shown has its event", steady.events >= steady.answers.statuses[200], value=steady.events),
            at_most("growth of memory", 100 * steady.growth, 10, "%"),
            *overload_checks(flood, recovery),
            *verdict.checks(least=200),
            *sealed_log(application, quick=False),
        ],
        controls=[control],
        figures={
            "half of the pages within": f"{1000 * share(steady.answers.seconds(), 0.5):.0f} ms",
            "99 % of the pages within": f"{1000 * share(steady.answers.seconds(), 0.99):.0f} ms",
            "99 % of the readers asked late by": f"{1000 * share(steady.answers.lags, 0.99):.0f} ms",
            "their pace": f"{100 * SHARE:g} requests per second, for {SHARE * PROCESSORS:g} of {PROCESSORS} processors",
            "most pages per second": round(most),
            "repeated saves": verdict.repeats,
        },
    )


def overload_checks(flood: Answers, recovery: float) -> tuple[Check, ...]:
    return (
        at_least("refused under three times the load", flood.refused, 100),
        at_least("shown under three times the load", flood.statuses[200], 500),
        none("refusals that do not say when to come back", flood.silent_refusals),
        none("neither shown nor refused", flood.failed),
        at_most("95 % of the pages that were shown within", share(flood.seconds(), 0.95), 1, "s"),
        at_most("time after it until everybody saves", recovery, 5, "s"),
    )


def warmed_up(setting: Setting, application: Application, places: Path, noted: Sequence[Noted]) -> None:
    """Everybody has signed in, which is slow on purpose, and each process has the guidance in its memory."""
    wait_for_saves(noted, 2 * WRITERS)
    with arriving(setting, application, places, rate=READS, seconds=WARM, purpose="warm"):
        pass


def ordinary(setting: Setting, cluster: Cluster, application: Application, places: Path) -> Steady:
    events = number_of_readings(cluster)
    with arriving(setting, application, places, rate=READS, seconds=SECONDS, purpose="steady") as answers:
        warm = held_by(application.processes()).megabytes
        time.sleep(SECONDS)
        grown = held_by(application.processes()).megabytes
    return Steady(answers, grown / warm - 1, number_of_readings(cluster) - events)


def saturated(setting: Setting, application: Application, places: Path) -> float:
    """Pages per second when sixteen people ask again at once; the readers and the database share the processors."""
    seconds = 8.0
    with arriving(setting, application, places, rate=0, seconds=seconds, purpose="most") as answers:
        pass
    return answers.statuses[200] / seconds


def flooded(
    setting: Setting, application: Application, places: Path, noted: list[Noted], *, rate: float
) -> tuple[Answers, float]:
    with arriving(setting, application, places, rate=rate, seconds=OVERLOAD_SECONDS, purpose="flood") as answers:
        pass
    return answers, seconds_until_all_save(noted, time.monotonic())


def without_refusing(setting: Setting, url: str, places: Path, *, rate: float) -> Control:
    application = awake(url, setting.subfolder("control"))
    application.worker_class = "gthread"
    with (
        running(application),
        arriving(setting, application, places, rate=rate, seconds=CONTROL_SECONDS, purpose="control") as answers,
    ):
        time.sleep(CONTROL_SECONDS)
    late = share(answers.seconds(), 0.95)
    figures: dict[str, Figure] = {
        "refused": answers.refused,
        "95 % of the pages that were shown within": f"{late:.1f} s",
    }
    return Control("The same load on a server that refuses nothing", late > 1, figures)


def number_in(cluster: Cluster, table: str) -> int:
    return int(str(cluster.execute(f"SELECT count(*) FROM {table}", DATABASE)[0][0]))  # noqa: S608


def number_of_readings(cluster: Cluster) -> int:
    actions = ", ".join(f"'{one}'" for one in READ_EVENTS)
    return int(
        str(cluster.execute(f"SELECT count(*) FROM audit_event WHERE action IN ({actions})", DATABASE)[0][0])  # noqa: S608
    )


DRILL = Drill(
    "sessions_10000",
    "10,000 people are signed in and ask at their pace; then three times as much as can be answered is asked.",
    drilled,
    quick=False,
)
