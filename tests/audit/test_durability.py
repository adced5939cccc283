"""In live mode the server does not start on a database that acknowledges what it may lose."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from audit import durability
from audit.durability import acknowledged_is_written, unsafe_settings
from config import env

pytestmark = pytest.mark.django_db


def found(*, unsafe: dict[str, str] | Exception) -> list[str]:
    answer: dict[str, Any] = {"side_effect": unsafe} if isinstance(unsafe, Exception) else {"return_value": unsafe}
    with (
        patch.object(durability.connection, "vendor", "postgresql"),
        patch.object(durability, "unsafe_settings", **answer),
    ):
        return [f"{one.id} {one.msg}" for one in acknowledged_is_written(None, databases=["default"])]


@pytest.mark.parametrize(("mode", "number"), [("live", "audit.E003"), ("training", "audit.W003")])
def test_what_may_be_lost_is_named(settings: Any, mode: str, number: str) -> None:
    settings.LM_MODE = mode
    sentence = "The database acknowledges what it may lose when the power fails: fsync is off."
    assert found(unsafe={"fsync": "off"}) == [f"{number} {sentence}"]


def test_nothing_where_everything_is_written() -> None:
    assert found(unsafe={}) == []


def test_nothing_without_a_database() -> None:
    assert found(unsafe=OperationalError("connection refused")) == []
    assert acknowledged_is_written(None, databases=None) == []


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(("value", "is_safe"), [("on", True), ("remote_apply", True), ("local", False), ("off", False)])
def test_what_the_server_says(value: str, is_safe: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, true)", [value])
        assert ("synchronous_commit" not in unsafe_settings()) == is_safe


def test_a_file_is_written_in_full_before_it_is_acknowledged(tmp_path: Path) -> None:
    """The tests themselves run without; what an installation uses is asked here."""
    options = env.sqlite(tmp_path / "file")["OPTIONS"]
    assert isinstance(options, dict)
    with closing(sqlite3.connect(tmp_path / "file")) as file:
        file.executescript(options["init_command"])
        assert file.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
