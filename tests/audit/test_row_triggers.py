"""Every row that is written in an audited table stands in the log, however it was written."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User, Ward
from audit.checks import guards_are_there
from audit.context import NOBODY, Program, acting
from audit.events import Event
from audit.models import AuditEvent, PendingEvent
from audit.payloads import COLUMNS, canonical
from audit.row_triggers import AuditedTable, guarded_tables, install, missing_triggers, remove
from audit.services import record
from pathways.frozen import VERSIONS
from patients.models import Patient
from tests.cast import Cast
from tests.factories import make_patient

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.only_on("sqlite")
on_postgresql = pytest.mark.only_on("postgresql")

NASTY = {
    "quotes": 'O\'Neill "the" doctor',
    "backslashes": "a\\b\\\\c\\u0041",
    "control": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "separators": "one\u2028two\u2029three\u00a0four\ufeff",
    "not-latin": "Jürgen Ωμέγα 医生 \U0001f9e0 e\u0301",
    "json": '{"action":"x"},"values":{}',
    "sql": "'); DROP TABLE audit_event; -- $body$ %s {0}",
}


def rows(**wanted: object) -> list[AuditEvent]:
    return list(AuditEvent.everything.filter(action=Event.ROW_CHANGED.code, **wanted).order_by("at_us"))


def written_by(act: Callable[[], object]) -> list[tuple[str, str, list[str]]]:
    """(table, operation, columns) of each row event that this writes."""
    before = {event.pk for event in rows()}
    with transaction.atomic():
        act()
    new = [event for event in rows() if event.pk not in before]
    return sorted((e.target.partition("/")[0], e.values["operation"], e.values["columns"]) for e in new)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def ward(db: None) -> Ward:
    return Ward.objects.create(code="W9", name="Ward nine")


class TestEveryWayOfWriting:
    def test_create(self) -> None:
        assert written_by(lambda: Ward.objects.create(code="A", name="A")) == [("accounts_ward", "insert", [])]

    def test_bulk_create(self) -> None:
        def act() -> None:
            Ward.objects.bulk_create([Ward(code="A", name="A"), Ward(code="B", name="B")])

        assert written_by(act) == [("accounts_ward", "insert", [])] * 2

    def test_save(self, ward: Ward) -> None:
        ward.name = "Other"
        assert written_by(ward.save) == [("accounts_ward", "update", ["name"])]

    def test_update(self, ward: Ward) -> None:
        assert written_by(lambda: Ward.objects.update(name="Other", code="X")) == [
            ("accounts_ward", "update", ["code", "name"])
        ]

    def test_bulk_update(self, ward: Ward) -> None:
        ward.name = "Other"
        assert written_by(lambda: Ward.objects.bulk_update([ward], ["name"])) == [("accounts_ward", "update", ["name"])]

    def test_upsert(self, ward: Ward) -> None:
        def act() -> None:
            Ward.objects.bulk_create(
                [Ward(pk=ward.pk, code="Y", name="Upserted")],
                update_conflicts=True,
                update_fields=["name"],
                unique_fields=["id"],
            )

        assert written_by(act) == [("accounts_ward", "update", ["name"])]

    def test_delete(self, ward: Ward) -> None:
        assert written_by(ward.delete) == [("accounts_ward", "delete", [])]

    def test_raw_delete(self, ward: Ward) -> None:
        assert written_by(lambda: Ward.objects.all()._raw_delete("default")) == [("accounts_ward", "delete", [])]

    def test_raw_sql(self, ward: Ward) -> None:
        assert written_by(lambda: execute("UPDATE accounts_ward SET name = 'x'")) == [
            ("accounts_ward", "update", ["name"])
        ]
        assert written_by(lambda: execute("DELETE FROM accounts_ward")) == [("accounts_ward", "delete", [])]

    @on_sqlite
    def test_replace_is_a_delete_and_an_insert(self, ward: Ward) -> None:
        statement = "INSERT OR REPLACE INTO accounts_ward (id, code, name) SELECT id, 'Z', name FROM accounts_ward"
        assert written_by(lambda: execute(statement)) == [
            ("accounts_ward", "delete", []),
            ("accounts_ward", "insert", []),
        ]

    def test_roles(self, cast: Cast) -> None:
        group = Group.objects.get(name="auditor")
        assert written_by(lambda: cast.registrar.groups.add(group)) == [("accounts_user_groups", "insert", [])]
        assert written_by(lambda: cast.registrar.groups.remove(group)) == [("accounts_user_groups", "delete", [])]

    def test_a_password_is_named_and_not_told(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.registrar.pk).update(password="md5$salt$0123456789abcdef")
        (event,) = rows(target=f"accounts_user/{cast.registrar.pk}", transaction=rows()[-1].transaction)[-1:]
        assert event.values["columns"] == ["password"]
        assert b"0123456789abcdef" not in bytes(event.payload)

    def test_an_update_that_changes_nothing_is_not_told(self, ward: Ward) -> None:
        assert written_by(ward.save) == []

    def test_what_was_rolled_back_is_not_told(self, ward: Ward) -> None:
        before = len(rows())
        with pytest.raises(RuntimeError), transaction.atomic():
            ward.delete()
            raise RuntimeError
        assert len(rows()) == before

    def test_every_row_event_waits_for_the_sealer(self, ward: Ward) -> None:
        ward.delete()
        assert PendingEvent.objects.filter(pk=rows()[-1].pk).exists()


class TestWhatIsTold:
    @pytest.mark.parametrize("name", NASTY)
    def test_the_payload_begins_with_the_columns_as_python_would_write_them(self, name: str) -> None:
        with acting(Program(audit_id=f"person {NASTY[name]}", audit_name=NASTY[name])):
            Ward.objects.create(code="A", name="A")
        event = rows()[-1]
        columns = {column: getattr(event, column) for column in COLUMNS}
        assert columns["actor_name"] == NASTY[name]
        head, _, values = bytes(event.payload).rpartition(b',"values":')
        assert head + b"}" == canonical(columns)
        assert values[:-1] == canonical(json.loads(bytes(event.payload))["values"])
        assert bytes(event.payload) == canonical(json.loads(bytes(event.payload)))

    def test_an_actor_without_a_name_is_named_by_id(self) -> None:
        with acting(Program(audit_id="someone", audit_name="")):
            Ward.objects.create(code="A", name="A")
        assert rows()[-1].actor_name == "someone"

    def test_who_and_in_which_transaction(self, cast: Cast) -> None:
        with acting(cast.registrar), transaction.atomic():
            Ward.objects.create(code="A", name="A")
            told = record(Event.WARD_ADDED, by=cast.registrar)
        event = rows()[-1]
        assert (event.actor_id, event.actor_name) == (cast.registrar.audit_id, cast.registrar.audit_name)
        assert event.transaction == told.transaction
        assert event.values["database_user"]
        assert abs(event.at_us - told.at_us) < 10_000_000

    def test_the_patient_is_named(self, cast: Cast) -> None:
        patient = make_patient(cast.registrar, cast.neuro_oncology)
        assert {event.patient_id for event in rows(target=f"patients_patient/{patient.pk}")} == {patient.pk}
        assert Patient.objects.filter(pk=patient.pk).update(consultant="Dr Other") == 1
        assert rows()[-1].patient_id == patient.pk
        assert rows()[-1].values == {**rows()[-1].values, "columns": ["consultant"], "operation": "update"}

    def test_acts_are_listed_without_the_rows_behind_them(self, ward: Ward) -> None:
        assert rows()
        assert not AuditEvent.objects.filter(action=Event.ROW_CHANGED.code).exists()


class TestNobody:
    def test_nobody_writes(self, ward: Ward) -> None:
        for act in (ward.delete, lambda: Ward.objects.update(name="x"), lambda: Ward.objects.create(code="B")):
            with (
                acting(NOBODY),
                pytest.raises(DatabaseError, match="accounts_ward was not written: nobody is named"),
                transaction.atomic(),
            ):
                act()
        assert list(Ward.objects.values_list("code", "name")) == [("W9", "Ward nine")]

    @on_postgresql
    def test_a_database_shell_is_told_how_to_name_oneself(self, ward: Ward) -> None:
        raw = connection.connection.cursor()  # past our backend, as psql would
        with (
            acting(NOBODY),
            transaction.atomic(),
            pytest.raises(Exception, match=r"SET app\.actor"),
            transaction.atomic(),
        ):
            execute("SET LOCAL app.actor = ''")
            raw.execute("UPDATE accounts_ward SET name = 'x'")
        with transaction.atomic():
            execute("SET LOCAL app.actor = 'Ann (psql)'")
            execute("SET LOCAL app.actor_name = ''")
            execute("SET LOCAL app.transaction = ''")
            raw.execute("UPDATE accounts_ward SET name = 'x'")
        event = rows()[-1]
        assert (event.actor_id, event.actor_name) == ("Ann (psql)", "Ann (psql)")
        assert event.transaction.startswith("xid ")

    @on_sqlite
    def test_another_program_writes_nothing_at_all(self, ward: Ward) -> None:
        import sqlite3

        with connection.cursor() as cursor:
            schema = cursor.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('accounts_ward', 'audit_event')"
                " AND name NOT LIKE 'sqlite_%' ORDER BY type <> 'table'"
            ).fetchall()
        other = sqlite3.connect(":memory:")
        for (statement,) in schema:
            other.execute(statement)
        with pytest.raises(sqlite3.OperationalError, match="no such function: audit_actor"):
            other.execute("INSERT INTO accounts_ward (id, code, name) VALUES ('x', 'A', 'A')")
        other.close()


@on_postgresql
class TestPostgresql:
    @pytest.mark.parametrize("cascade", ["", " CASCADE"])
    def test_truncate_is_refused(self, ward: Ward, cascade: str) -> None:
        with pytest.raises(DatabaseError, match="is audited, and TRUNCATE removes rows unseen"), transaction.atomic():
            execute(f"TRUNCATE patients_allergy{cascade}")

    def test_the_replica_role_switches_nothing_off(self, ward: Ward) -> None:
        def act() -> None:
            execute("SET LOCAL session_replication_role = replica")
            execute("DELETE FROM accounts_ward")
            execute("SET LOCAL session_replication_role = origin")

        assert written_by(act) == [("accounts_ward", "delete", [])]

    def test_a_temporary_table_does_not_take_the_place_of_the_log(self, ward: Ward) -> None:
        """Without pg_temp at the end of the search path, functions would find these tables first."""
        execute("CREATE TEMPORARY TABLE audit_event (LIKE public.audit_event)")
        execute("CREATE TEMPORARY TABLE audit_pending (LIKE public.audit_pending)")
        execute("DELETE FROM accounts_ward")
        execute("DROP TABLE pg_temp.audit_event, pg_temp.audit_pending")
        event = rows()[-1]
        assert event.values["operation"] == "delete"
        assert PendingEvent.objects.filter(pk=event.pk).exists()

    def test_a_temporary_table_does_not_end_the_retention(self) -> None:
        with transaction.atomic():
            event = record(Event.WORKLIST_VIEWED, by=None)
        execute("CREATE TEMPORARY TABLE audit_leaf AS SELECT 0 AS position, id AS event_id FROM audit_event")
        execute("CREATE TEMPORARY TABLE audit_retirement AS SELECT 0 AS first, 9 AS last")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            execute(f"DELETE FROM audit_event WHERE id = '{event.pk}'")
        execute("DROP TABLE pg_temp.audit_leaf, pg_temp.audit_retirement")


def drop_trigger(name: str, table: str) -> None:
    execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.fixture
def without_one_trigger(transactional_db: None) -> Iterator[str]:
    """Of the frozen versions, which only a migration installs."""
    table = VERSIONS.name
    drop_trigger(f"{table}_frozen_delete", table)
    yield f"{table}_frozen_delete"
    for statement in (*VERSIONS.remove()[connection.vendor], *VERSIONS.install()[connection.vendor]):
        execute(statement)


class TestInstalling:
    def test_everything_is_there(self) -> None:
        assert missing_triggers(connection, guarded_tables()) == []
        assert guards_are_there(None, databases=["default"]) == []

    def test_a_missing_row_trigger_is_named_and_put_back(self) -> None:
        remove(connection)
        missing = missing_triggers(connection, guarded_tables())
        assert any(name.startswith("patients_patient_row_changed") for name in missing)
        (error,) = guards_are_there(None, databases=["default"])
        assert "patients_patient_row_changed" in error.msg
        install(connection, guarded_tables())
        install(connection, guarded_tables())
        assert missing_triggers(connection, guarded_tables()) == []

    @on_postgresql
    def test_a_disabled_trigger_counts_as_missing(self) -> None:
        execute("ALTER TABLE patients_patient DISABLE TRIGGER patients_patient_row_changed")
        assert missing_triggers(connection, guarded_tables()) == ["patients_patient_row_changed"]

    def test_the_trigger_that_feeds_the_sealer_is_looked_for(self) -> None:
        drop_trigger("audit_event_append_pending", "audit_event")
        assert missing_triggers(connection, guarded_tables()) == ["audit_event_append_pending"]

    def test_migrate_says_which_trigger_a_migration_has_lost(self, without_one_trigger: str) -> None:
        with pytest.raises(CommandError, match=f"lacks triggers that guard its tables: {without_one_trigger}"):
            call_command("migrate", verbosity=0, stdout=io.StringIO())

    def test_no_name_carries_sql_into_a_trigger(self) -> None:
        with pytest.raises(ValueError, match="no plain table"):
            AuditedTable(name='x"; DROP TABLE y')
