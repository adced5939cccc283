"""admin:pathways_releases, release and roll_back"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import Activation, Release
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import events, published
from tests.pathways.admin.gates import installed

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
RELEASES = "/admin/pathways/guidance/releases/"


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Release:
    installed(monkeypatch)
    return shipped_release()


@pytest.fixture
def second(cast: Cast, first: Release) -> Release:
    return published(cast, first)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.publisher)


def address(release: Release, name: str = "release") -> str:
    return reverse(f"admin:pathways_{name}", args=[release.pk])


def test_every_release_with_its_time_in_force(client: Client, first: Release, second: Release) -> None:
    page = client.get(RELEASES).content.decode()
    assert page.index("Release 2</a>: In force") < page.index("Release 1</a>: Was in force")
    for words in (" until ", "Under review. Made", "Approved. Made", "Version 1", "Not proved.", "1 promise"):
        assert words in page, words
    assert page.count("Put this release back in force") == 1


def test_no_release_yet(client: Client) -> None:
    assert "No release has been made yet." in client.get(RELEASES).content.decode()


def test_a_release_without_a_proof_says_so(client: Client, first: Release) -> None:
    page = client.get(address(first)).content.decode()
    assert "Nothing was proved of this release" in page
    assert first.sha256[:12] in page


def test_an_earlier_release_is_put_back_in_force(client: Client, first: Release, second: Release) -> None:
    back = address(first, "roll_back")
    page = client.get(back).content.decode()
    assert "New assessments will use release 1 at once." in page
    refused = client.post(back, {"reason": " "})
    assert refused.status_code == 422
    assert "<title>Error: Put release 1" in refused.content.decode()
    assert client.post(back, {"reason": "A wording is wrong."}).status_code == 302
    assert Activation.objects.first().release == first  # type: ignore[union-attr]
    page = client.get(RELEASES).content.decode()
    assert "Release 1</a>: In force" in page
    assert "put in force by Prof Anne Lindqvist: A wording is wrong." in page
    assert page.count("Put this release back in force") == 1
    assert events("release_activated") == 2  # when it was loaded, and now


def test_the_release_in_force_is_not_put_back(client: Client, first: Release, second: Release) -> None:
    response = client.post(address(second, "roll_back"), {"reason": "Again."})
    assert response.status_code == 422
    assert "This release is in force already." in response.content.decode()
    assert Activation.objects.count() == 2


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, first: Release, second: Release) -> None:
    for person in (cast.editor, cast.first_reviewer):
        page = client_of(person).get(RELEASES)
        assert page.status_code == 200
        assert "Put this release back in force" not in page.content.decode()
        assert client_of(person).post(address(first, "roll_back"), {"reason": "Mine."}).status_code == 403
    for person in (cast.consultant, cast.auditor):
        assert client_of(person).get(RELEASES).status_code == 403
    for name in ("release", "roll_back"):
        assert client.get(reverse(f"admin:pathways_{name}", args=[uuid4()])).status_code == 404
        assert client_of(None).get(address(first, name)).status_code == 302
    assert client.post(RELEASES).status_code == 405
    assert Activation.objects.count() == 2
