"""Wrong passwords make one wait, for one account and from one address; nobody is ever locked out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.delays import FROM_EVERYWHERE, FROM_ONE_ADDRESS, Entry, entry_was_right, seconds_to_wait
from accounts.models import User, WrongPasswords
from accounts.services import confirm_own_password, own_password_answer
from audit.context import RequestContext, request_context
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

SIGN_IN = "/accounts/sign-in/"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def sign_in(username: str, password: str, address: str = "10.0.0.1") -> HttpResponse:
    response: HttpResponse = Client(REMOTE_ADDR=address).post(SIGN_IN, {"username": username, "password": password})
    return response


def statuses(username: str, times: int, address: str = "10.0.0.1") -> list[int]:
    return [sign_in(username, "wrong", address).status_code for _ in range(times)]


def try_from(address: str, name: str = "somebody", entry: Entry = Entry.PASSWORD) -> int:
    with request_context(RequestContext(ip=address, device="", session=None)):
        return seconds_to_wait(entry, name, known_as=name)


def right_from(address: str, name: str = "somebody") -> None:
    with request_context(RequestContext(ip=address, device="", session=None)):
        entry_was_right(Entry.PASSWORD, name)


def test_the_waits_double_up_to_a_minute() -> None:
    assert [FROM_ONE_ADDRESS.wait_after(failures) for failures in range(1, 10)] == [0, 0, 2, 4, 8, 16, 32, 60, 60]
    assert [FROM_EVERYWHERE.wait_after(failures) for failures in (1, 9, 10, 11, 12, 13)] == [0, 0, 2, 4, 8, 10]
    assert FROM_EVERYWHERE.wait_after(10_000) == 10


class TestThePage:
    @pytest.mark.parametrize("username", ["consultant", "nobody-of-this-name"])
    def test_three_wrong_ones_and_then_a_wait(self, cast: Cast, clock: time_machine.Traveller, username: str) -> None:
        assert statuses(username, 4) == [422, 422, 422, 429]
        response = sign_in(username, "wrong")
        text = response.content.decode()
        assert response["Retry-After"] == "2"
        assert "Too many wrong passwords. Wait 2 seconds, then try again." in text
        assert f'value="{username}"' in text
        assert "wrong" not in text.replace("Too many wrong passwords", "")

    def test_the_right_password_is_not_even_looked_at_during_a_wait(
        self, cast: Cast, clock: time_machine.Traveller
    ) -> None:
        statuses("consultant", 3)
        assert sign_in("consultant", PASSWORD).status_code == 429
        clock.shift(timedelta(seconds=2))
        assert sign_in("consultant", PASSWORD).status_code == 302

    def test_asking_during_a_wait_makes_it_no_longer(self, cast: Cast, clock: time_machine.Traveller) -> None:
        statuses("consultant", 30)
        clock.shift(timedelta(seconds=2))
        assert sign_in("consultant", PASSWORD).status_code == 302

    def test_success_begins_anew(self, cast: Cast, clock: time_machine.Traveller) -> None:
        statuses("consultant", 2)
        assert sign_in("consultant", PASSWORD).status_code == 302
        assert statuses("consultant", 3) == [422, 422, 422]

    def test_colleagues_at_the_same_address_are_not_concerned(self, cast: Cast, clock: time_machine.Traveller) -> None:
        statuses("consultant", 20)
        assert sign_in("registrar", PASSWORD).status_code == 302

    def test_the_same_person_elsewhere_is_not_concerned(self, cast: Cast, clock: time_machine.Traveller) -> None:
        statuses("consultant", 9)
        assert sign_in("consultant", PASSWORD, "10.0.0.2").status_code == 302

    def test_the_log_has_one_line_for_a_wait(self, cast: Cast, clock: time_machine.Traveller) -> None:
        statuses("consultant", 20)
        statuses("a password in the wrong field", 20)
        lines = AuditEvent.objects.filter(action="accounts.sign_in_delayed").order_by("at_us")
        assert sorted(line.target for line in lines) == ["an unknown user name", "consultant"]
        assert AuditEvent.objects.filter(action="accounts.sign_in_failed").count() == 6

    def test_another_spelling_neither_signs_in_nor_clears_the_count(
        self, cast: Cast, clock: time_machine.Traveller
    ) -> None:
        User.objects.create_user("Consultant", password="quite another password 2026")
        statuses("consultant", 2)
        assert sign_in("CONSULTANT", PASSWORD).status_code == 422
        assert sign_in("Consultant", "quite another password 2026").status_code == 302
        assert statuses("consultant", 2) == [422, 429]


class TestCounting:
    def test_forgotten_after_an_hour(self, db: None, clock: time_machine.Traveller) -> None:
        assert [try_from("10.0.0.1") for _ in range(3)] == [0, 0, 0]
        clock.shift(timedelta(minutes=61))
        assert [try_from("10.0.0.1") for _ in range(3)] == [0, 0, 0]

    def test_many_addresses_wait_gently(self, db: None, clock: time_machine.Traveller) -> None:
        assert [try_from(f"10.0.1.{number}") for number in range(10)] == [0] * 10
        assert try_from("10.0.2.1") == 2
        for number in range(50):
            clock.shift(timedelta(seconds=10))
            assert try_from(f"10.0.3.{number}") == 0
        assert try_from("10.0.4.1") == 10

    def test_an_attack_from_elsewhere_keeps_nobody_from_their_usual_place(
        self, db: None, clock: time_machine.Traveller
    ) -> None:
        assert try_from("10.0.0.1") == 0
        right_from("10.0.0.1")
        for number in range(40):
            try_from(f"10.0.1.{number}")
        assert try_from("10.0.1.250") > 0
        assert try_from("10.0.0.1") == 0

    def test_codes_wait_up_to_a_minute_from_everywhere(self, db: None, clock: time_machine.Traveller) -> None:
        for number in range(30):
            assert try_from(f"10.0.1.{number}", entry=Entry.SECOND_FACTOR) == 0
            clock.shift(timedelta(seconds=60))
        clock.shift(timedelta(seconds=-60))
        assert try_from("10.0.2.1", entry=Entry.SECOND_FACTOR) == 60

    def test_others_who_guess_the_code_keep_nobody_from_the_first_account(
        self, db: None, clock: time_machine.Traveller
    ) -> None:
        for number in range(40):
            try_from(f"10.0.1.{number}", entry=Entry.FIRST_ACCOUNT)
        assert [try_from("10.0.2.1", entry=Entry.FIRST_ACCOUNT) for _ in range(4)] == [0, 0, 0, 2]

    def test_the_addresses_of_one_subscriber_count_as_one(self, db: None, clock: time_machine.Traveller) -> None:
        assert [try_from(f"2001:db8:1:2::{number}") for number in range(4)] == [0, 0, 0, 2]
        assert try_from("2001:db8:1:3::1") == 0

    def test_no_names_and_no_addresses_are_stored(self, db: None, clock: time_machine.Traveller) -> None:
        try_from("10.0.0.1", "consultant")
        stored = str(list(WrongPasswords.objects.values()))
        assert "consultant" not in stored
        assert "10.0.0.1" not in stored

    def test_a_clock_that_is_set_back_makes_nobody_wait_for_days(self, db: None, clock: time_machine.Traveller) -> None:
        assert [try_from("10.0.0.1") for _ in range(4)] == [0, 0, 0, 2]
        clock.shift(timedelta(days=-3))
        assert [try_from("10.0.0.1") for _ in range(2)] == [0, 4]

    def test_invented_names_fill_no_table(self, db: None, clock: time_machine.Traveller) -> None:
        right_from("10.0.0.1", "somebody")
        for number in range(20):
            try_from("10.0.0.9", f"invented {number}")
        assert WrongPasswords.objects.count() == 42
        clock.shift(timedelta(minutes=61))
        try_from("10.0.0.9", "another")
        assert WrongPasswords.objects.count() == 4  # the address from which somebody signs in is still known

    def test_old_counts_are_removed(self, db: None, clock: time_machine.Traveller) -> None:
        try_from("10.0.0.1", "first")
        clock.shift(timedelta(days=31))
        try_from("10.0.0.1", "second")
        assert WrongPasswords.objects.count() == 2


class TestOneOwnPassword:
    def test_right_and_wrong_are_recorded(self, cast: Cast) -> None:
        assert confirm_own_password(cast.consultant, PASSWORD).right
        wrong = confirm_own_password(cast.consultant, "wrong")
        assert (wrong.right, wrong.refusal) == (False, "The password is not right.")
        events = AuditEvent.objects.filter(action__contains="password_").order_by("at_us", "db_at")
        assert [(one.action, one.outcome) for one in events] == [
            ("accounts.password_asked", "done"),
            ("accounts.password_refused", "refused"),
        ]

    def test_whoever_hammers_at_the_sign_in_page_keeps_nobody_from_signing(
        self, cast: Cast, clock: time_machine.Traveller
    ) -> None:
        """From the very address of the ward, where it would otherwise be the person who has to wait."""
        with request_context(RequestContext(ip="10.0.0.1", device="", session=None)):
            statuses("consultant", 30)
            assert own_password_answer(cast.consultant, PASSWORD).right
            assert sign_in("consultant", PASSWORD).status_code == 429

    def test_it_waits_as_at_sign_in(self, cast: Cast, clock: time_machine.Traveller) -> None:
        for _ in range(3):
            confirm_own_password(cast.consultant, "wrong")
        answer = confirm_own_password(cast.consultant, PASSWORD)
        assert (answer.right, answer.wait) == (False, 2)
        assert answer.refusal == "Too many wrong passwords. Wait 2 seconds, then try again."


@pytest.mark.django_db(transaction=True)
def test_a_count_survives_the_refusal() -> None:
    """In a request it refuses to run inside a transaction, which would take the count back."""
    from django.db import transaction

    assert connection.in_atomic_block is False
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        try_from("10.0.0.1")
    assert try_from("10.0.0.1") == 0
    assert WrongPasswords.objects.filter(failures=1).count() == 2
