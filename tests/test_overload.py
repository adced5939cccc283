"""More is asked than can be answered: what has waited too long is refused at once, and nothing of it is done."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from audit.models import AuditEvent
from config.overload import OVERLOADED
from config.waiting import seconds_waited
from drills.rig.cluster import free_port
from patients.models import Assessment
from tests import factories, queueing_application
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import ClientOf, address, text_of

ROOT = Path(__file__).resolve().parent.parent
LATE = settings.LONGEST_QUEUE_OF_A_SAVE + 0.1


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def overloaded_draft(cast: Cast) -> Assessment:
    factories.shipped_release()
    return factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))


@pytest.fixture
def waited() -> Iterator[None]:
    token = seconds_waited.set(LATE)
    yield
    seconds_waited.reset(token)


@pytest.mark.django_db
def test_a_page_that_waited_too_long_is_refused_and_says_what_to_do(client: Client, waited: None) -> None:
    response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert response["Cache-Control"] == "private, no-store"
    assert "Nothing was shown and nothing was saved" in text_of(response)


@pytest.mark.django_db
def test_a_page_that_waited_a_little_is_answered(client: Client) -> None:
    seconds_waited.set(settings.LONGEST_QUEUE - 0.1)
    assert client.get("/").status_code == 200
    seconds_waited.set(0.0)


@pytest.mark.django_db
def test_a_save_is_refused_later_than_a_page(client: Client) -> None:
    seconds_waited.set((settings.LONGEST_QUEUE + settings.LONGEST_QUEUE_OF_A_SAVE) / 2)
    assert client.get("/").status_code == 503
    assert client.post("/").status_code == 405
    seconds_waited.set(0.0)


def in_line(port: int) -> float:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", "/")
        return float(connection.getresponse().read())


def test_the_server_tells_how_long_each_request_waited_for_a_thread() -> None:
    port = free_port()
    command = ["-m", "gunicorn", "tests.queueing_application:application", "--bind", f"127.0.0.1:{port}"]
    worker = ["--worker-class", "config.queueing_worker.QueueingWorker", "--threads", "1", "--no-control-socket"]
    server = subprocess.Popen([sys.executable, *command, *worker], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        with ThreadPoolExecutor(3) as people:
            waited = sorted(people.map(in_line, [port] * 3))
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert waited[0] < queueing_application.SECONDS / 2
    assert waited[2] - waited[0] > queueing_application.SECONDS


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError):
            in_line(port)
            return
        time.sleep(0.05)
    raise TimeoutError("The server did not start.")


@pytest.mark.django_db
def test_nothing_of_a_refused_save_is_done_and_the_same_save_succeeds_later(
    cast: Cast, client: Client, overloaded_draft: Assessment
) -> None:
    url = address("assessment_edit", overloaded_draft.pk)
    page: Any = client.get(url)
    form = form_of(page, finding_kps="80")
    before = AuditEvent.everything.count()
    token = seconds_waited.set(LATE)
    refused = client.post(url, form, headers={"HX-Request": "true"})
    seconds_waited.reset(token)
    assert (refused.status_code, text_of(refused)) == (503, OVERLOADED)
    assert AuditEvent.everything.count() == before
    assert client.post(url, form, headers={"HX-Request": "true"}).status_code == 200
    stored = Assessment.objects.get(pk=overloaded_draft.pk)
    assert (stored.findings["kps"]["value"], stored.revision) == ("80", overloaded_draft.revision + 1)
