"""A demo person who signed in with one click can also sign: in training, on the machine itself, and nobody else."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from accounts import demo
from accounts.loopback import demo_password
from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The consultant's, in a password file of the test's own."""
    monkeypatch.setattr(demo, "PASSWORD_FILE", tmp_path / "demo-passwords.json")
    return demo.passwords(tmp_path / "demo-passwords.json")["consultant"]


@pytest.fixture
def demo_consultant(db: None) -> User:
    person = Person(
        username="consultant", first_name="Demo", last_name="Person", roles=frozenset({Role.SENIOR}), is_demo=True
    )
    return add_person(person, password=PASSWORD, wards=(), by=None)


def request_of(user: object, **meta: str) -> HttpRequest:
    request = RequestFactory().get("/", **{"HTTP_HOST": "127.0.0.1:8000", **meta})
    request.user = user
    return request


def test_a_demo_person_sees_their_own(demo_consultant: User, password: str) -> None:
    assert demo_password(request_of(demo_consultant)) == password


def test_nobody_real_and_nobody_unknown_sees_one(cast: Cast, password: str) -> None:
    assert demo_password(request_of(cast.consultant)) == ""
    assert demo_password(request_of(AnonymousUser())) == ""


def test_not_from_elsewhere(demo_consultant: User, password: str) -> None:
    assert demo_password(request_of(demo_consultant, REMOTE_ADDR="10.1.2.3")) == ""
    assert demo_password(request_of(demo_consultant, HTTP_HOST="testserver")) == ""


def test_not_in_live_mode(demo_consultant: User, password: str, settings: object) -> None:
    settings.LM_MODE = "live"  # type: ignore[attr-defined]
    assert demo_password(request_of(demo_consultant)) == ""
