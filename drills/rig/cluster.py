"""PostgreSQL servers that drills start, kill, stall and promote; with data checksums and real fsync."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.postgresql import account_for_servers, binaries_for

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60.0
OWNER = "drills"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "wal_level": "replica",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %b ",
    "wal_retrieve_retry_interval": "500ms",  # a standby that has lost its primary
}


class NotStarted(RuntimeError):
    """The server did not answer in time; the sentence has the last lines of its log."""


class Cluster:
    """One server with its folder. Nothing is running until `start`; `with` a server, it is killed at the end."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.settings = {**SETTINGS, **settings}
        self.account = account_for_servers()
        site_packages = next((ROOT / ".venv" / "lib").glob("python3*/site-packages"))
        self.binaries = binaries_for(site_packages, folder.parent, copied=self.account is not None)
        self.starts = 0
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        self._own_folder()
        self.run(
            "initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--data-checksums", "--no-sync"
        )

    def copy_of(self, other: Cluster) -> None:
        """The same databases as those of a server that is not running."""
        self._own_folder()
        shutil.copytree(other.data, self.data, symlinks=True, dirs_exist_ok=True)  # a disk may be mounted there
        if self.account:
            own_tree(self.data, self.account)

    def standby_of(self, primary: Cluster, name: str) -> None:
        """A copy that follows `primary` once it is started."""
        self._own_folder()
        source = f"host=127.0.0.1 port={primary.port} user={OWNER} application_name={name}"
        self.run(
            "pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"
        )

    def start(self) -> None:
        """Again and again while the lock of a killed server is still there, as a service manager would."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self.has_ended():
                self.start_once()
            if self.answers():
                return
            time.sleep(0.1)
        raise NotStarted(f"PostgreSQL did not start: {self.last_words()}")

    def start_once(self) -> None:
        """Without waiting for an answer."""
        self._server = self._started()
        self.starts += 1

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.url(), connect_timeout=2) as connection:
            connection.execute("SELECT 1")
            return True
        return False

    def stop(self) -> None:
        """In order, everything written."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # "fast": sessions are ended, nothing is lost
            self._server.wait(timeout=60)
        self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """The server and everything it has started, at one blow, as when the power goes."""
        if self._server is None:
            return
        self.signal_all(signal.SIGKILL)
        self._server.wait()
        self._server = None

    def signal_all(self, number: signal.Signals) -> None:
        """To the server and all its processes; SIGSTOP stalls it, SIGCONT lets it go on."""
        if self._server is None:
            return
        for process in [self._server.pid, *children_of(self._server.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def has_ended(self) -> bool:
        return self._server is None or self._server.poll() is not None

    def change(self, name: str, value: str | None) -> None:
        """A setting of the server that runs, kept in its folder; None takes it back."""
        self.execute(f"ALTER SYSTEM SET {name} = '{value}'" if value is not None else f"ALTER SYSTEM RESET {name}")
        self.execute("SELECT pg_reload_conf()")

    def promote(self) -> None:
        self.execute("SELECT pg_promote(true, 60)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            check=False,
            **self._as_account(),
        )
        if done.returncode != 0:
            raise NotStarted(f"{program}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-800:] if self.log.exists() else "nothing"

    def _started(self) -> subprocess.Popen[bytes]:
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        command = [
            str(self.binaries / "postgres"),
            "-D",
            str(self.data),
            "-p",
            str(self.port),
            "-k",
            str(self.folder),
            *options,
        ]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                **self._as_account(),
            )

    def _own_folder(self) -> None:
        self.folder.mkdir(mode=0o755, exist_ok=True)
        if self.account:
            shutil.chown(self.folder, self.account, pwd.getpwnam(self.account).pw_gid)

    def _as_account(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account, "group": pwd.getpwnam(self.account).pw_gid}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(process: int) -> list[int]:
    """All below it; each process of PostgreSQL leads a session of its own, so a group would not have them."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == process:
                found.append(int(stat.parent.name))
    return [*found, *(below for child in found for below in children_of(child))]


def own_tree(folder: Path, account: str) -> None:
    group = pwd.getpwnam(account).pw_gid
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, account, group)


def wait_for(condition: Callable[[], bool], *, seconds: float, what: str) -> float:
    """Seconds until it held; raises TimeoutError."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not come about within {seconds:g} s.")


def came_about(condition: Callable[[], bool], *, seconds: float) -> bool:
    try:
        wait_for(condition, seconds=seconds, what="It")
    except TimeoutError:
        return False
    return True
