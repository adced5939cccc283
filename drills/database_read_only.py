"""The database takes no writes: reading has to be recorded, so nothing about a patient may be shown either."""

from __future__ import annotations

import time
from collections.abc import Sequence

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, holds, none
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, running
from drills.rig.clinicians import seconds_until_all_save, wait_for_saves
from drills.rig.cluster import Cluster, wait_for
from drills.rig.pages import Look, Reader
from drills.rig.shift import sealed_log, shift
from drills.rig.verdict import connected, drafts_in

READ_ONLY = "default_transaction_read_only"
SECONDS_UNTIL_SHOWN = 5.0
SETTLED = 1.0  # seconds until what was under way is answered
LOOKS = {True: 3, False: 10}


def drilled(setting: Setting) -> Outcome:
    saves = 25 if setting.quick else 200
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        url = cluster.url(DATABASE)
        application = Application(url, setting.folder)
        before = drafts_in(url)
        reader = Reader(clinicians[0], lambda: application.port, words=names_of(url, clinicians[0]))
        with running(application):
            reader.sign_in()
            with shift(clinicians, application.port) as people:
                wait_for_saves(people.careful, saves)
                shown_before = reader.look()
                cluster.change(READ_ONLY, "on")
                time.sleep(SETTLED)
                events = events_in(url)
                looks = [look for _ in range(LOOKS[setting.quick]) for look in reader.look()]
                written = events_in(url) - events
                control = unlogged(url, clinicians[0])
                cluster.change(READ_ONLY, None)
                recovery = seconds_until_all_save(people.careful, time.monotonic())
                shown_after = looks_until_shown(reader)
                wait_for_saves(people.careful, saves)
        after = drafts_in(url)
        verdict = people.verdict(before, after)
        log = sealed_log(application, quick=setting.quick)
        on_a_standby = standby_alone(setting, cluster, reader)
    return Outcome(
        checks=[
            *verdict.checks(least=2 * saves),
            shown(shown_before, "before"),
            *refused(looks, "while nothing can be written"),
            none("events written meanwhile", written),
            at_most("from the end of the fault until everybody saves", recovery, 5, "s"),
            shown(shown_after, "afterwards"),
            *refused(on_a_standby, "where only a standby answers"),
            *log,
        ],
        controls=[control, *people.controls(before, after)],
        figures=people.figures(verdict),
    )


def looks_until_shown(reader: Reader) -> list[Look]:
    """What is seen in the end, within a moment of the database's return."""
    deadline = time.monotonic() + SECONDS_UNTIL_SHOWN
    looks = reader.look()
    while not all(look.shows_patient for look in looks[1:]) and time.monotonic() < deadline:
        looks = reader.look()
    return looks


def shown(looks: Sequence[Look], when: str) -> Check:
    """The list of patients may leave this one out; the pages about the patient may not."""
    of_patient = looks[1:]
    statuses = ", ".join(f"{look.status}{'' if look.shows_patient else ' without a name'}" for look in of_patient)
    return holds(
        f"pages about the patient are shown {when}", all(one.shows_patient for one in of_patient), value=statuses
    )


def refused(looks: Sequence[Look], when: str) -> tuple[Check, ...]:
    return (
        at_least(f"pages asked for {when}", len(looks), 3),
        none(f"of these, shown or anything but a plain 503, {when}", sum(not look.is_refused for look in looks)),
        at_most(f"slowest 503 {when}", max((look.seconds for look in looks), default=0.0), 2, "s"),
    )


def standby_alone(setting: Setting, primary: Cluster, reader: Reader) -> list[Look]:
    """The application, wrongly, has nothing but a standby; whoever was signed in still is."""
    standby = Cluster(setting.folder / "standby")
    standby.standby_of(primary, "db2")
    standby.start()
    application = Application(standby.url(DATABASE), setting.folder)
    signed_in = Reader(reader.clinician, lambda: application.port, words=reader.words, browser=reader.browser)
    try:
        wait_for(lambda: bool(names_of(standby.url(DATABASE), reader.clinician)), seconds=30, what="The standby")
        with running(application):
            return [look for _ in range(LOOKS[setting.quick]) for look in signed_in.look()]
    finally:
        standby.kill()


def unlogged(url: str, clinician: Clinician) -> Control:
    """The database still answers whoever records nothing: it is the missing event that held the pages back."""
    rows = names_of(url, clinician)
    return Control("Reading with plain SQL, which records nothing", bool(rows), {"patients shown": len(rows)})


def names_of(url: str, clinician: Clinician) -> tuple[str, ...]:
    statement = f"SELECT family_name FROM patients_patient WHERE id = '{clinician.patient}'"  # noqa: S608
    with connected(url) as connection:
        return tuple(str(row[0]) for row in connection.execute(statement).fetchall())


def events_in(url: str) -> int:
    with connected(url) as connection:
        return int(connection.execute("SELECT count(*) FROM audit_event").fetchone()[0])


DRILL = Drill(
    "database_read_only", "The database takes no writes, and then only a standby answers.", drilled, quick=False
)
