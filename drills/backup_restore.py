"""A backup is made while clinicians save, and restored into an empty place on another machine."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_least, at_most, holds
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, prepared_sqlite, running
from drills.rig.clinicians import PATIENCE, Noted, at_work, longest_outage, wait_for_saves
from drills.rig.cluster import Cluster, wait_for
from drills.rig.sealing import checkpoints, sealing, tree_in, wait_until_sealed, whole_log
from drills.rig.verdict import Draft, connected, drafts_in, verdict_on

REFUSED = 2
EmptyPlace = Callable[[str], str]  # a name → the URL of a database in which nothing stands


@dataclass(frozen=True, slots=True)
class BackedUp:
    folder: Path
    began: float  # monotonic
    seconds: float
    before: Path  # checkpoints that had left the machine when it began
    after: Path  # and some time after its end


def on_postgresql(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    elsewhere = Cluster(setting.folder / "elsewhere")
    elsewhere.create()
    with cluster, elsewhere:

        def empty(name: str) -> str:
            elsewhere.execute(f"CREATE DATABASE {name}")
            return elsewhere.url(name)

        return drilled(setting, Application(cluster.url(DATABASE), setting.folder), clinicians, empty)


def on_sqlite(setting: Setting) -> Outcome:
    url, clinicians = prepared_sqlite(setting)
    application = Application(url, setting.folder, workers=1)
    return drilled(setting, application, clinicians, lambda name: f"sqlite://{setting.folder}/{name}.sqlite3")


def drilled(setting: Setting, application: Application, clinicians: Sequence[Clinician], empty: EmptyPlace) -> Outcome:
    url = application.environment["DATABASE_URL"]
    before = drafts_in(url)
    with at_work_and_sealed(application, clinicians) as noted:
        made = backed_up(setting, application, noted, saves=20 if setting.quick else 300)
    restored = copy_of_application(setting, application, empty("restored"), made.folder)
    started = time.monotonic()
    done = restore(restored, made.folder, made.before)
    seconds = time.monotonic() - started
    checks = [
        holds("the backup restores and is verified", done.returncode == 0, value=said(done)),
        *what_came_back(noted, made, before, drafts_in(restored.environment["DATABASE_URL"])),
        at_most("longest time without a save", longest_outage(noted), 5 * setting.patience, "s"),
        *work_goes_on(restored, clinicians),
        whole_log(restored),
    ]
    size = sum(path.stat().st_size for path in made.folder.iterdir())
    figures = {
        "backup, s": round(made.seconds, 1),
        "restore with verification, s": round(seconds, 1),
        "backup, MB": round(size / 1e6, 1),
    }
    return Outcome(checks, controls(setting, application, made, empty), figures)


@contextmanager
def at_work_and_sealed(application: Application, clinicians: Sequence[Clinician]) -> Iterator[list[Noted]]:
    """The application and its sealer run, and everybody saves."""
    with (
        running(application),
        sealing(application),
        at_work(clinicians[:6], application.port) as noted,
    ):
        yield noted


def backed_up(setting: Setting, application: Application, noted: Sequence[Noted], *, saves: int) -> BackedUp:
    wait_for_saves(noted, saves, seconds=PATIENCE)
    wait_for((checkpoints(application) / "latest.txt").exists, seconds=60, what="The first checkpoint")
    before = kept_elsewhere(setting, application, "kept-before")
    began = time.monotonic()
    done = application.manage("backup", str(setting.folder / "backups"), "--keep", "2")
    seconds = time.monotonic() - began
    if done.returncode != 0:
        raise RuntimeError(f"The backup was not made: {said(done)}")
    wait_for_saves(noted, saves, seconds=PATIENCE)
    (folder,) = (setting.folder / "backups").glob("backup-*")
    events = tree_in(application.environment["DATABASE_URL"]).events
    wait_for(lambda: newest_size(application) >= events, seconds=60, what="A checkpoint behind the backup")
    return BackedUp(folder, began, seconds, before, kept_elsewhere(setting, application, "kept-after"))


def kept_elsewhere(setting: Setting, application: Application, name: str) -> Path:
    """As a witness on another machine would have it."""
    unfinished = shutil.ignore_patterns(".*")  # files that the sealer is writing
    return Path(shutil.copytree(checkpoints(application), setting.folder / name, ignore=unfinished))


def newest_size(application: Application) -> int:
    """How many events the newest checkpoint holds: its second line."""
    return int((checkpoints(application) / "latest.txt").read_text().splitlines()[1])


def copy_of_application(setting: Setting, application: Application, url: str, backup: Path) -> Application:
    """On a machine that has the keys and nothing else."""
    folder = setting.subfolder("another-machine")
    (folder / "audit").mkdir()
    shutil.copyfile(backup / "public-keys.txt", folder / "audit" / "public-keys.txt")
    there = Path(application.environment["LM_AUDIT_DIR"])
    shutil.copy2(there / "signing-key.pem", folder / "audit" / "signing-key.pem")
    return Application(url, folder, workers=1)


def restore(application: Application, backup: Path, kept: Path) -> subprocess.CompletedProcess[str]:
    return application.manage("restore", str(backup), "--checkpoint", str(kept))


def what_came_back(
    noted: Sequence[Noted], made: BackedUp, before: Mapping[str, Draft], after: Mapping[str, Draft]
) -> list[Check]:
    """Everything that was acknowledged before the backup began; and of what came later, whole saves only."""
    owed = [
        replace(one, acknowledged=[save for save in one.acknowledged if save.answered < made.began]) for one in noted
    ]
    everything = sum(len(one.acknowledged) for one in noted)
    return [
        *verdict_on(owed, before, after).checks(least=20),
        at_least("saves acknowledged behind the backup", everything - sum(len(one.acknowledged) for one in owed), 20),
    ]


def work_goes_on(restored: Application, clinicians: Sequence[Clinician]) -> list[Check]:
    """Everybody signs in and saves, and the sealer goes on where the backup ended."""
    url = restored.environment["DATABASE_URL"]
    before = drafts_in(url)
    with running(restored), sealing(restored):
        with at_work(clinicians[:3], restored.port) as noted:
            wait_for_saves(noted, 10, seconds=PATIENCE)
        wait_until_sealed(url)
    verdict = verdict_on(noted, before, drafts_in(url))
    return [
        at_least("saves after the restoring", verdict.acknowledged, 10),
        holds("none of them lost or doubled", verdict.lost + verdict.doubled + verdict.unaudited == 0),
    ]


def controls(setting: Setting, application: Application, made: BackedUp, empty: EmptyPlace) -> list[Control]:
    """Each must be refused, and leave the empty place empty."""
    flipped, lacking = (Path(shutil.copytree(made.folder, setting.folder / name)) for name in ("flipped", "lacking"))
    victim = max(flipped.iterdir(), key=lambda path: path.stat().st_size)
    stored = bytearray(victim.read_bytes())
    stored[setting.chance("flip").randrange(len(stored))] ^= 1 << setting.chance("bit").randrange(8)
    victim.write_bytes(stored)
    next(iter(lacking.glob("patient-keys.*"))).unlink()
    variants = (
        ("One bit of the backup is flipped", "flipped", flipped, made.before, "is damaged"),
        ("One file of the backup is missing", "lacking", lacking, made.before, "is missing"),
        ("The backup is older than the checkpoint", "older", made.folder, made.after, "older than the checkpoint"),
    )
    found = []
    for sentence, name, folder, kept, words in variants:
        url = empty(f"refused_{name}")
        place = Application(url, setting.folder, workers=1)
        done = restore(place, folder, kept)
        refused = done.returncode == REFUSED and words in done.stderr and is_empty(url)
        found.append(Control(sentence, refused, {"refused": said(done)[-200:]}))
    return found


def is_empty(url: str) -> bool:
    if url.startswith("sqlite"):
        return not Path(url.removeprefix("sqlite://")).exists()
    with connected(url) as connection:
        return bool(connection.execute("SELECT count(*) = 0 FROM pg_tables WHERE schemaname = 'public'").fetchone()[0])


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join([*done.stdout.splitlines()[-4:], *done.stderr.splitlines()[-2:]])[:400] or "nothing"


ON_POSTGRESQL = Drill(
    "backup_restore_postgresql",
    "A backup is made under 6 clinicians and restored into an empty place, on PostgreSQL.",
    on_postgresql,
)
ON_SQLITE = Drill(
    "backup_restore_sqlite",
    "A backup is made under 6 clinicians and restored into an empty place, on SQLite.",
    on_sqlite,
    quick=False,
)
