"""accounts:own and password_change: people look after their own account."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

PAGE = "/accounts/password/"
NEW = "quite another long password"

pytestmark = pytest.mark.django_db


def signed_in(username: str = "consultant") -> Client:
    client = Client()
    client.post("/accounts/sign-in/", {"username": username, "password": PASSWORD})
    return client


def change(client: Client, **changed: str) -> int:
    status: int = client.post(PAGE, {"password": PASSWORD, "new_password": NEW, "repeated": NEW, **changed}).status_code
    return status


def test_the_page_says_what_there_is(cast: Cast) -> None:
    page = signed_in().get("/accounts/").content.decode()
    for words in ("Dr Jane Okafor", "consultant", "Neuro-oncology", "5 minutes", "15 minutes", "Not set up"):
        assert words in page


@pytest.mark.parametrize("path", ["/accounts/", PAGE, "/accounts/second-factor/", "/accounts/second-factor/set-up/"])
def test_nobody_has_no_account(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/sign-in/?next={path}"
    assert client.delete(path).status_code in {302, 405}
    client = Client(enforce_csrf_checks=True)
    assert client.post(path).status_code in {302, 403}


def test_a_new_password_ends_every_other_session(cast: Cast) -> None:
    here, elsewhere, colleague = signed_in(), signed_in(), signed_in("registrar")
    key = here.session.session_key
    assert change(here) == 200
    assert here.get("/help/").status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get("/accounts/")["Location"] == "/accounts/sign-in/?next=/accounts/"
    assert colleague.get("/accounts/").status_code == 200
    cast.consultant.refresh_from_db()
    assert cast.consultant.check_password(NEW)


def test_it_is_recorded_without_the_password(cast: Cast) -> None:
    change(signed_in())
    event = AuditEvent.objects.get(action="accounts.account_changed")
    assert (event.actor_id, event.target) == (str(cast.consultant.pk), str(cast.consultant.pk))
    assert event.after == {"password": "changed by its owner"}
    assert b"another" not in bytes(event.payload)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong"}, "The password is not right."),
        ({"repeated": "something else entirely"}, "The two new passwords are not the same."),
        ({"new_password": "short", "repeated": "short"}, "This password is too short."),
        ({"new_password": "consultant12", "repeated": "consultant12"}, "too similar to the username"),
        ({"new_password": ""}, "Enter a new password."),
    ],
)
def test_refusals_change_nothing(cast: Cast, changed: dict[str, str], said: str) -> None:
    client = signed_in()
    response = client.post(PAGE, {"password": PASSWORD, "new_password": NEW, "repeated": NEW, **changed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert NEW not in response.content.decode()
    cast.consultant.refresh_from_db()
    assert cast.consultant.check_password(PASSWORD)


@time_machine.travel(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), tick=False)
def test_the_old_password_is_not_guessed_here(cast: Cast) -> None:
    client = signed_in()
    assert [change(client, password="wrong") for _ in range(4)] == [422, 422, 422, 429]
