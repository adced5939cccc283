"""The second factor: set up by its owner, asked for at sign-in, demanded of a role, taken away by an administrator."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpResponse
from django.test import Client

from accounts import second_factor
from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

SIGN_IN, CODE = "/accounts/sign-in/", "/accounts/sign-in/code/"
OWN, SET_UP, PICTURE = "/accounts/second-factor/", "/accounts/second-factor/set-up/", "/accounts/second-factor/picture/"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def codes(cast: Cast) -> tuple[str, ...]:
    """The consultant's recovery codes."""
    made = second_factor.switch_on(by=cast.consultant, secret=SECRET, code=code_now())
    assert made is not None
    return made


def code_now(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(datetime.now(tz=UTC).timestamp()) // 30)))


def password_given(**fields: str) -> Client:
    client = Client()
    response = client.post(SIGN_IN, {"username": "consultant", "password": PASSWORD, **fields})
    assert response["Location"] == CODE
    return client


def changes() -> list[dict[str, str]]:
    events = AuditEvent.objects.filter(action="accounts.second_factor_changed").order_by("at_us", "db_at")
    return [event.after or {} for event in events]


class TestSettingUp:
    def test_the_picture_the_code_and_the_recovery_codes(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.registrar)
        assert "Set it up" in client.get(OWN).content.decode()
        assert client.get(PICTURE)["Location"] == OWN
        page = client.get(SET_UP).content.decode()
        secret = client.session["second_factor_secret"]
        assert secret in page
        picture = client.get(PICTURE)
        assert picture["Content-Type"] == "image/svg+xml"
        assert b"<svg" in picture.content
        assert b"style" not in picture.content
        answer = client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)}).content.decode()
        assert answer.count("<li><code>") == 10
        assert changes() == [{"second_factor": "switched on"}]
        assert "On since 22-Nov-2026" in client.get(OWN).content.decode()
        assert client.get(SET_UP)["Location"] == OWN

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"password": PASSWORD, "code": "000000"}, "The code is not right."),
            ({"password": "wrong", "code": "000000"}, "The password is not right."),
            ({"password": PASSWORD, "code": ""}, "Enter the code."),
        ],
    )
    def test_refusals_leave_it_off(self, cast: Cast, client: Client, fields: dict[str, str], said: str) -> None:
        client.force_login(cast.registrar)
        client.get(SET_UP)
        secret = client.session["second_factor_secret"]
        response = client.post(SET_UP, fields)
        assert response.status_code == 422
        assert said in response.content.decode()
        assert client.session["second_factor_secret"] == secret
        assert not second_factor.is_on(cast.registrar)

    def test_secrets_are_stored_encrypted(self, cast: Cast, codes: tuple[str, ...]) -> None:
        stored = str(list(Authenticator.objects.values("data")))
        assert SECRET not in stored
        assert not any(code in stored for code in codes)

    def test_a_new_master_key_reads_old_secrets(
        self, cast: Cast, codes: tuple[str, ...], settings: object, clock: time_machine.Traveller
    ) -> None:
        settings.AUDIT_MASTER_KEY_FALLBACKS = (settings.AUDIT_MASTER_KEY,)  # type: ignore[attr-defined]
        settings.AUDIT_MASTER_KEY = "YW5vdGhlci1rZXktZm9yLXRlc3RzLWFub3RoZXItMTI="  # type: ignore[attr-defined]
        assert second_factor.examine(cast.consultant, code_now()).right


