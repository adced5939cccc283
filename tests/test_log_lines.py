"""config.log_lines: a database that is away fills no log, and every other fault is told each time."""

import logging

import pytest
from django.conf import settings
from django.db import OperationalError

from config import log_lines
from config.log_lines import Seldom, SeldomWhereTheDatabaseIsAway


def line(text: str, fault: Exception | None = None) -> logging.LogRecord:
    told = (type(fault), fault, None) if fault else None
    return logging.LogRecord("psycopg.pool", logging.WARNING, __file__, 1, "error: %s", (text,), told)


def test_the_first_is_told_at_once_and_then_one_in_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(log_lines.time, "monotonic", lambda: now[0])
    seldom, first = Seldom(), line("refused\n- host: app1\n- host: db2")
    assert seldom.filter(first)
    assert first.getMessage() == "error: refused"
    assert [seldom.filter(line("refused")) for _ in range(50)] == [False] * 50
    now[0] += 61
    later = line("refused")
    assert seldom.filter(later)
    assert later.getMessage() == "error: refused (and 50 more before)"


def test_nothing_of_what_a_database_says_behind_its_first_line_is_told() -> None:
    told = line("refused", OperationalError("refused\nDETAIL: a value of a patient"))
    assert Seldom().filter(told)
    assert "a value" not in logging.Formatter().format(told)


def test_of_answers_only_those_for_want_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    seldom = SeldomWhereTheDatabaseIsAway()
    assert [seldom.filter(line("x", OperationalError("away"))) for _ in range(3)] == [True, False, False]
    assert [seldom.filter(line("x", ValueError("a fault"))) for _ in range(3)] == [True] * 3
    assert [seldom.filter(line("x")) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize(
    ("logger", "kind"), [("psycopg.pool", Seldom), ("django.request", SeldomWhereTheDatabaseIsAway)]
)
def test_they_are_in_force(logger: str, kind: type[Seldom]) -> None:
    assert settings.LOGGING["loggers"][logger]["filters"]
    assert kind in {type(one) for one in logging.getLogger(logger).filters}
