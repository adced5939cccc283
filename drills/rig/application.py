"""The application as a hospital runs it: production settings under gunicorn, on a prepared database."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import mkdtemp

from drills.outcome import Setting
from drills.rig.cluster import Cluster, children_of, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
HOST = "lm.drill.example"
DATABASE = "lm_pathways"
SECONDS_TO_START = 60.0
CLINICIANS = 12
MADE_IN = "LM_DRILLS_MADE_IN"  # a program started by a drill uses the database that was made for the drill
PLACES = {"sqlite": "database.sqlite3", "postgresql": "cluster"}
PEOPLE = "people.json"
SECRETS = {
    "LM_SECRET_KEY": "of-drills-" + "kQ7xv2Lr9TzWb4Nc8Ym1Hs6Jd3Fp5Gt0Aq" * 2,
    "LM_AUDIT_MASTER_KEY": "ZHJpbGxzLW9ubHktZHJpbGxzLW9ubHktZHJpbGxzISE=",
}


@dataclass(frozen=True, slots=True)
class Clinician:
    """Somebody who signs in and saves one draft; everybody has a patient of their own."""

    username: str
    password: str
    person: str  # id
    patient: str  # id
    assessment: str  # id


class Application:
    """One instance of the web server. Nothing is running until `start`."""

    worker_class = "config.queueing_worker.QueueingWorker"

    def __init__(
        self,
        database_url: str,
        folder: Path,
        *,
        workers: int = 2,
        threads: int = 8,
        code: Path = ROOT,
        wrapped_in: tuple[str, ...] = (),
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.workers, self.threads = workers, threads
        self.code, self.wrapped_in = code, wrapped_in
        self.log = folder / f"web-{self.port}.log"
        self.environment = environment_for(database_url, folder, **environment)
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        command = [
            *self.wrapped_in,
            *(PYTHON, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", self.worker_class, "--workers", str(self.workers), "--threads", str(self.threads)),
            *("--graceful-timeout", "30", "--timeout", "60", "--log-level", "warning", "--no-control-socket"),
            *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else str(self.log.parent)),
        ]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd=self.code, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self._server is None or self._server.poll() is not None:
                raise RuntimeError(f"The application did not start: {self.last_words()}")
            if self.status_of("/accounts/sign-in/") == 200:
                return
            time.sleep(0.05)
        raise RuntimeError(f"The application did not answer: {self.last_words()}")

    def status_of(self, path: str, *, timeout: float = 10.0) -> int:
        """0 where nothing answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=proxied())
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def kill(self) -> None:
        """All its processes at one blow, in the middle of whatever they are doing."""
        if self._server is None:
            return
        for process in [self._server.pid, *children_of(self._server.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._server.wait()
        self._server = None

    def stop(self) -> None:
        """As a service manager does: answers that are under way are finished."""
        if self._server is not None and self._server.poll() is None:
            self._server.terminate()
            self._server.wait(timeout=60)
        self._server = None

    def processes(self) -> list[int]:
        return [] if self._server is None else [self._server.pid, *children_of(self._server.pid)]

    def manage(self, *arguments: str, timeout: float = 600.0) -> subprocess.CompletedProcess[str]:
        """A command of ours with the environment of this instance; the caller looks at its status."""
        return subprocess.run(
            [*self.wrapped_in, PYTHON, "manage.py", *arguments],
            cwd=self.code,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-1500:] if self.log.exists() else "nothing"


@contextmanager
def running(application: Application) -> Iterator[Application]:
    application.start()
    try:
        yield application
    finally:
        application.kill()


def environment_for(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("LM_", "DJANGO_", "DATABASE_"))
    }
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "LM_MODE": "training",
        "LM_ALLOWED_HOSTS": HOST,
        "LM_AUDIT_DIR": str(folder / "audit"),
        "LM_STATIC_DIR": str(ROOT / "var" / "drills" / "static"),  # nobody else collects anew while a drill runs
        "DATABASE_URL": database_url,
        **SECRETS,
        **more,
    }


def proxied() -> dict[str, str]:
    """What the proxy in front says of a request that came over TLS."""
    return {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}


# Prepared databases: made once, and copied for every drill


@cache
def made(kind: str) -> tuple[Path, tuple[Clinician, ...]]:
    """SQLite's file or the folder of PostgreSQL's server, to be copied and not used itself; and who works there."""
    folder = made_folder(kind)
    people = tuple(Clinician(**one) for one in json.loads((folder / PEOPLE).read_text(encoding="utf-8")))
    return folder / PLACES[kind], people


@cache
def made_folder(kind: str) -> Path:
    if given := os.environ.get(MADE_IN):
        return Path(given)
    folder = Path(mkdtemp(prefix="lm-drill-made-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place = folder / PLACES[kind]
    if kind == "sqlite":
        people = _prepared(f"sqlite://{place}", folder)
        _checkpoint(place)
    else:
        cluster = Cluster(place)
        cluster.create()
        cluster.start()
        try:
            cluster.execute(f"CREATE DATABASE {DATABASE}")
            people = _prepared(cluster.url(DATABASE), folder)
        finally:
            cluster.stop()
    (folder / PEOPLE).write_text(people, encoding="utf-8")
    return folder


def _checkpoint(database: Path) -> None:
    """Everything into the one file that is copied."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _prepared(url: str, folder: Path) -> str:
    """The clinicians, as JSON."""
    command = [PYTHON, "-m", "drills.rig.prepare_database", str(CLINICIANS)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_for(url, folder), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"The database could not be prepared: {done.stderr[-1500:]}")
    return done.stdout.splitlines()[-1]


def prepared_sqlite(setting: Setting, name: str = "database") -> tuple[str, tuple[Clinician, ...]]:
    """The URL of a database file of the drill's own, and who works there."""
    file, people = made("sqlite")
    own = setting.folder / f"{name}.sqlite3"
    shutil.copyfile(file, own)
    return f"sqlite://{own}", people


def prepared_cluster(setting: Setting, name: str = "primary", **settings: str) -> tuple[Cluster, tuple[Clinician, ...]]:
    """A server of the drill's own, not started; its database is `DATABASE`. `settings` are PostgreSQL's."""
    original, people = made("postgresql")
    cluster = Cluster(setting.folder / name, **settings)
    cluster.copy_of(Cluster(original))
    return cluster, people
