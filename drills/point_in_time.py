"""A table is dropped while clinicians save; the database is recovered to the moment before, from a base backup."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, none
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, running
from drills.rig.clinicians import PATIENCE, Noted, at_work, wait_for_saves
from drills.rig.cluster import Cluster, own_tree, wait_for
from drills.rig.sealing import sealing, whole_log
from drills.rig.verdict import Draft, drafts_in, verdict_on

DISASTER = "DROP TABLE patients_assessment CASCADE"
ARCHIVED = "SELECT last_archived_wal >= '{}' FROM pg_stat_archiver"


@dataclass(frozen=True, slots=True)
class Moment:
    """The one to go back to, on both clocks of this machine."""

    wall: datetime
    monotonic: float


def run(setting: Setting) -> Outcome:
    archive = setting.subfolder("archive")
    primary, clinicians = prepared_cluster(
        setting,
        archive_mode="on",
        archive_command=f"test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f",
    )
    recovered, to_the_end = Cluster(setting.folder / "recovered"), Cluster(setting.folder / "to-the-end")
    owned_by_server(primary, archive, recovered.folder, to_the_end.folder)
    try:
        primary.start()
        application = Application(primary.url(DATABASE), setting.folder)
        base_backup(primary, recovered)
        before = drafts_in(primary.url(DATABASE))
        noted, moment = work_and_disaster(setting, primary, application, clinicians)
        archived(primary)
        primary.kill()
        shutil.copytree(recovered.data, to_the_end.data, symlinks=True)
        seconds = recover(recovered, archive, f"recovery_target_time = '{moment.wall.isoformat()}'")
        after = drafts_in(recovered.url(DATABASE))
        checks = [
            *what_came_back(noted, moment, before, after, least=20 if setting.quick else 200),
            at_most("seconds of recovery", seconds, 60, "s"),
            *work_goes_on(setting, recovered, clinicians),
        ]
        recover(to_the_end, archive, "")
        return Outcome(checks, [everything_again(to_the_end)], {"seconds of recovery": round(seconds, 1)})
    finally:
        for cluster in (primary, recovered, to_the_end):
            cluster.kill()


def owned_by_server(cluster: Cluster, *folders: Path) -> None:
    for folder in folders:
        folder.mkdir(exist_ok=True)
        if cluster.account:
            own_tree(folder, cluster.account)


def base_backup(primary: Cluster, copy: Cluster) -> None:
    address = f"host=127.0.0.1 port={primary.port} user=drills"
    primary.run("pg_basebackup", "-D", str(copy.data), "-d", address, "-X", "stream", "--checkpoint=fast")


def work_and_disaster(
    setting: Setting, primary: Cluster, application: Application, clinicians: Sequence[Clinician]
) -> tuple[list[Noted], Moment]:
    saves = 30 if setting.quick else 300
    with (
        running(application),
        sealing(application),
        at_work(clinicians[:6], application.port) as noted,
    ):
        wait_for_saves(noted, saves, seconds=PATIENCE)
        moment = Moment(datetime.now(UTC), time.monotonic())
        wait_for_saves(noted, saves, seconds=PATIENCE)
        primary.execute(DISASTER, DATABASE)
        time.sleep(1)
    return noted, moment


def archived(primary: Cluster) -> None:
    ((segment,),) = primary.execute("SELECT pg_walfile_name(pg_switch_wal())")
    wait_for(
        lambda: primary.execute(ARCHIVED.format(segment))[0][0] is True,
        seconds=60,
        what="The archive of the last segment",
    )


def recover(cluster: Cluster, archive: Path, target: str) -> float:
    """With PostgreSQL's own means alone; seconds until it can be written again."""
    started = time.monotonic()
    with (cluster.data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"restore_command = 'cp {archive}/%f %p'\n{target}\nrecovery_target_action = 'pause'\n")
    (cluster.data / "recovery.signal").touch()
    owned_by_server(cluster, cluster.folder)
    cluster.start()
    if target:
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        wait_for(lambda: cluster.execute(paused)[0][0] is True, seconds=120, what="The pause at the moment wanted")
        cluster.execute("SELECT pg_wal_replay_resume()")
    ended = "SELECT NOT pg_is_in_recovery()"
    wait_for(lambda: cluster.execute(ended)[0][0] is True, seconds=120, what="The end of the recovery")
    return time.monotonic() - started


def what_came_back(
    noted: Sequence[Noted], moment: Moment, before: Mapping[str, Draft], after: Mapping[str, Draft], *, least: int
) -> list[Check]:
    """The disaster itself makes saves fail, so answers behind the moment say nothing."""
    owed = [
        replace(
            one,
            acknowledged=[save for save in one.acknowledged if save.answered < moment.monotonic],
            surprises=[],
            statuses={},
        )
        for one in noted
    ]
    later = [(one, save) for one in noted for save in one.acknowledged if save.sent > moment.monotonic]
    kept = sum(save.key in after[one.clinician.assessment].keys for one, save in later)
    return [
        *verdict_on(owed, before, after).checks(least=least),
        at_least("saves acknowledged between that moment and the disaster", len(later), 10),
        none("saves from behind that moment", kept),
    ]


def work_goes_on(setting: Setting, recovered: Cluster, clinicians: Sequence[Clinician]) -> list[Check]:
    url = recovered.url(DATABASE)
    before = drafts_in(url)
    there = Application(url, setting.folder)
    with running(there), at_work(clinicians[:3], there.port) as noted:
        wait_for_saves(noted, 10, seconds=PATIENCE)
    verdict = verdict_on(noted, before, drafts_in(url))
    return [
        at_least("saves after the recovery", verdict.acknowledged, 10),
        none("of them lost, doubled or unaudited", verdict.lost + verdict.doubled + verdict.unaudited),
        whole_log(there),
    ]


def everything_again(cluster: Cluster) -> Control:
    """Without a target, the archive is read to its end, and the disaster happens once more."""
    try:
        drafts_in(cluster.url(DATABASE))
    except psycopg.errors.UndefinedTable as error:
        return Control("The archive is read to its end", True, {"found": str(error).splitlines()[0]})
    return Control("The archive is read to its end", False)


DRILL = Drill(
    "point_in_time",
    "A table is dropped under 6 clinicians; the database goes back to the moment before, from its archive.",
    run,
    quick=False,
)
