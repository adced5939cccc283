"""A disk of a few megabytes in memory, which fills up at once; without root, in a name space of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from drills.outcome import Check, Control, Outcome, Setting
from drills.rig.application import MADE_IN, PYTHON, ROOT, made_folder

BLOCK = 1024 * 1024
OWN_SPACE = ("unshare", "--user", "--map-current-user", "--mount", "--keep-caps")
INSIDE = "LM_DRILLS_INSIDE"  # set for the program that runs in the name space


class NotPossible(RuntimeError):
    def __init__(self, why: str) -> None:
        super().__init__(f"No small disk can be mounted here, neither as root nor in a name space of one's own: {why}")


def needs_own_space() -> bool:
    return os.geteuid() != 0 and INSIDE not in os.environ


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "lm-drill", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotPossible(done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)  # noqa: S607


def why_no_disk() -> str:
    """Empty where one can be mounted."""
    if needs_own_space():
        tried = subprocess.run([*OWN_SPACE, "true"], capture_output=True, text=True, check=False)
        return tried.stderr.strip() if tried.returncode != 0 else ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with mounted(Path(folder) / "disk", 1):
                return ""
        except NotPossible as problem:
            return str(problem)


def fill(folder: Path) -> Path:
    """Until nothing more goes in; the file can be deleted."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (BLOCK, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    return ballast


def in_own_space(module: str, kind: str, setting: Setting) -> Outcome:
    """Runs `python -m MODULE KIND` there; it prints its outcome as the last line."""
    given = json.dumps({"seed": setting.seed, "quick": setting.quick, "folder": str(setting.folder)})
    done = subprocess.run(
        [*OWN_SPACE, PYTHON, "-m", module, kind, given],
        cwd=ROOT,
        env={**os.environ, INSIDE: "yes", MADE_IN: str(made_folder(kind))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotPossible(done.stderr.strip()[-500:])
    return outcome_from(json.loads(done.stdout.splitlines()[-1]))


def setting_from(given: str) -> Setting:
    stored: dict[str, Any] = json.loads(given)
    return Setting(seed=stored["seed"], quick=stored["quick"], folder=Path(stored["folder"]))


def printed(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome))


def outcome_from(stored: dict[str, Any]) -> Outcome:
    checks, controls = (Check(**one) for one in stored["checks"]), (Control(**one) for one in stored["controls"])
    return Outcome(tuple(checks), tuple(controls), stored["figures"])
