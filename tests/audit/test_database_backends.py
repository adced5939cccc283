"""Our own database backends: who acts is told in time and to nobody else, and busy processes take turns."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from accounts.models import Ward
from audit.context import NOBODY, Program, acting
from audit.database.postgresql.base import DatabaseWrapper as PostgresqlWrapper
from audit.database.postgresql.limits import LIMITS, limit_statements
from audit.database.sqlite3 import authorizer
from audit.database.sqlite3.base import DatabaseWrapper as SqliteWrapper
from audit.database.sqlite3.base import opened
from audit.database.transactions import is_write
from audit.events import Event
from audit.models import AuditEvent
from config import env

on_sqlite = pytest.mark.only_on("sqlite")
on_postgresql = pytest.mark.only_on("postgresql")

ANN, BOB = Program("ann", "Ann"), Program("bob", "Bob")


def who_wrote() -> list[tuple[str, str]]:
    """(actor, transaction) of the row events, in order."""
    events = AuditEvent.everything.filter(action=Event.ROW_CHANGED.code, target__startswith="accounts_ward/")
    return [(event.actor_id, event.transaction) for event in events.order_by("at_us")]


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("  insert into x", True),
        ("UPDATE x SET y = 1", True),
        ("\nDELETE FROM x", True),
        ("REPLACE INTO x", True),
        ("SELECT 1", False),
        ("WITH x AS (SELECT 1) SELECT * FROM x", False),
        ("", False),
    ],
)
def test_what_writes(sql: str, writes: bool) -> None:
    assert is_write(sql) is writes


@pytest.mark.django_db
class TestWhoActs:
    def test_told_anew_when_the_person_changes(self) -> None:
        with transaction.atomic():
            for actor in (ANN, BOB, ANN):
                with acting(actor):
                    Ward.objects.create(code=f"{actor.audit_id}{Ward.objects.count()}", name="x")
        assert [actor for actor, _ in who_wrote()] == ["ann", "bob", "ann"]
        assert len({name for _, name in who_wrote()}) == 1

    def test_told_again_after_a_savepoint_was_rolled_back(self) -> None:
        with acting(ANN), transaction.atomic():
            with pytest.raises(RuntimeError), transaction.atomic():
                Ward.objects.create(code="A", name="gone")
                raise RuntimeError
            Ward.objects.create(code="B", name="stays")
        assert [actor for actor, _ in who_wrote()] == ["ann"]

    def test_nobody_is_told_after_somebody(self) -> None:
        with transaction.atomic():
            with acting(ANN):
                Ward.objects.create(code="A", name="x")
            with acting(NOBODY), pytest.raises(DatabaseError, match="nobody is named"), transaction.atomic():
                Ward.objects.create(code="B", name="x")

    def test_a_broken_transaction_is_djangos_error(self) -> None:
        with transaction.atomic():
            with pytest.raises(IntegrityError):
                Ward.objects.bulk_create([Ward(code="A", name="x"), Ward(code="A", name="y")])
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError), acting(BOB):
                Ward.objects.create(code="B", name="x")


@pytest.mark.django_db(transaction=True)
class TestReallyCommitted:
    def test_each_write_outside_of_a_transaction_has_a_name_of_its_own(self) -> None:
        with acting(ANN):
            ward = Ward.objects.create(code="A", name="x")
            Ward.objects.filter(pk=ward.pk).update(name="y")
        Ward.objects.filter(pk=ward.pk).update(name="z")
        told = who_wrote()
        assert [actor for actor, _ in told] == ["ann", "ann", "tests"]
        assert len({name for _, name in told}) == 3

    def test_nothing_stays_on_the_connection(self) -> None:
        with acting(ANN):
            Ward.objects.create(code="A", name="x")
        with pytest.raises(DatabaseError, match="nobody is named"), acting(NOBODY):
            Ward.objects.create(code="B", name="x")
        with acting(BOB), transaction.atomic():
            Ward.objects.create(code="C", name="x")
        connection.close()
        with acting(ANN), transaction.atomic():
            Ward.objects.create(code="D", name="x")
        assert [actor for actor, _ in who_wrote()] == ["ann", "bob", "ann"]

    @on_postgresql
    def test_nothing_leaks_between_uses_of_a_pooled_connection(self) -> None:
        options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 5}}
        pooled = PostgresqlWrapper({**connection.settings_dict, "OPTIONS": options}, alias="pooled")
        connections["pooled"] = pooled
        insert = "INSERT INTO accounts_ward (id, code, name) VALUES (gen_random_uuid(), %s, 'x')"
        served = []
        try:
            for code, actor in (("A", ANN), ("B", BOB), ("C", NOBODY)):
                with acting(actor):
                    try:
                        with pooled.cursor() as cursor:
                            assert not pooled.in_atomic_block
                            served.append(cursor.execute("SELECT pg_backend_pid()").fetchone())
                            cursor.execute(insert, [code])
                    except DatabaseError as refusal:
                        assert "nobody is named" in str(refusal)  # noqa: PT017 -- only the last of three
                    pooled.close()
        finally:
            pooled.close_pool()
            del connections["pooled"]
        assert len(set(served)) == 1
        assert [actor for actor, _ in who_wrote()] == ["ann", "bob"]


@contextmanager
def sqlite_file(path: Path, **options: Any) -> Iterator[Any]:
    """A connection of ours to a file of its own."""
    settings = env.sqlite(path)
    settings["OPTIONS"] = {**settings["OPTIONS"], **options}  # type: ignore[dict-item]
    wrapper = SqliteWrapper({**connections["default"].settings_dict, **settings, "TEST": {}}, alias="other")
    connections["other"] = wrapper
    try:
        yield wrapper
    finally:
        wrapper.close()
        del connections["other"]


HAMMER = """
import sys, time
import django; django.setup()
from django.db import transaction
from pathlib import Path
from tests.audit.test_database_backends import sqlite_file
longest, done, deadline = 0.0, 0, time.monotonic() + 3.0
with sqlite_file(Path(sys.argv[1])) as wrapper:
    while time.monotonic() < deadline:
        asked = time.monotonic()
        with transaction.atomic(using="other"), wrapper.cursor() as cursor:
            longest = max(longest, time.monotonic() - asked)
            cursor.execute("UPDATE counter SET n = n + 1")
            time.sleep(0.003)
        done += 1
