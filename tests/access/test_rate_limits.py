"""Requests that come faster than anybody works are answered with 429, and told once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from config.rate_limits import MOST_BUCKETS, Buckets, buckets
from tests.cast import Cast

FEW = {"REQUESTS_OF_A_PERSON": (1, 5), "REQUESTS_OF_AN_ADDRESS": (1, 5)}
EVENT = "too_many_requests"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    buckets.clear()
    yield
    buckets.clear()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestBuckets:
    def test_a_burst_and_then_the_sustained_rate(self) -> None:
        clock = Clock()
        few = Buckets(clock)
        answers = [few.take("a", per_second=30, burst=120) for _ in range(121)]
        assert answers[:120] == [None] * 120
        assert answers[120] is not None
        assert answers[120].seconds_to_wait == 1
        clock.now += 1
        assert [few.take("a", per_second=30, burst=120) for _ in range(31)].count(None) == 30

    def test_everybody_has_a_bucket_of_their_own(self) -> None:
        few = Buckets(Clock())
        assert few.take("a", per_second=1, burst=1) is None
        assert few.take("a", per_second=1, burst=1) is not None
        assert few.take("b", per_second=1, burst=1) is None

    def test_an_episode_ends_when_half_is_full_again(self) -> None:
        clock = Clock()
        few = Buckets(clock)

        def first() -> list[bool]:
            return [one.is_first for one in (few.take("a", per_second=1, burst=4) for _ in range(8)) if one]

        assert first() == [True, False, False, False]
        clock.now += 1.5
        assert first() == [False] * 7
        clock.now += 4
        assert first() == [True, False, False, False]

    def test_memory_is_bounded(self) -> None:
        few = Buckets(Clock())
        for number in range(MOST_BUCKETS + 50):
            few.take(str(number), per_second=1, burst=1)
        assert len(few._buckets) == MOST_BUCKETS


@pytest.mark.django_db
class TestAnswers:
    def test_a_person_is_told_what_to_do(self, cast: Cast, client_of: Any, settings: Any) -> None:
        for name, limit in FEW.items():
            setattr(settings, name, limit)
        client = client_of(cast.registrar)
        answers = [client.get("/help/") for _ in range(8)]
        assert [one.status_code for one in answers] == [200] * 5 + [429] * 3
        assert answers[-1]["Retry-After"] == "1"
        assert answers[-1]["Cache-Control"] == "private, no-store"
        assert "Content-Security-Policy" in answers[-1]
        assert "Wait 1 s" in answers[-1].content.decode()
        event = AuditEvent.objects.get(action=EVENT)
        assert (event.actor_id, event.outcome) == (str(cast.registrar.pk), "refused")
        assert client_of(cast.consultant).get("/help/").status_code == 200

    def test_htmx_gets_a_line_and_no_page(self, cast: Cast, client_of: Any, settings: Any) -> None:
        settings.REQUESTS_OF_A_PERSON = (1, 1)
        client = client_of(cast.registrar, **{"HX-Request": "true"})
        client.get("/help/")
        answer = client.get("/help/")
        assert (answer.status_code, answer["Content-Type"]) == (429, "text/plain; charset=utf-8")
        assert b"Nothing was saved" in answer.content

    def test_who_has_not_signed_in_shares_the_bucket_of_the_address(self, db: None, settings: Any) -> None:
        settings.REQUESTS_OF_AN_ADDRESS = (1, 3)
        answers = [Client().get("/help/", REMOTE_ADDR="192.0.2.7").status_code for _ in range(5)]
        assert answers == [200, 200, 200, 429, 429]
        assert Client().get("/help/", REMOTE_ADDR="192.0.2.8").status_code == 200
        assert AuditEvent.objects.filter(action=EVENT, actor_id="").count() == 1

    def test_a_fast_typist_never_meets_it(self, settings: Any) -> None:
        per_second, burst = settings.REQUESTS_OF_A_PERSON
        clock = Clock()
        person = Buckets(clock)
        for _ in range(5_000):  # ten requests a second, for more than eight minutes
            clock.now += 0.1
            assert person.take("typist", per_second=per_second, burst=burst) is None


@pytest.mark.django_db
@pytest.mark.parametrize("multipart", [True, False])
def test_too_many_fields_are_named(client: Client, multipart: bool) -> None:
    fields = {f"field{number}": "" for number in range(1_100)}
    if multipart:
        answer = client.post("/accounts/sign-in/", fields)
    else:
        body = "&".join(f"{name}=" for name in fields)
        answer = client.post("/accounts/sign-in/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "at most 1000 fields" in answer.content.decode()


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_in_words(cast: Cast, client_of: Any) -> None:
    answer = client_of(cast.registrar).generic("POST", "/patients/search/", b"x", "multipart/form-data; boundary=\x00")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_the_addresses_of_one_subscriber_share_a_bucket(client: Client, settings: Any, db: None) -> None:
    settings.REQUESTS_OF_AN_ADDRESS = (1, 5)
    answers = [client.get("/help/", REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]
    assert client.get("/help/", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200
