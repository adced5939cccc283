"""A database that is away for a moment signs nobody out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import InternalError, OperationalError
from django.test import Client

from tests.cast import PASSWORD, Cast

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTES_UNTIL_NOTED, MINUTES_UNTIL_COVERED = 1, 6

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def signed_in() -> Client:
    client = Client(raise_request_exception=False)
    client.post("/accounts/sign-in/", {"username": "consultant", "password": PASSWORD})
    return client


def read_only() -> InternalError:
    error = InternalError("cannot execute UPDATE in a read-only transaction")
    error.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    return error


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OperationalError("database or disk is full"), id="full"),
        pytest.param(OperationalError("server closed the connection unexpectedly"), id="gone"),
        pytest.param(read_only(), id="read-only"),
    ],
)
@pytest.mark.parametrize("minutes", [MINUTES_UNTIL_NOTED, MINUTES_UNTIL_COVERED])
def test_whoever_is_at_work_stays_signed_in(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, minutes: int, error: Exception
) -> None:
    client = signed_in()
    clock.shift(timedelta(minutes=minutes))

    def cannot_be_written(session: Session, **options: Any) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Session, "save", cannot_be_written)
        meanwhile = client.get("/")
    assert (meanwhile.status_code, meanwhile["Retry-After"]) == (503, "30")
    afterwards = client.get("/accounts/session/").json()["state"]
    assert afterwards == ("open" if minutes == MINUTES_UNTIL_NOTED else "covered")