print(done, longest)
"""


@on_sqlite
@pytest.mark.django_db
class TestTurns:
    def test_two_busy_processes_take_turns(self, tmp_path: Path) -> None:
        path = tmp_path / "turns.sqlite3"
        with sqlite_file(path) as wrapper, wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE counter (n integer)")
            cursor.execute("INSERT INTO counter VALUES (0)")
        command = [sys.executable, "-c", HAMMER, str(path)]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        processes = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        answers = [process.communicate(timeout=60)[0].split() for process in processes]
        counted = [(int(done), float(longest)) for done, longest in answers]
        assert min(done for done, _ in counted) > 10  # without turns one of them gets next to nothing
        assert max(longest for _, longest in counted) < 2.0  # and waits until the other has finished, after 3 seconds
        plain = sqlite3.connect(path)
        assert plain.execute("SELECT n FROM counter").fetchone() == (sum(done for done, _ in counted),)
        plain.close()

    @pytest.mark.parametrize("how", ["error", "commit", "close", "statement", "broken statement"])
    def test_the_turn_ends_with_the_transaction(self, tmp_path: Path, how: str) -> None:
        with sqlite_file(tmp_path / "turns.sqlite3") as wrapper:
            with wrapper.cursor() as cursor:
                cursor.execute("CREATE TABLE counter (n integer)")
                self.write(wrapper, cursor, how)
            assert wrapper._lock_file is None
            with sqlite3.connect(tmp_path / "turns.sqlite3", timeout=0) as other:
                other.execute("INSERT INTO counter VALUES (9)")
            other.close()

    def write(self, wrapper: Any, cursor: Any, how: str) -> None:
        insert = "INSERT INTO counter VALUES (1)"
        match how:
            case "error":
                with pytest.raises(RuntimeError), transaction.atomic(using="other"):
                    cursor.execute(insert)
                    assert wrapper._lock_file is not None
                    raise RuntimeError
            case "commit":
                with transaction.atomic(using="other"):
                    cursor.execute(insert)
            case "close":
                transaction.Atomic("other", savepoint=True, durable=False).__enter__()
                cursor.execute(insert)
                wrapper.close()
                wrapper.in_atomic_block = False
            case "statement":
                cursor.execute(f"{insert} RETURNING n")
            case _:
                with pytest.raises(DatabaseError):
                    cursor.execute("INSERT INTO counter VALUES (1, 2, 3)")

    def test_a_turn_that_does_not_come_is_an_error_of_the_database(self, tmp_path: Path) -> None:
        path = tmp_path / "turns.sqlite3"
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("BEGIN IMMEDIATE")
        with (
            sqlite_file(path, timeout=0.1) as wrapper,
            pytest.raises(DatabaseError, match="locked"),
            transaction.atomic(using="other"),
        ):
            pytest.fail("Two have begun to write.")
        assert wrapper._lock_file is None
        holder.close()


@pytest.fixture(scope="module")
def copied(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables and triggers of the test database in a file of their own."""
    path = tmp_path_factory.mktemp("guarded") / "copy.sqlite3"
    plain = sqlite3.connect(connections["default"].settings_dict["NAME"], timeout=5)
    plain.execute(f"VACUUM INTO '{path}'")
    plain.close()
    return path


