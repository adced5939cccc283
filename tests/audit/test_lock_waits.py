"""audit.lock_waits: a change of a table gives way to those who work, asks again, and leaves nothing half done."""

import io
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from audit import lock_waits
from audit.index_beside_work import AddIndexBesideWork
from audit.lock_waits import repeated, short_lock_waits
from audit.row_triggers import guarded_tables, install, missing_triggers, remove

ALTER = "ALTER TABLE patients_patient ADD COLUMN lm_t_day date"
on_postgresql = pytest.mark.only_on("postgresql")


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def somebody_else(db: None) -> Iterator[psycopg.Connection[Any]]:
    """At work in the same database."""
    wanted = {name: value for name, value in connection.get_connection_params().items() if name in {"host", "port"}}
    given = connection.settings_dict
    with psycopg.connect(**wanted, user=given["USER"], password=given["PASSWORD"], dbname=given["NAME"]) as other:
        yield other
        other.rollback()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_waits, "LONGEST_WAIT", 0.1)
    monkeypatch.setattr(lock_waits, "FIRST_PAUSE", 0.0)


@on_postgresql
def test_it_gives_way_and_asks_again(somebody_else: psycopg.Connection[Any]) -> None:
    somebody_else.execute("SELECT count(*) FROM patients_patient")
    said: list[str] = []

    def told(sentence: str) -> None:
        said.append(sentence)
        somebody_else.rollback()

    with short_lock_waits(connection):
        repeated(lambda: execute(ALTER), say=told)
    assert len(said) == 1
    assert said[0].startswith("A table is in use. Nobody was kept waiting for more than 0.1 s; attempt 2 of 12")


@on_postgresql
def test_migrate_gives_up_at_last_and_says_what_to_do(
    somebody_else: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_waits, "ATTEMPTS", 2)
    execute("DROP TRIGGER patients_patient_row_changed ON patients_patient")
    execute("CREATE TABLE lm_t_held (n integer)")
    monkeypatch.setattr("audit.management.commands.migrate.install", lambda *_: execute("LOCK TABLE auth_group"))
    somebody_else.execute("LOCK TABLE auth_group IN ACCESS SHARE MODE")
    errors = io.StringIO()
    with pytest.raises(CommandError, match=r"After 2 attempts somebody still holds a table .*pg_stat_activity"):
        call_command("migrate", verbosity=0, stdout=io.StringIO(), stderr=errors)
    assert "attempt 2 of 2" in errors.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [IntegrityError("in the middle"), KeyboardInterrupt()], ids=["a fault", "Ctrl-C"])
def test_a_migration_that_breaks_off_leaves_no_table_without_its_triggers(
    monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    """Safety: the version before goes on, and what it writes is in the log. The first error is the one that is told."""

    def breaks(*_: Any, **__: Any) -> None:
        remove(connection)
        assert missing_triggers(connection, guarded_tables()) != []
        raise fault

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", breaks)
    with pytest.raises(type(fault)) as raised:
        call_command("migrate", verbosity=0, stdout=io.StringIO())
    assert raised.value is fault
    assert missing_triggers(connection, guarded_tables()) == []


@on_postgresql
def test_triggers_that_are_there_need_no_lock(somebody_else: psycopg.Connection[Any]) -> None:
    somebody_else.execute("LOCK TABLE patients_patient, patients_assessment IN ROW EXCLUSIVE MODE")
    with short_lock_waits(connection):
        install(connection, guarded_tables())
    assert missing_triggers(connection, guarded_tables()) == []


@pytest.mark.django_db
def test_another_error_is_raised_as_it_is() -> None:
    def fails() -> None:
        raise IntegrityError("not about locks")

    with short_lock_waits(connection), pytest.raises(IntegrityError, match="not about locks"):
        repeated(fails, say=lambda _: pytest.fail("there is nothing to wait for"))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_half_an_index_is_taken_away_before_the_next_attempt() -> None:
    make = 'CREATE UNIQUE INDEX CONCURRENTLY "lm_t_half_n" ON lm_t_half (n)'
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lm_t_half (n integer)")
        try:
            cursor.execute("INSERT INTO lm_t_half VALUES (1), (1)")
            with short_lock_waits(connection):
                with pytest.raises(IntegrityError):
                    cursor.execute(make)
                cursor.execute("DELETE FROM lm_t_half")
                cursor.execute(make)
                cursor.execute("SHOW lock_timeout")
                assert cursor.fetchone() == ("100ms",)
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'lm_t_half_n'::regclass")
            assert cursor.fetchone() == (True,)
        finally:
            cursor.execute("DROP TABLE lm_t_half")


@pytest.mark.django_db(transaction=True)
def test_an_index_beside_work_comes_and_goes_on_both_databases() -> None:
    add = AddIndexBesideWork("savedchange", models.Index(fields=["at"], name="lm_t_saved_at"))
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    add.state_forwards("patients", after)

    def indexes() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, "patients_savedchange"))

    with connection.schema_editor(atomic=False) as editor:
        add.database_forwards("patients", editor, before, after)
    assert "lm_t_saved_at" in indexes()
    with connection.schema_editor(atomic=False) as editor:
        add.database_backwards("patients", editor, after, before)
    assert "lm_t_saved_at" not in indexes()
