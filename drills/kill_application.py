"""The whole application is killed again and again while clinicians save."""

from __future__ import annotations

import time

from drills.outcome import Check, Drill, Outcome, Setting, at_least, at_most, holds
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite, running
from drills.rig.clinicians import longest_outage, wait_for_saves
from drills.rig.shift import sealed_log, shift
from drills.rig.verdict import connected, drafts_in


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        return drilled(setting, cluster.url(DATABASE), clinicians)


def on_sqlite(setting: Setting) -> Outcome:
    url, clinicians = prepared_sqlite(setting)
    outcome = drilled(setting, url, clinicians, workers=1)
    return Outcome([*outcome.checks, sound(url)], outcome.controls, outcome.figures)


def drilled(setting: Setting, url: str, clinicians: tuple[Clinician, ...], *, workers: int = 2) -> Outcome:
    kills, saves = (2, 25) if setting.quick else (5, 100)
    chance = setting.chance("kills")
    before = drafts_in(url)
    application = Application(url, setting.folder, workers=workers)
    with running(application), shift(clinicians, application.port) as people:
        for _ in range(kills):
            wait_for_saves(people.careful, saves)
            time.sleep(chance.uniform(0.0, 0.2))
            application.kill()
            application.start()
        wait_for_saves(people.careful, saves)
    after = drafts_in(url)
    verdict = people.verdict(before, after)
    return Outcome(
        checks=[
            *verdict.checks(least=kills * saves),
            at_least("saves sent again because an answer was lost", sum(one.thrown_away for one in people.careful), 1),
            at_most("longest time without a save", longest_outage(people.careful), 5 * setting.patience, "s"),
            *sealed_log(application, quick=setting.quick),
        ],
        controls=people.controls(before, after),
        figures={"kills": kills, **people.figures(verdict)},
    )


def sound(url: str) -> Check:
    """SQLite's own look at its file."""
    with connected(url) as connection:
        said = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return holds("the file is sound", said == "ok", value=said[:80])


ON_POSTGRESQL = Drill(
    "kill_application_postgresql", "The application is killed under 12 clinicians, on PostgreSQL.", on_postgresql
)
ON_SQLITE = Drill("kill_application_sqlite", "The application is killed under 12 clinicians, on SQLite.", on_sqlite)
