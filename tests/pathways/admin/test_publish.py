"""admin:pathways_publish"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from pathways.gate.report import Level
from pathways.models import CheckRun, Release
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import approve_everything, checked, events
from tests.pathways.admin.gates import Gate, installed, line

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
PUBLISH = "/admin/pathways/guidance/publish/"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return installed(monkeypatch)


@pytest.fixture
def release(cast: Cast, gate: Gate) -> Release:
    release = shipped_release()
    approve_everything(cast, release)
    return release


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.publisher)


def publish(client: Client, run: object, note: str = "Approved by the board.") -> HttpResponse:
    return client.post(PUBLISH, {"run": run, "note": note})


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_publishing_leads_to_the_release_with_its_certificate(cast: Cast, client: Client, release: Release) -> None:
    response = publish(client, checked(cast.publisher).pk)
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    for words in (
        "Release 2 is published and in force.",
        "In force from",
        "put in force by Prof Anne Lindqvist",
        "Proof certificate",
        "z3 9",
        "Never while bleeding.",
    ):
        assert words in page, words
    assert events("release_published") == 1


def test_without_a_note_nothing_is_published(cast: Cast, client: Client, release: Release) -> None:
    response = publish(client, checked(cast.publisher).pk, "  ")
    assert response.status_code == 422
    assert "<title>Error: Publish" in text_of(response)
    assert "clinicians read it" in text_of(response)
    assert Release.objects.count() == 1


def test_what_stands_in_the_way_is_said_and_the_note_is_kept(
    cast: Cast, client: Client, release: Release, gate: Gate
) -> None:
    gate.lines = (line(Level.BLOCKING, "case-failing", "A case fails."),)
    response = publish(client, checked(cast.publisher).pk, "A note that was typed.")
    assert response.status_code == 422
    page = text_of(response)
    assert "This cannot be published yet." in page
    assert "A case fails." in page
    assert "A note that was typed." in page
    assert Release.objects.count() == 1


@pytest.mark.parametrize("run", ["", "nonsense", "68d68616-2f45-4131-aeb3-7bfff5fae56b"])
def test_a_check_that_does_not_exist(client: Client, release: Release, run: str) -> None:
    assert publish(client, run).status_code == 404
    assert Release.objects.count() == 1


def test_a_check_of_the_working_versions_is_not_enough(client: Client, release: Release) -> None:
    client.post("/admin/pathways/guidance/check/")
    response = publish(client, CheckRun.objects.get().pk)
    assert response.status_code == 422
    assert Release.objects.count() == 1


def test_only_publishers_publish(cast: Cast, client: Client, client_of: ClientOf, release: Release) -> None:
    run = checked(cast.publisher)
    for person in (cast.editor, cast.first_reviewer, cast.consultant, cast.auditor):
        assert publish(client_of(person), run.pk).status_code == 403
    assert publish(client_of(None), run.pk).status_code == 302
    assert client.get(PUBLISH).status_code == 405
    assert Release.objects.count() == 1