class TestSigningIn:
    def test_password_then_code(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given(next="/help/")
        assert client.get("/")["Location"] == "/accounts/sign-in/?next=/"
        assert client.get(CODE).status_code == 200
        assert client.post(CODE, {"code": code_now()})["Location"] == "/help/"
        assert client.session["_auth_user_id"] == str(cast.consultant.pk)

    def test_a_password_that_is_changed_meanwhile_begins_no_session(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given()
        cast.consultant.set_password("quite another password 2026")
        cast.consultant.save()
        assert client.post(CODE, {"code": code_now()}).status_code == 422
        assert "_auth_user_id" not in client.session

    def test_an_account_that_is_closed_meanwhile_begins_no_session(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given()
        User.objects.filter(pk=cast.consultant.pk).update(is_active=False)
        assert client.post(CODE, {"code": code_now()}).status_code == 422
        assert "_auth_user_id" not in client.session

    def test_half_a_sign_in_does_not_outlive_the_next_one(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given()
        client.post(SIGN_IN, {"username": "registrar", "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(cast.registrar.pk)
        assert client.post(CODE, {"code": code_now()})["Location"] == SIGN_IN
        assert client.session["_auth_user_id"] == str(cast.registrar.pk)

    def test_a_code_counts_once(self, cast: Cast, codes: tuple[str, ...], clock: time_machine.Traveller) -> None:
        code = code_now()
        assert password_given().post(CODE, {"code": code}).status_code == 302
        assert password_given().post(CODE, {"code": code}).status_code == 422
        clock.shift(timedelta(seconds=30))
        assert password_given().post(CODE, {"code": code}).status_code == 422
        assert password_given().post(CODE, {"code": code_now()}).status_code == 302

    def test_a_code_of_half_a_minute_ago_counts(
        self, cast: Cast, codes: tuple[str, ...], clock: time_machine.Traveller
    ) -> None:
        code = code_now()
        clock.shift(timedelta(seconds=30))
        assert password_given().post(CODE, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302

    def test_a_recovery_code_counts_once(self, cast: Cast, codes: tuple[str, ...]) -> None:
        assert password_given().post(CODE, {"code": codes[3]}).status_code == 302
        assert password_given().post(CODE, {"code": codes[3]}).status_code == 422
        assert second_factor.of(cast.consultant).recovery_codes_left == 9  # type: ignore[union-attr]

    def test_wrong_codes_are_recorded_and_wait(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given()
        answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(4)]
        assert answers == [422, 422, 422, 429]
        refused = AuditEvent.objects.filter(action="accounts.second_factor_refused")
        assert {(one.actor_id, one.outcome) for one in refused} == {(str(cast.consultant.pk), "refused")}
        assert refused.count() == 3
        assert "_auth_user_id" not in client.session

    def test_the_code_is_awaited_for_five_minutes(
        self, cast: Cast, codes: tuple[str, ...], clock: time_machine.Traveller
    ) -> None:
        client = password_given()
        clock.shift(timedelta(minutes=5))
        assert client.post(CODE, {"code": code_now()})["Location"] == SIGN_IN
        assert Client().get(CODE)["Location"] == SIGN_IN

    def test_a_closed_account_comes_no_further(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client = password_given()
        User.objects.filter(pk=cast.consultant.pk).update(is_active=False)
        assert client.post(CODE, {"code": code_now()}).status_code == 422

    def test_the_shared_computer_is_remembered_until_the_code(
        self, cast: Cast, codes: tuple[str, ...], clock: time_machine.Traveller
    ) -> None:
        client = password_given(shared="on")
        client.post(CODE, {"code": code_now()})
        assert client.session["clock"]["shared"] is True

    def test_the_dialog_asks_for_both(self, cast: Cast, codes: tuple[str, ...]) -> None:
        client, person = Client(), str(cast.consultant.pk)

        def again(code: str) -> HttpResponse:
            fields = {"person": person, "password": PASSWORD, "code": code}
            response: HttpResponse = client.post("/accounts/sign-in/again/", fields)
            return response

        assert again("").json() == {"message": "Enter the code of your authenticator app.", "code": True}
        assert again("000000").status_code == 422
        assert again(code_now()).json()["state"] == "open"


class TestTakingItAway:
    def test_its_owner_switches_it_off(self, cast: Cast, client: Client, codes: tuple[str, ...]) -> None:
        client.force_login(cast.consultant)
        assert client.post(OWN, {"password": "wrong", "switch_off": "yes"}).status_code == 422
        assert second_factor.is_on(cast.consultant)
        assert client.post(OWN, {"password": PASSWORD, "switch_off": "yes"}).status_code == 302
        assert not second_factor.is_on(cast.consultant)
        assert changes()[-1] == {"second_factor": "switched off"}

    def test_new_recovery_codes_replace_the_old(self, cast: Cast, client: Client, codes: tuple[str, ...]) -> None:
        client.force_login(cast.consultant)
        page = client.post(OWN, {"password": PASSWORD, "new_codes": "yes"}).content.decode()
        assert page.count("<li><code>") == 10
        assert not any(code in page for code in codes)
        assert not second_factor.examine(cast.consultant, codes[0]).right
        assert changes()[-1] == {"recovery_codes": "made anew"}

    def test_an_administrator_takes_it_away(self, cast: Cast, client: Client, codes: tuple[str, ...]) -> None:
        client.force_login(cast.administrator)
        chosen = {"action": "take_away_second_factor", "_selected_action": [str(cast.consultant.pk)]}
        client.post("/admin/accounts/user/", chosen)
        assert not second_factor.is_on(cast.consultant)
        event = AuditEvent.objects.filter(action="accounts.second_factor_changed").latest("db_at")
        assert (event.actor_id, event.target) == (str(cast.administrator.pk), str(cast.consultant.pk))

    def test_nobody_else_does(self, cast: Cast, codes: tuple[str, ...]) -> None:
        for by in (cast.auditor, cast.registrar):
            with pytest.raises(second_factor.NotAnAdministrator):
                second_factor.take_away(cast.consultant, by=by)
        with pytest.raises(second_factor.NotAnAdministrator):
            second_factor.take_away(cast.administrator, by=cast.administrator)
        assert second_factor.is_on(cast.consultant)

    def test_the_admin_panel_shows_no_secrets(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.administrator)
        assert client.get("/admin/mfa/authenticator/").status_code == 404
        assert client.get("/admin/account/emailaddress/").status_code == 404


class TestDemandedOfARole:
    @pytest.fixture(autouse=True)
    def demanded(self, settings: object) -> None:
        settings.LM_SECOND_FACTOR_ROLES = ["senior"]  # type: ignore[attr-defined]

    def test_nothing_else_is_open_until_it_is_set_up(self, cast: Cast, client: Client) -> None:
        client.post(SIGN_IN, {"username": "consultant", "password": PASSWORD})
        for path in ("/", "/help/", "/accounts/password/", "/admin/"):
            assert client.get(path)["Location"] == SET_UP, path
        assert client.get("/", headers={"hx-request": "true"}).status_code == 403
        assert client.get("/accounts/session/").json()["state"] == "open"
        assert "Your role must have a second factor." in client.get(SET_UP).content.decode()
        secret = client.session["second_factor_secret"]
        client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert client.get("/help/").status_code == 200

    def test_it_cannot_be_switched_off(self, cast: Cast, client: Client, codes: tuple[str, ...]) -> None:
        client.force_login(cast.consultant)
        client.post(OWN, {"password": PASSWORD, "switch_off": "yes"})
        assert second_factor.is_on(cast.consultant)
        with pytest.raises(second_factor.FactorIsDemanded):
            second_factor.switch_off(by=cast.consultant)

    def test_other_roles_are_free(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.registrar)
        assert client.get("/help/").status_code == 200

    def test_one_click_in_training_is_exempt(self) -> None:
        person = Person(username="demo", first_name="A", last_name="B", roles=frozenset({Role.SENIOR}), is_demo=True)
        demo = add_person(person, password=PASSWORD, wards=(), by=None)
        client = Client(headers={"host": "127.0.0.1:8000"})
        client.post(f"/accounts/sign-in/demo/{demo.pk}/")
        assert client.get("/help/").status_code == 200
        client.post(SIGN_IN, {"username": "demo", "password": PASSWORD})
        assert client.get("/help/")["Location"] == SET_UP


def test_a_role_that_does_not_exist_is_named(settings: object) -> None:
    settings.LM_SECOND_FACTOR_ROLES = ["seniors"]  # type: ignore[attr-defined]
    with pytest.raises(SystemCheckError, match="LM_SECOND_FACTOR_ROLES names no role of ours: seniors"):
        call_command("check")


@pytest.mark.parametrize(("cover", "end"), [(0, 900), (900, 900), (1000, 900)])
def test_limits_that_make_no_sense_are_refused(settings: object, cover: int, end: int) -> None:
    settings.SCREEN_COVER_SECONDS, settings.SESSION_END_SECONDS = cover, end  # type: ignore[attr-defined]
    with pytest.raises(SystemCheckError, match="the screen has to be covered before the session ends"):
        call_command("check")