@pytest.fixture
def guarded(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection like those that the web server opens."""
    monkeypatch.setattr(authorizer, "_guarding", [False])
    authorizer.guard_new_connections()
    with sqlite_file(copied) as wrapper:
        yield wrapper


@on_sqlite
@pytest.mark.django_db
class TestAuthorizer:
    @pytest.mark.parametrize(
        "statement",
        [
            "DROP TABLE audit_event",
            "DROP TRIGGER patients_patient_row_changed_update",
            "DROP INDEX audit_event_by_time",
            "ALTER TABLE audit_event RENAME TO other",
            "ALTER TABLE patients_patient ADD COLUMN x",
            "CREATE TABLE mine (id)",
            "CREATE TEMP TABLE audit_event (id)",
            "CREATE TEMP TRIGGER x AFTER INSERT ON patients_patient BEGIN SELECT 1; END",
            "CREATE VIEW x AS SELECT 1",
            "UPDATE audit_event SET reason = ''",
            "DELETE FROM audit_event",
            "DELETE FROM audit_shown_patient",
            "DELETE FROM audit_pending",
            "INSERT INTO audit_pending VALUES ('x')",
            "INSERT INTO audit_leaf VALUES (0, 'x', x'')",
            "INSERT INTO audit_checkpoint (size, note) VALUES (1, '')",
            "DELETE FROM audit_patient_key",
            "UPDATE audit_patient_key SET wrapped = x''",
            "INSERT OR REPLACE INTO audit_leaf VALUES (0, 'x', x'')",
            "PRAGMA recursive_triggers = OFF",
            "PRAGMA writable_schema = ON",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA synchronous = OFF",
            "UPDATE sqlite_master SET sql = ''",
            "UPDATE main.sqlite_schema SET sql = '' WHERE name = 'audit_event_append_pending'",
            "WITH x AS (SELECT 1) UPDATE sqlite_master SET rootpage = 0",
            "UPDATE sqlite_temp_master SET sql = ''",
            "DELETE FROM sqlite_master",
            "INSERT INTO sqlite_master (name) VALUES ('x') ON CONFLICT DO UPDATE SET sql = ''",
            "CREATE VIRTUAL TABLE mine USING fts5(x)",
            "DROP TABLE pathways_searchentry_words",
            "ATTACH ':memory:' AS other",
            "VACUUM",
            "SELECT load_extension('x')",
        ],
    )
    def test_denied(self, guarded: Any, statement: str) -> None:
        with (
            guarded.cursor() as cursor,
            pytest.raises(DatabaseError, match=r"not authorized|authorization denied|may not be modified"),
        ):
            cursor.execute(statement)

    def test_the_application_works(self, guarded: Any) -> None:
        with acting(ANN), transaction.atomic(using="other"):
            ward = Ward.objects.using("other").create(code="A", name="x")
            with transaction.atomic(using="other"):
                Ward.objects.using("other").filter(pk=ward.pk).update(name="y")
            assert Ward.objects.using("other").get().name == "y"
            ward.delete(using="other")
        events = AuditEvent.everything.using("other").filter(actor_id="ann")
        assert sorted(event.values["operation"] for event in events) == ["delete", "insert", "update"]
        with guarded.cursor() as cursor:
            (waiting,) = cursor.execute("SELECT count(*) FROM audit_pending").fetchone()
            (recursive,) = cursor.execute("PRAGMA recursive_triggers").fetchone()
        assert waiting >= 3
        assert recursive == 1

    def test_commands_are_not_guarded(self) -> None:
        assert authorizer._guarding == [False]


def test_a_disk_that_takes_no_lock_is_a_database_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="The lock beside the database cannot be had: No such file or directory"):
        opened(str(tmp_path / "nowhere" / "database.sqlite3.lock"))


class TestLimits:
    def test_for_postgresql_with_what_the_administrator_gave_last(self) -> None:
        database = env.postgresql("postgresql://a@h/n?options=-c%20statement_timeout%3D9000")
        limit_statements(database)
        options = database["OPTIONS"]["options"]  # type: ignore[index]
        assert options.startswith("-c statement_timeout=5000 -c lock_timeout=5000")
        assert options.endswith("-c statement_timeout=9000")

    def test_the_web_server_is_told_soon_that_there_is_no_connection(self) -> None:
        database = env.postgresql("postgresql://a@h/n")
        database["OPTIONS"]["pool"] = {"max_size": 10, "timeout": 5}  # type: ignore[index]
        limit_statements(database)
        assert database["OPTIONS"]["pool"] == {"max_size": 10, "timeout": 1.2}  # type: ignore[index]

    def test_with_two_servers_there_is_time_to_find_the_first_one_dead(self) -> None:
        database = env.postgresql("postgresql://a@h:5432,i:5432/n")
        database["OPTIONS"]["pool"] = {"timeout": 5}  # type: ignore[index]
        limit_statements(database)
        assert database["OPTIONS"]["pool"]["timeout"] == 3.2  # type: ignore[index]

    def test_nothing_for_sqlite(self) -> None:
        database = env.sqlite(Path("x"))
        limit_statements(database)
        assert "options" not in database["OPTIONS"]  # type: ignore[operator]

    @on_postgresql
    @pytest.mark.django_db
    def test_the_server_takes_them(self) -> None:
        limited = connections.create_connection("default")
        limited.settings_dict = {**connection.settings_dict, "OPTIONS": dict(connection.settings_dict["OPTIONS"])}
        limit_statements(limited.settings_dict)
        try:
            with limited.cursor() as cursor:
                for name in LIMITS:
                    assert cursor.execute(f"SHOW {name}").fetchone()[0] in {"5s", "15s"}
        finally:
            limited.close()
