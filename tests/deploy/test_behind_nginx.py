"""The application as a hospital runs it: two instances on sockets, nginx with TLS before them, one of them stopping."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from config.settings import base
from tests.deploy import proxied
from tests.deploy.proxied import HOST, ROOT, Proxy

PAGE = "/accounts/sign-in/"
SETTINGS = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "LM_MODE": "training",
    "LM_ALLOWED_HOSTS": HOST,
    "LM_SECRET_KEY": "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWx",
    "LM_AUDIT_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
    "LM_PROCESSES": "1",
    "LM_THREADS": "4",
}


def settings_in(folder: Path) -> dict[str, str]:
    return SETTINGS | {
        "DATABASE_URL": f"sqlite://{connection.settings_dict['NAME']}",
        "LM_AUDIT_DIR": str(folder / "audit"),
        "LM_STATIC_DIR": str(folder / "static"),
    }


def collect_static(folder: Path) -> None:
    """As in production, without those of the editing pages; in this process, which has imported everything already."""
    with override_settings(STATIC_ROOT=folder / "static", STORAGES=base.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])


@contextmanager
def instance(folder: Path, number: int) -> Iterator[subprocess.Popen[bytes]]:
    (folder / "metrics").mkdir(exist_ok=True)
    environment = settings_in(folder) | {
        "LM_INSTANCE": str(number),
        "LM_SOCKETS": str(folder),
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]
    with (folder / "gunicorn.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, stdout=log, start_new_session=True)
    try:
        yield server
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=60)


def wait_until_ready(folder: Path, number: int) -> None:
    ready = [sys.executable, str(ROOT / "deploy" / "web-ready"), str(folder / f"web-{number}")]
    done = subprocess.run(ready, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + (folder / "gunicorn.log").read_text()


class Visitors:
    """Ask for a page all the time, each over connections of its own."""

    def __init__(self, proxy: Proxy, number: int = 2) -> None:
        self.statuses: Counter[int] = Counter()
        self._proxy = proxy
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._visit) for _ in range(number)]

    def _visit(self) -> None:
        while not self._stop.is_set():
            self.statuses[self._proxy.ask(PAGE).status] += 1

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_two_instances_one_of_them_stopping_and_then_none() -> None:
    with tempfile.TemporaryDirectory(prefix="lm-") as name, proxied.proxy(Path(name)) as nginx:
        collect_static(nginx.folder)
        with instance(nginx.folder, 1) as first, instance(nginx.folder, 2) as second:
            wait_until_ready(nginx.folder, 1)
            wait_until_ready(nginx.folder, 2)
            pages_are_those_of_the_application(nginx)
            monitoring_is_answered(nginx)
            with Visitors(nginx) as visitors:
                stop_as_systemd_does(nginx.folder, 1, first)
                enough = sum(visitors.statuses.values()) + 20
                while sum(visitors.statuses.values()) < enough:
                    threading.Event().wait(0.02)
            assert set(visitors.statuses) == {200}
            os.killpg(second.pid, signal.SIGKILL)  # as if the power failed: nobody takes the socket away
            second.wait()
        gone = nginx.ask(PAGE)
        assert (gone.status, gone.headers["retry-after"]) == (503, "10")
        assert "Use the printed guidance" in gone.text


def pages_are_those_of_the_application(nginx: Proxy) -> None:
    page = nginx.ask(PAGE, X_Forwarded_Proto="http", X_Forwarded_For="10.0.0.1")  # which would lead to https for ever
    assert (page.status, "Sign in" in page.text) == (200, True), (nginx.folder / "gunicorn.log").read_text()
    assert "max-age=31536000" in page.headers["strict-transport-security"]
    assert page.headers["cache-control"] == "private, no-store"
    assert "; Secure" in page.headers["set-cookie"]
    (style,) = re.findall(r'href="(/static/css/tokens[^"]+)"', page.text)
    assert "immutable" in nginx.ask(style).headers["cache-control"]
    without_a_token = nginx.ask(PAGE, method="POST", body=b"x=1")
    assert without_a_token.status == 403  # by the application


def monitoring_is_answered(nginx: Proxy) -> None:
    assert nginx.ask("/healthz").status == 200
    assert '"canaries_old"' not in nginx.ask("/readyz").text  # nothing is in force in an empty database
    numbers = nginx.ask("/metrics").text
    assert 'lm_http_requests_total{method="GET",status="200",view="accounts:sign_in"} 1.0' in numbers
    assert 'lm_trouble{reason="no_release"} 1.0' in numbers


def stop_as_systemd_does(folder: Path, number: int, server: subprocess.Popen[bytes]) -> None:
    """ExecStop of lm-pathways-web@.service: the link goes, a second later SIGTERM comes."""
    (folder / f"web-{number}.sock").unlink()
    threading.Event().wait(1)
    server.terminate()
    assert server.wait(timeout=60) == 0
