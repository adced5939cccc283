"""The sealer as a service beside the application, and what the log's tree holds, read with plain SQL."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drills.outcome import Check, holds
from drills.rig.application import PYTHON, Application
from drills.rig.cluster import wait_for
from drills.rig.verdict import connected


class SealerProcess:
    """`seal_audit` with the environment of an application; nothing is running until `start`."""

    def __init__(self, application: Application, *options: str) -> None:
        self.application = application
        self.options = options
        self.log = application.log.with_name(f"sealer-{id(self)}.log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*self.application.wrapped_in, PYTHON, "manage.py", "seal_audit", *self.options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.application.code,
                env=self.application.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP stalls it, SIGCONT lets it go on."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def kill(self) -> None:
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def status(self, *, seconds: float = 60.0) -> int | None:
        """With which status it ended by itself; None where it went on for so long, and is ended now."""
        if self._process is None:
            raise RuntimeError("The sealer was not started.")
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def said(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")


@contextmanager
def sealing(application: Application, *options: str) -> Iterator[SealerProcess]:
    """The sealer runs beside the body, with a key of its own."""
    make_key(application)
    sealer = SealerProcess(application, *options)
    sealer.start()
    try:
        yield sealer
    finally:
        sealer.kill()


def make_key(application: Application) -> None:
    carried_out(application, "new_audit_signing_key", "--if-missing")


def seal_once(application: Application) -> None:
    carried_out(application, "seal_audit", "--once")


def carried_out(application: Application, *command: str) -> None:
    done = application.manage(*command)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-400:]}{done.stderr[-400:]}")


@dataclass(frozen=True, slots=True)
class Tree:
    events: int
    pending: int
    leaves: int
    last_position: int  # -1 without leaves
    twice: int  # events with more than one leaf

    @property
    def dense(self) -> bool:
        """Positions go from 0 upwards without a gap, one for each event."""
        return self.leaves == self.last_position + 1 and not self.twice


def tree_in(url: str) -> Tree:
    with connected(url) as connection:

        def number(statement: str) -> int:
            return int(connection.execute(statement).fetchone()[0])

        return Tree(
            pending=number("SELECT count(*) FROM audit_pending"),  # first: what comes later is not counted as missing
            leaves=number("SELECT count(*) FROM audit_leaf"),
            last_position=number("SELECT coalesce(max(position), -1) FROM audit_leaf"),
            twice=number("SELECT count(*) - count(DISTINCT event_id) FROM audit_leaf"),
            events=number("SELECT count(*) FROM audit_event"),
        )


def wait_until_sealed(url: str, *, seconds: float = 120.0) -> float:
    """Seconds until nothing waits any more."""
    return wait_for(lambda: tree_in(url).pending == 0, seconds=seconds, what="Sealing everything that waits")


def verified(application: Application) -> subprocess.CompletedProcess[str]:
    """What the verification of the whole log says."""
    return application.manage("verify_audit", "--full", "--no-record")


def whole_log(application: Application) -> Check:
    done = verified(application)
    lines = [*done.stdout.splitlines()[:1], *done.stderr.splitlines()[-1:]]
    return holds("the whole log verifies", done.returncode == 0, value=" ".join(lines)[:200] or "nothing said")


def found_altered(application: Application) -> bool:
    return is_alarm(verified(application))


def is_alarm(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether the verification ran and found something, which is not the same as not having run."""
    return done.returncode == 1 and "RECORD NOT INTACT" in done.stdout


def checkpoints(application: Application) -> Path:
    return Path(application.environment["LM_AUDIT_DIR"]) / "checkpoints"
