"""Two instances are updated one after another while clinicians save, and taken back again; the database goes ahead."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drills.outcome import Check, Control, Drill, Outcome, Setting, at_most, holds
from drills.rig.application import DATABASE, ROOT, Application, prepared_cluster
from drills.rig.clinicians import PATIENCE, Noted, at_work, longest_outage, wait_for_saves
from drills.rig.next_version import next_version, version_against_the_rules
from drills.rig.verdict import drafts_in, verdict_on

LONGEST_OUTAGE = 2.0
WITHOUT_SAVES = 4.0  # seconds in which the control must see none


@dataclass(slots=True)
class Instances:
    """Both behind one address, taking turns, as the proxy has them; one that is restarted is taken out before."""

    url: str
    folder: Path
    running: list[Application] = field(default_factory=list)
    turn: Iterator[int] = field(default_factory=itertools.count)

    def port(self) -> int:
        there = self.running
        return there[next(self.turn) % len(there)].port

    def start(self, code: Path) -> None:
        application = Application(self.url, self.folder, workers=1, code=code)
        application.start()
        self.running = [*self.running, application]

    def replace_one(self, code: Path) -> None:
        """Nobody new is sent to the old one, which ends when its answers are given; the other one works for both."""
        old, *others = self.running
        self.running = others
        old.stop()
        self.start(code)

    def kill(self) -> None:
        for application in self.running:
            application.kill()


def run(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    saves = 20 if setting.quick else 150
    with cluster:
        url = cluster.url(DATABASE)
        before = drafts_in(url)
        code = next_version(setting.folder / "next-version")
        with two_instances(url, setting.folder) as instances:
            with at_work(clinicians[:6], instances.port) as noted:
                checks = updated_and_taken_back(instances, noted, code, saves)
            checks = [
                *verdict_on(noted, before, drafts_in(url)).checks(least=6 * saves),
                at_most("longest time without a save", longest_outage(noted), LONGEST_OUTAGE, "s"),
                *checks,
            ]
            with at_work(clinicians[:6], instances.port) as noted:
                control = against_the_rules(instances, noted, setting.folder)
    return Outcome(checks, [control], {"instances replaced": 4})


@contextmanager
def two_instances(url: str, folder: Path) -> Iterator[Instances]:
    instances = Instances(url, folder)
    try:
        instances.start(ROOT)
        instances.start(ROOT)
        yield instances
    finally:
        instances.kill()


def updated_and_taken_back(instances: Instances, noted: Sequence[Noted], code: Path, saves: int) -> list[Check]:
    """Old code on the old and the new tables, both codes side by side, new code alone; and back."""
    wait_for_saves(noted, saves, seconds=PATIENCE)
    done = migrate(instances, code)
    wait_for_saves(noted, saves, seconds=PATIENCE)
    for version in (code, code, ROOT, ROOT):
        instances.replace_one(version)
        wait_for_saves(noted, saves, seconds=PATIENCE)
    return [holds("the migrations ended well", done == "", value=done or "yes")]


def migrate(instances: Instances, code: Path) -> str:
    """What went wrong, or nothing."""
    done = Application(instances.url, instances.folder, code=code).manage("migrate")
    return done.stderr.strip()[-300:] if done.returncode else ""


def against_the_rules(instances: Instances, noted: Sequence[Noted], folder: Path) -> Control:
    """A migration that the running code cannot live with: `tests/migration_rules.py` refuses it, and this is why."""
    code = version_against_the_rules(folder / "against-the-rules")
    wait_for_saves(noted, 10, seconds=PATIENCE)
    problem = migrate(instances, code)
    time.sleep(0.5)  # what was under way
    acknowledged = sum(len(one.acknowledged) for one in noted)
    time.sleep(WITHOUT_SAVES)
    further = sum(len(one.acknowledged) for one in noted) - acknowledged
    return Control(
        "The migration adds a column that the running version does not fill",
        problem == "" and further == 0,
        {"saves within 4 s": further, "said": problem or "nothing"},
    )


DRILL = Drill(
    "rolling_upgrade",
    "Two instances are updated one by one under 6 clinicians, and taken back, on one PostgreSQL that goes ahead.",
    run,
    quick=False,
)
