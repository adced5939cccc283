"""SQLite as it comes with the application: what its settings promise is in force on every connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from accounts.checks import sqlite_in_live_mode
from config import env, start_checks

IN_FORCE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}  # 2 is FULL


@pytest.fixture
def connection(tmp_path: Path, django_db_blocker: Any) -> Iterator[Any]:
    """As a server connects, and not as the tests do, which need not survive a power cut."""
    settings = env.database("LM_NO_SUCH_VARIABLE", tmp_path / "application.sqlite3")
    with django_db_blocker.unblock():
        opened = ConnectionHandler({"default": settings})["default"]
        opened.connect()
        yield opened
        opened.close()


def test_what_was_acknowledged_survives_a_power_cut(connection: Any) -> None:
    with connection.cursor() as cursor:
        for name, value in IN_FORCE.items():
            assert cursor.execute(f"PRAGMA {name}").fetchone() == (value,), name


def test_a_transaction_queues_at_its_beginning_and_not_in_its_middle(connection: Any, tmp_path: Path) -> None:
    file = tmp_path / "application.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE written (number integer)")
    other = sqlite3.connect(file, timeout=0)
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)  # as atomic() does
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("INSERT INTO written VALUES (1)")
    connection.rollback()
    connection.set_autocommit(True)
    other.execute("INSERT INTO written VALUES (1)")
    other.close()


def test_processes_take_turns_by_a_lock_beside_the_file(connection: Any, tmp_path: Path) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)  # as atomic() does
    assert {path.name for path in tmp_path.iterdir()} >= {"application.sqlite3.lock", "application.sqlite3.next"}
    connection.rollback()
    connection.set_autocommit(True)


@pytest.mark.only_on("sqlite")
def test_live_work_on_it_is_warned_of(settings: Any) -> None:
    assert sqlite_in_live_mode(None) == []
    settings.LM_MODE = "live"
    assert [one.id for one in sqlite_in_live_mode(None)] == ["accounts.W001"]


def test_a_server_says_so_when_it_starts() -> None:
    assert sqlite_in_live_mode in start_checks.CHECKS  # which config.wsgi asks
