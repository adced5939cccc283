"""The clock of the machine jumps three days back and a year ahead while clinicians save."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_most, holds, none
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, running
from drills.rig.browser import Browser, NotSignedIn
from drills.rig.clinicians import Noted, at_work, wait_for_saves
from drills.rig.cluster import wait_for
from drills.rig.sealing import sealing, tree_in, wait_until_sealed, whole_log
from drills.rig.verdict import Verdict, connected, drafts_in, verdict_on

LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1",)
STEPS = ("-3d", "+0", "+1y", "+0")
EVERYTHING_RIGHT = "+0"
LONGEST_ALARM = 10.0  # seconds
SERVER_ERROR = 500
OTHER_DAY = "409 "
# libfaketime moves the deadline of an absolute sleep on the monotonic clock, which Python's own sleep is.
WITHOUT_ABSOLUTE_SLEEP = (
    "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)[0:0] or None\n"
)
DIFFERED = "SELECT count(*) FROM audit_event WHERE action = 'audit.clock_differed'"


def run(setting: Setting) -> Outcome:
    library = next((path for pattern in LIBRARIES for path in Path("/").glob(pattern.lstrip("/"))), None)
    if library is None:
        return Outcome([holds("libfaketime is installed", False)], [])
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        return drilled(setting, cluster.url(DATABASE), clinicians, library)


def drilled(setting: Setting, url: str, clinicians: Sequence[Clinician], library: Path) -> Outcome:
    clock = setting.folder / "clock"
    clock.write_text(EVERYTHING_RIGHT)
    (setting.subfolder("site") / "sitecustomize.py").write_text(WITHOUT_ABSOLUTE_SLEEP)
    application = Application(
        url,
        setting.folder,
        LD_PRELOAD=str(library),
        PYTHONPATH=str(setting.folder / "site"),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",  # as on a real machine, whose monotonic clock no step touches
    )
    before = drafts_in(url)
    with running(application), sealing(application, "--wait"):
        with at_work(clinicians[:6], application.port, pause=0.1) as noted:
            wait_for_saves(noted, 20)
            quiet = alarms(url)
            checks = [check for step in STEPS for check in stepped(step, clock, url, noted)]
            pages = pages_afterwards(application.port, clinicians[0])
        verdict = verdict_on(noted, before, drafts_in(url))
        wait_until_sealed(url)
    tree = tree_in(url)
    errors = sum(number for one in noted for status, number in one.statuses.items() if status >= SERVER_ERROR)
    return Outcome(
        checks=[
            *checks,
            *without_other_days(verdict).checks(least=80),
            none("answers that are a server error", errors),
            *pages,
            holds("positions of the log's tree are dense", tree.dense),
            whole_log(application),
        ],
        controls=[Control("The clock before it was touched gives no alarm", quiet == 0, {"alarms": quiet})],
        figures={"statuses": statuses_in_words(noted)},
    )


def without_other_days(verdict: Verdict) -> Verdict:
    """A form that was opened on another day is refused and shown again, as it should be: that is no surprise here."""
    return replace(verdict, surprises=tuple(one for one in verdict.surprises if not one.startswith(OTHER_DAY)))


def stepped(step: str, clock: Path, url: str, noted: list[Noted]) -> list[Check]:
    before = alarms(url)
    clock.write_text(step)
    if step == EVERYTHING_RIGHT:
        wait_for_saves(noted, 20)
        time.sleep(LONGEST_ALARM)  # so that the sealer sees that the clocks agree again
        return []
    try:
        seconds = wait_for(lambda: alarms(url) > before, seconds=60.0, what=f"An alarm after {step}")
    except TimeoutError:
        seconds = 60.0
    wait_for_saves(noted, 20)
    return [at_most(f"seconds until the log says that the clock is wrong ({step})", seconds, LONGEST_ALARM, "s")]


def alarms(url: str) -> int:
    with connected(url) as connection:
        return int(connection.execute(DIFFERED).fetchone()[0])


def pages_afterwards(port: int, clinician: Clinician) -> list[Check]:
    """Records of next year are there now: pages that show them must not break."""
    browser = Browser(port, timeout=60.0)
    pages = {
        "worklist": "/",
        "patient's page": f"/patients/{clinician.patient}/",
        "assessment": f"/assessments/{clinician.assessment}/",
    }
    try:
        browser.sign_in(clinician)
        return [holds(f"the {name} opens afterwards", browser.get(path).status == 200) for name, path in pages.items()]
    except (OSError, HTTPException, NotSignedIn) as error:
        return [holds("pages open afterwards", False, value=str(error)[:200])]


def statuses_in_words(noted: Sequence[Noted]) -> str:
    counts: dict[int, int] = {}
    for one in noted:
        for status, number in one.statuses.items():
            counts[status] = counts.get(status, 0) + number
    return ", ".join(f"{status}: {number}" for status, number in sorted(counts.items()))


DRILL = Drill(
    "clock", "The clock jumps three days back, a year ahead, and home again, while clinicians save.", run, quick=False
)
