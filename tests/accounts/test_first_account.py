"""An installation begins without accounts: a one-time code of the server makes the first administrator."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from accounts.models import FirstAccountCode, User
from audit.models import AuditEvent
from tests.cast import Cast

PAGE = "/accounts/first/"
NEW = "correct horse battery staple"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def printed_code() -> str:
    output = io.StringIO()
    call_command("first_account", stdout=output)
    found = re.search(r"\b(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}\b", output.getvalue())
    assert found
    assert PAGE in output.getvalue()
    return found.group()


def send(code: str, **changed: str) -> HttpResponse:
    fields = {"username": "k.tran", "first_name": "Kim", "last_name": "Tran", "new_password": NEW, "repeated": NEW}
    response: HttpResponse = Client().post(PAGE, {"code": code, **fields, **changed})
    return response


def test_the_sign_in_page_says_where_to_begin(client: Client) -> None:
    assert "Nobody can sign in yet." in client.get("/accounts/sign-in/").content.decode()
    send(printed_code())
    assert "Nobody can sign in yet." not in client.get("/accounts/sign-in/").content.decode()


def test_the_code_makes_one_administrator(client: Client) -> None:
    code = printed_code()
    assert send(code.lower().replace("-", " "))["Location"] == "/accounts/sign-in/"
    person = User.objects.get()
    assert (person.username, person.is_staff, person.is_superuser, person.roles) == (
        "k.tran",
        True,
        False,
        frozenset({"administrator"}),
    )
    assert AuditEvent.objects.get(action="accounts.first_account_made").actor_id == str(person.pk)
    assert not FirstAccountCode.objects.exists()
    assert client.post("/accounts/sign-in/", {"username": "k.tran", "password": NEW}).status_code == 302
    assert client.get("/admin/accounts/user/").status_code == 200
    assert send(code).status_code == 404
    assert Client().get(PAGE).status_code == 404


def test_only_its_hash_is_stored() -> None:
    code = printed_code()
    assert code not in str(list(FirstAccountCode.objects.values()))


def test_the_newest_code_counts() -> None:
    older, newer = printed_code(), printed_code()
    assert send(older).status_code == 422
    assert send(newer).status_code == 302


def test_it_is_valid_for_a_day(clock: time_machine.Traveller) -> None:
    code = printed_code()
    clock.shift(timedelta(hours=24, seconds=1))
    response = send(code)
    assert response.status_code == 422
    assert "older than a day" in response.content.decode()
    assert not User.objects.exists()


def test_guessing_waits() -> None:
    code = printed_code()
    assert [send("AAAA-AAAA-AAAA-AAAA-AAAA").status_code for _ in range(4)] == [422, 422, 422, 429]
    assert send(code).status_code == 429


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"repeated": "something else entirely"}, "The two new passwords are not the same."),
        ({"new_password": "short", "repeated": "short"}, "This password is too short."),
        (
            {"username": "administrator", "new_password": "administrator1", "repeated": "administrator1"},
            "too similar to the username",
        ),
        ({"username": "kim tran"}, "Enter a valid username."),
        ({"last_name": ""}, "Enter the last name."),
    ],
)
def test_what_is_wrong_is_said_and_the_code_still_counts(changed: dict[str, str], said: str) -> None:
    code = printed_code()
    response = send(code, **changed)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert send(code).status_code == 302


def test_not_where_somebody_administers(cast: Cast) -> None:
    with pytest.raises(CommandError, match="There is an administrator already"):
        call_command("first_account")
    assert Client().get(PAGE).status_code == 404


def test_not_where_a_superuser_is() -> None:
    User.objects.create_superuser("root", password=NEW)
    with pytest.raises(CommandError, match="There is an administrator already"):
        call_command("first_account")


def test_a_name_that_is_taken(cast: Cast) -> None:
    User.objects.filter(pk=cast.administrator.pk).update(is_active=False)
    response = send(printed_code(), username="consultant")
    assert response.status_code == 422
    assert "This user name is taken." in response.content.decode()


def test_a_name_that_is_taken_is_taken_however_its_accent_was_typed(client: Client) -> None:
    User.objects.create_user("ren\u00e9")
    typed = "rene\u0301"
    response = send(printed_code(), username=typed)
    assert response.status_code == 422
    assert "This user name is taken." in response.content.decode()


def test_an_accent_that_was_typed_apart_signs_in(client: Client) -> None:
    send(printed_code(), username="ren\u00e9")
    assert client.post("/accounts/sign-in/", {"username": "rene\u0301", "password": NEW}).status_code == 302
