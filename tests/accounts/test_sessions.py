"""Covered when nobody is at work, ended after a while: the server decides, and only what a person did counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

HTMX = {"hx-request": "true"}
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SESSION, UNLOCK, AGAIN = "/accounts/session/", "/accounts/unlock/", "/accounts/sign-in/again/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def signed_in(username: str = "consultant", **fields: str) -> Client:
    client = Client()
    response = client.post("/accounts/sign-in/", {"username": username, "password": PASSWORD, **fields})
    assert response.status_code == 302
    return client


def state(client: Client, **headers: str) -> str:
    said: str = client.get(SESSION, headers=headers).json()["state"]
    return said


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("at_us", "db_at").values_list("action", flat=True))


def again(client: Client, user: User, password: str = PASSWORD, **fields: str) -> HttpResponse:
    response: HttpResponse = client.post(AGAIN, {"person": str(user.pk), "password": password, **fields})
    return response


class TestCover:
    def test_after_five_minutes_without_activity(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=4, seconds=59))
        assert state(client) == "open"
        clock.shift(timedelta(seconds=1))
        assert state(client) == "covered"
        assert actions().count("accounts.screen_covered") == 1

    def test_a_clock_that_is_set_back_leaves_no_screen_open(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(seconds=-20))  # two servers whose clocks differ
        assert state(client) == "open"
        clock.shift(timedelta(days=-3))
        assert state(client) == "covered"
        assert client.post(UNLOCK, {"password": PASSWORD}).status_code == 302
        assert state(client) == "open"
        for _ in range(12 * 60 // 4):
            clock.shift(timedelta(minutes=4))
            client.get("/help/")
        assert state(client) == "signed out"  # after twelve hours, as ever

    def test_loading_a_page_counts(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        for _ in range(4):
            clock.shift(timedelta(minutes=4))
            assert client.get("/help/").status_code == 200
        assert state(client) == "open"

    @pytest.mark.parametrize("sent", ["saves", "asks", "a style sheet", "a frame"])
    def test_what_pages_send_by_themselves_does_not(self, cast: Cast, clock: time_machine.Traveller, sent: str) -> None:
        client = signed_in()
        headers = {
            "saves": HTMX,
            "asks": {},
            "a style sheet": {"sec-fetch-dest": "style"},
            "a frame": {"sec-fetch-dest": "iframe"},
        }[sent]
        for _ in range(5):
            clock.shift(timedelta(minutes=1))
            client.get(SESSION if sent == "asks" else "/help/", headers=headers)
        assert state(client) == "covered"

    def test_unless_it_says_when_somebody_was_active(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=4))
        client.get(SESSION, headers={"active-ago": "60"})
        clock.shift(timedelta(minutes=3, seconds=59))
        assert state(client) == "open"
        clock.shift(timedelta(seconds=1))
        assert state(client) == "covered"

    @pytest.mark.parametrize("said", ["-300", "soon", "1e3", "9" * 30, "٣"])
    def test_nonsense_is_no_activity(self, cast: Cast, clock: time_machine.Traveller, said: str) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=4))
        client.get(SESSION, headers={"active-ago": said.encode().decode("latin-1")})
        clock.shift(timedelta(minutes=1))
        assert state(client) == "covered"

    def test_activity_that_is_claimed_too_late_does_not_uncover(
        self, cast: Cast, clock: time_machine.Traveller
    ) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        assert state(client, **{"active-ago": "0"}) == "covered"
        assert client.get("/help/").status_code == 302

    def test_loading_a_page_anew_does_not_uncover(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        response = client.get("/?page=2")
        assert response["Location"] == "/accounts/unlock/?next=%2F%3Fpage%3D2"
        page = client.get(response["Location"]).content.decode()
        assert "The screen is covered" in page
        assert "session-dialog" not in page

    @pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
    @pytest.mark.parametrize("path", ["/", "/help/", "/accounts/password/", "/admin/", "/nothing/"])
    def test_everything_that_a_script_asks_for_is_refused(
        self, cast: Cast, clock: time_machine.Traveller, path: str, method: str
    ) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        for headers in (HTMX, {"sec-fetch-dest": "empty"}):
            response = getattr(client, method)(path, headers=headers)
            assert (response.status_code, response["Session-State"]) == (401, "covered")

    def test_the_password_uncovers_and_leads_back(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        assert state(client) == "covered"
        key = client.session.session_key
        assert client.post(UNLOCK, {"password": "wrong", "next": "/help/"}).status_code == 422
        response = client.post(UNLOCK, {"password": PASSWORD, "next": "/help/"})
        assert response["Location"] == "/help/"
        assert client.session.session_key != key
        assert state(client) == "open"
        assert actions()[-3:] == ["accounts.screen_covered", "accounts.password_refused", "accounts.password_asked"]

    def test_wrong_passwords_wait(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        answers = [client.post(UNLOCK, {"password": "wrong"}).status_code for _ in range(4)]
        assert answers == [422, 422, 422, 429]

    def test_an_open_session_has_nothing_to_unlock(self, cast: Cast) -> None:
        assert signed_in().get(UNLOCK, {"next": "https://elsewhere.example/"})["Location"] == "/"

    def test_one_may_sign_out_instead(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=6))
        assert client.post("/accounts/sign-out/")["Location"] == "/accounts/sign-in/"
        assert state(client) == "signed out"

    def test_the_dialog_stands_in_every_page(self, cast: Cast, client: Client) -> None:
        assert "session-dialog" not in client.get("/accounts/sign-in/").content.decode()
        client.force_login(cast.auditor)
        for path in ("/help/", "/admin/"):
            page = client.get(path).content.decode()
            assert f'data-person="{cast.auditor.pk}"' in page
            assert 'data-cover-in="300"' in page


class TestEnd:
    def test_after_fifteen_minutes(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=15))
        response = client.get("/?page=2")
        assert response["Location"] == "/accounts/sign-in/?next=/%3Fpage%3D2"
        assert response["Clear-Site-Data"] == '"cache", "storage"'
        assert actions()[-1] == "accounts.session_ended"
        assert AuditEvent.objects.latest("at_us").actor_id == str(cast.consultant.pk)
        assert not Session.objects.exists()

    def test_a_save_is_told_so(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=15))
        response = client.post("/", headers=HTMX)
        assert (response.status_code, response["Session-State"]) == (401, "signed out")
        assert "Nothing was saved" in response.content.decode()

    def test_after_twelve_hours_however_busy(self, cast: Cast, clock: time_machine.Traveller, settings: object) -> None:
        settings.SCREEN_COVER_SECONDS, settings.SESSION_END_SECONDS = 5 * 3600, 6 * 3600  # type: ignore[attr-defined]
        client = signed_in()
        for _ in range(2):
            clock.shift(timedelta(hours=4))
            assert state(client, **{"active-ago": "0"}) == "open"
        clock.shift(timedelta(hours=3, minutes=59))
        assert state(client, **{"active-ago": "0"}) == "open"
        clock.shift(timedelta(minutes=1))
        assert state(client, **{"active-ago": "0"}) == "signed out"

    def test_sooner_on_a_shared_computer(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in(shared="on")
        clock.shift(timedelta(minutes=2))
        assert state(client) == "covered"
        clock.shift(timedelta(minutes=8))
        assert state(client) == "signed out"

    def test_as_it_is_set(self, cast: Cast, clock: time_machine.Traveller, settings: object) -> None:
        settings.SCREEN_COVER_SECONDS, settings.SESSION_END_SECONDS = 60, 120  # type: ignore[attr-defined]
        client = signed_in()
        clock.shift(timedelta(seconds=60))
        assert state(client) == "covered"
        clock.shift(timedelta(seconds=60))
        assert state(client) == "signed out"

    @pytest.mark.parametrize("minutes", [1, 6])
    def test_in_another_tab_at_the_same_moment(
        self, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, minutes: int
    ) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=minutes))

        def is_gone(session: SessionStore, must_create: bool = False) -> None:
            monkeypatch.undo()
            raise UpdateError

        monkeypatch.setattr(SessionStore, "save", is_gone)
        assert client.get("/")["Location"] == "/accounts/sign-in/?next=/"

    def test_a_closed_account_has_no_session_any_more(self, cast: Cast) -> None:
        client = signed_in()
        User.objects.filter(pk=cast.consultant.pk).update(is_active=False)
        assert state(client) == "signed out"
        assert client.get("/", headers=HTMX).status_code == 401


class TestAgain:
    def test_the_same_person_goes_on_in_a_new_session(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = signed_in()
        clock.shift(timedelta(minutes=20))
        assert state(client) == "signed out"
        response = again(client, cast.consultant)
        assert response.status_code == 200
        assert response.json()["person"] == str(cast.consultant.pk)
        assert state(client) == "open"

    def test_a_covered_screen_is_uncovered_without_a_new_sign_in(
        self, cast: Cast, clock: time_machine.Traveller
    ) -> None:
        client = signed_in()
        token = client.get(SESSION).json()["token"]
        clock.shift(timedelta(minutes=6))
        assert again(client, cast.consultant).json()["state"] == "open"
        assert actions()[-2:] == ["accounts.screen_covered", "accounts.password_asked"]
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        renewed = strict.post("/accounts/sign-out/", headers={"x-csrftoken": token})
        assert renewed.status_code == 302, "the forms of other tabs go on with the token they have"

    def test_the_answer_brings_a_token_that_counts(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = Client(enforce_csrf_checks=True)
        token = client.get(SESSION).json()["token"]
        response = client.post(
            AGAIN, {"person": str(cast.consultant.pk), "password": PASSWORD}, headers={"x-csrftoken": token}
        )
        fresh = response.json()["token"]
        assert client.post("/accounts/sign-out/", headers={"x-csrftoken": token}).status_code == 403
        assert client.post("/accounts/sign-out/", headers={"x-csrftoken": fresh}).status_code == 302

    def test_a_wrong_password_is_told_from_nothing(self, cast: Cast) -> None:
        client = Client()
        for person in (cast.consultant.pk, "7d1e2f64-36a9-4a4f-9a49-0a3b8a8f3f1d"):
            response = client.post(AGAIN, {"person": str(person), "password": "wrong"})
            assert (response.status_code, response.json()["message"]) == (422, "The password is not right.")
        assert client.post(AGAIN, {"person": "x", "password": PASSWORD}).status_code == 422
        assert state(client) == "signed out"

    def test_it_waits_as_at_sign_in(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = Client()
        assert [again(client, cast.consultant, "wrong").status_code for _ in range(4)] == [422, 422, 422, 429]

    def test_whoever_is_signed_in_meanwhile_is_signed_out(self, cast: Cast) -> None:
        client = signed_in("registrar")
        key = client.session.session_key
        assert again(client, cast.consultant).json()["person"] == str(cast.consultant.pk)
        assert not Session.objects.filter(session_key=key).exists()
        left = AuditEvent.objects.get(action="accounts.signed_out")
        assert left.actor_id == str(cast.registrar.pk)

    def test_one_s_own_page_with_somebody_else_s_password_is_refused(self, cast: Cast) -> None:
        cast.registrar.set_password("another password of length")
        cast.registrar.save()
        assert again(signed_in(), cast.registrar, PASSWORD).status_code == 422

    def test_a_shared_computer_stays_one(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = Client()
        again(client, cast.consultant, shared="yes")
        clock.shift(timedelta(minutes=2))
        assert state(client) == "covered"


def test_a_demo_person_s_cover_shows_the_password(client: Client) -> None:
    person = Person(username="demo", first_name="A", last_name="B", roles=frozenset({Role.SENIOR}), is_demo=True)
    demo = add_person(person, password=PASSWORD, wards=(), by=None)
    client = Client(headers={"host": "127.0.0.1:8000"})
    client.post(f"/accounts/sign-in/demo/{demo.pk}/")
    assert "session-dialog" in client.get("/help/").content.decode()
