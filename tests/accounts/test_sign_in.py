"""accounts:sign_in, demo_sign_in and sign_out."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

SIGN_IN = "/accounts/sign-in/"
SIGN_OUT = "/accounts/sign-out/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_person() -> User:
    person = Person(
        username="demo", first_name="Demo", last_name="Person", roles=frozenset({Role.SENIOR}), is_demo=True
    )
    return add_person(person, password=PASSWORD, wards=(), by=None)


def loopback() -> Client:
    return Client(headers={"host": "127.0.0.1:8000"})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("at_us").values_list("action", flat=True))


def sign_in(client: Client, username: str, password: str, **fields: str) -> object:
    return client.post(SIGN_IN, {"username": username, "password": password, **fields})


class TestSignIn:
    def test_the_right_password_signs_in_and_is_recorded(self, cast: Cast, client: Client) -> None:
        response = client.post(SIGN_IN, {"username": "consultant", "password": PASSWORD})
        assert response.status_code == 302
        assert response["Location"] == "/"
        event = AuditEvent.objects.get(action="accounts.signed_in")
        assert (event.actor_id, event.actor_name) == (str(cast.consultant.pk), "Dr Jane Okafor")
        assert event.actor_role == "Consultant neuro-oncologist"
        assert event.session_hash
        assert event.session_hash != client.session.session_key

    @pytest.mark.parametrize("username", ["consultant", "nobody-of-this-name"])
    def test_wrong_details_get_the_same_answer_whoever_it_was(self, cast: Cast, client: Client, username: str) -> None:
        response = client.post(SIGN_IN, {"username": username, "password": "wrong"})
        assert response.status_code == 422
        assert "The user name or the password is not right." in response.content.decode()
        assert "_auth_user_id" not in client.session

    def test_failures_are_recorded_without_the_name_that_was_typed_unless_it_exists(
        self, cast: Cast, client: Client
    ) -> None:
        sign_in(client, "consultant", "wrong")
        sign_in(client, "my-secret-password", "wrong")
        failures = AuditEvent.objects.filter(action="accounts.sign_in_failed").order_by("at_us")
        assert [(event.target, event.outcome) for event in failures] == [
            ("consultant", "refused"),
            ("an unknown user name", "refused"),
        ]

    def test_a_closed_account_is_refused(self, cast: Cast, client: Client) -> None:
        User.objects.filter(pk=cast.consultant.pk).update(is_active=False)
        assert sign_in(client, "consultant", PASSWORD).status_code == 422  # type: ignore[attr-defined]

    def test_the_session_key_changes(self, cast: Cast, client: Client) -> None:
        sign_in(client, "consultant", PASSWORD)
        first = client.session.session_key
        sign_in(client, "consultant", PASSWORD)
        assert client.session.session_key != first

    @pytest.mark.parametrize(
        ("wanted", "reached"),
        [
            ("/help/", "/help/"),
            ("", "/"),
            ("https://elsewhere.example/", "/"),
            ("//elsewhere.example/", "/"),
            ("/\\elsewhere.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("foo", "/"),
            ("?x", "/"),
            ("#", "/"),
            ("patients:worklist", "/"),
        ],
    )
    def test_next_leads_to_pages_of_ours_only(self, cast: Cast, client: Client, wanted: str, reached: str) -> None:
        response = client.post(SIGN_IN, {"username": "consultant", "password": PASSWORD, "next": wanted})
        assert response["Location"] == reached

    def test_the_page_keeps_where_somebody_wanted_to_go(self, client: Client) -> None:
        response = client.get(SIGN_IN, {"next": "/help/"})
        assert response.status_code == 200
        assert 'value="/help/"' in response.content.decode()

    def test_somebody_signed_in_is_sent_on(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.consultant)
        assert client.get(SIGN_IN)["Location"] == "/"

    def test_a_foreign_form_is_refused(self, cast: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        response = client.post(SIGN_IN, {"username": "consultant", "password": PASSWORD})
        assert response.status_code == 403
        assert "out of date" in response.content.decode()

    def test_other_methods_are_refused(self, client: Client) -> None:
        assert client.put(SIGN_IN).status_code == 405


class TestDemoSignIn:
    def test_one_click_on_this_machine_in_training(self, demo_person: User) -> None:
        client = loopback()
        assert "Demo Person" in client.get(SIGN_IN).content.decode()
        response = client.post(f"{SIGN_IN}demo/{demo_person.pk}/")
        assert response.status_code == 302
        assert client.session["_auth_user_id"] == str(demo_person.pk)
        assert actions()[-1] == "accounts.signed_in_as_demo"

    @pytest.mark.parametrize(
        ("headers", "address"),
        [
            ({"host": "testserver"}, "127.0.0.1"),
            ({"host": "127.0.0.1"}, "10.1.2.3"),
            ({"host": "127.0.0.1", "x-forwarded-for": "127.0.0.1"}, "127.0.0.1"),
            ({"host": "127.0.0.1", "forwarded": "for=127.0.0.1"}, "127.0.0.1"),
        ],
    )
    def test_never_from_elsewhere(self, demo_person: User, headers: dict[str, str], address: str) -> None:
        client = Client(headers=headers, REMOTE_ADDR=address)
        assert "Demo Person" not in client.get(SIGN_IN).content.decode()
        assert client.post(f"{SIGN_IN}demo/{demo_person.pk}/").status_code == 404
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("changed", [{"LM_MODE": "live"}, {"DEMO_SIGN_IN": False}])
    def test_never_in_live_mode_or_where_it_is_off(
        self, demo_person: User, settings: object, changed: dict[str, object]
    ) -> None:
        for name, value in changed.items():
            setattr(settings, name, value)
        client = loopback()
        assert "Demo Person" not in client.get(SIGN_IN).content.decode()
        assert client.post(f"{SIGN_IN}demo/{demo_person.pk}/").status_code == 404

    def test_never_as_somebody_real(self, cast: Cast) -> None:
        client = loopback()
        assert client.post(f"{SIGN_IN}demo/{cast.consultant.pk}/").status_code == 404

    def test_never_by_get(self, demo_person: User) -> None:
        assert loopback().get(f"{SIGN_IN}demo/{demo_person.pk}/").status_code == 405


class TestSignOut:
    def test_ends_the_session_and_clears_the_browser(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.consultant)
        response = client.post(SIGN_OUT)
        assert response["Location"] == SIGN_IN
        assert response["Clear-Site-Data"] == '"cache", "storage"'
        assert "_auth_user_id" not in client.session
        event = AuditEvent.objects.get(action="accounts.signed_out")
        assert event.actor_id == str(cast.consultant.pk)
        assert event.session_hash

    def test_is_harmless_when_nobody_is_signed_in(self, client: Client) -> None:
        assert client.post(SIGN_OUT).status_code == 302
        assert actions() == []

    def test_never_by_get(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.consultant)
        assert client.get(SIGN_OUT).status_code == 405
        assert "_auth_user_id" in client.session
