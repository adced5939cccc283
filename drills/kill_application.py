"""The whole application is killed again and again while clinicians save."""

from __future__ import annotations

import time

from drills.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite
from drills.clinicians import at_work, longest_outage, wait_for_saves
from drills.outcome import Control, Drill, Outcome, Setting, at_most
from drills.verdict import drafts_in, verdict_on


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    cluster.start()
    try:
        return drilled(setting, cluster.url(DATABASE), clinicians)
    finally:
        cluster.kill()


def on_sqlite(setting: Setting) -> Outcome:
    url, clinicians = prepared_sqlite(setting)
    return drilled(setting, url, clinicians, workers=1)


def drilled(setting: Setting, url: str, clinicians: tuple[Clinician, ...], *, workers: int = 2) -> Outcome:
    kills, saves = (2, 25) if setting.quick else (5, 100)
    chance = setting.chance("kills")
    before = drafts_in(url)
    application = Application(url, setting.folder, workers=workers)
    application.start()
    try:
        with at_work(clinicians[:8], application.port) as noted:
            for _ in range(kills):
                wait_for_saves(noted, saves)
                time.sleep(chance.uniform(0.0, 0.2))
                application.kill()
                application.start()
            wait_for_saves(noted, saves)
    finally:
        application.kill()
    after = drafts_in(url)
    verdict = verdict_on(noted, before, after)
    forgotten = verdict_on(noted, before, before)
    return Outcome(
        checks=[
            *verdict.checks(least=kills * saves),
            at_most("longest time without a save", longest_outage(noted), 5, "s"),
        ],
        controls=[Control("The database as it was before", forgotten.lost > 0, {"lost": forgotten.lost})],
        figures={"kills": kills, "repeated saves": verdict.repeats},
    )


ON_POSTGRESQL = Drill(
    "kill_application_postgresql", "The application is killed under 8 clinicians, on PostgreSQL.", on_postgresql
)
ON_SQLITE = Drill("kill_application_sqlite", "The application is killed under 8 clinicians, on SQLite.", on_sqlite)
