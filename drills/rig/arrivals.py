"""People who read, in processes of their own beside the drill, and what they were answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drills.outcome import Setting
from drills.rig.application import ROOT, Application, environment_for
from drills.rig.load import THREADS

PROCESSES = 2
READ = 200


@dataclass(slots=True)
class Answers:
    """`times`: when each was due, in seconds since the beginning, and how long it took, by status."""

    times: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)
    silent_refusals: int = 0

    def add(self, printed: str) -> None:
        found = json.loads(printed)
        for due, seconds, status in found["answers"]:
            self.times.setdefault(status, []).append((due, seconds))
            self.statuses[status] += 1
        self.lags += found["lags"]
        self.silent_refusals += found["silent_refusals"]

    def seconds(self, *, since: float = 0.0, until: float = float("inf"), status: int = READ) -> list[float]:
        return [seconds for due, seconds in self.times.get(status, []) if since <= due < until]

    @property
    def refused(self) -> int:
        return self.statuses[503] + self.statuses[429]

    @property
    def failed(self) -> int:
        """Neither shown nor refused."""
        return self.statuses.total() - self.refused - self.statuses[READ]


def share(times: list[float], part: float) -> float:
    """The time within which so large a part was answered; the worst there is where nothing was."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] if times else float("inf")


@contextmanager
def arriving(
    setting: Setting, application: Application, places: Path, *, rate: float, seconds: float, purpose: str
) -> Iterator[Answers]:
    """`rate` per second altogether; 0 for as fast as sixteen can. What came of it is there after the body."""
    answers = Answers()
    threads = THREADS if rate else 16 // PROCESSES
    command = [sys.executable, "-m", "drills.rig.load", str(application.port), str(places), str(rate / PROCESSES)]
    processes = [
        subprocess.Popen(
            [*command, str(seconds), f"{setting.seed}/{purpose}/{one}", str(threads)],
            cwd=ROOT,
            env=environment_for("", setting.folder),
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in range(PROCESSES)
    ]
    try:
        yield answers
        for process in processes:
            printed, _ = process.communicate(timeout=seconds + 120)
            answers.add(printed)
    finally:
        for process in processes:
            process.kill()


def awake(url: str, folder: Path) -> Application:
    """Whose sessions outlast the drill: preparing them takes longer than a screen stays open."""
    return Application(url, folder, LM_COVER_MINUTES="60", LM_SESSION_END_MINUTES="90")


def prepare(setting: Setting, application: Application, *, wards: int, patients: int, sessions: int) -> Path:
    """Made by the services, in the database of this instance; the file says who may look at what."""
    done = subprocess.run(
        [sys.executable, "-m", "drills.rig.prepare_sessions", str(wards), str(patients), str(sessions)],
        cwd=ROOT,
        env=application.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The sessions could not be prepared: {done.stderr[-1500:]}")
    places = setting.folder / "places.json"
    places.write_text(done.stdout.splitlines()[-1], encoding="utf-8")
    return places
