"""The database itself refuses to change or delete rows of the log, whoever asks."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from audit.append_only import append_only_operations
from audit.events import Event
from audit.models import AuditEvent, Checkpoint, Leaf, Node, PendingEvent, Retirement, ShownPatient
from audit.services import record
from pathways.content_files import load_content
from pathways.models import Release
from pathways.services.releases import add_release

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.only_on("sqlite")
on_postgresql = pytest.mark.only_on("postgresql")


@pytest.fixture
def event(db: None) -> AuditEvent:
    with transaction.atomic():
        return record(Event.WORKLIST_VIEWED, by=None)


def refused(act: Callable[[], object], message: str = "append-only") -> None:
    rows = list(AuditEvent.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        act()
    assert list(AuditEvent.objects.order_by("pk").values()) == rows


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_update_through_the_orm(event: AuditEvent) -> None:
    event.reason = "changed"
    refused(event.save)
    refused(lambda: AuditEvent.objects.update(reason="changed"))
    refused(lambda: AuditEvent.objects.bulk_update([event], ["reason"]))


def test_delete_through_the_orm(event: AuditEvent) -> None:
    refused(event.delete)
    refused(lambda: AuditEvent.objects.all().delete())
    refused(lambda: AuditEvent.objects.all()._raw_delete("default"))


def test_upsert(event: AuditEvent) -> None:
    same = AuditEvent(pk=event.pk, at_us=0, action="forged", outcome="done", payload=b"{}")
    refused(
        lambda: AuditEvent.objects.bulk_create(
            [same], update_conflicts=True, update_fields=["action"], unique_fields=["id"]
        )
    )


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET reason = 'changed'", "DELETE FROM audit_event"])
def test_raw_sql(event: AuditEvent, statement: str) -> None:
    refused(lambda: execute(statement))


ROWS: dict[str, Callable[[], models.Model]] = {
    "audit_leaf": lambda: Leaf.objects.create(position=0, event_id=uuid4(), hash=b"x" * 32),
    "audit_node": lambda: Node.objects.create(level=8, position=0, hash=b"x" * 32),
    "audit_checkpoint": lambda: Checkpoint.objects.create(size=1, note="note"),
    "audit_retirement": lambda: Retirement.objects.create(first=5, last=6, note="note"),
    "audit_shown_patient": lambda: ShownPatient.objects.create(event_id=uuid4(), patient_id=uuid4()),
}


class TestEveryTableOfTheTree:
    @pytest.mark.parametrize("table", ROWS)
    def test_rows_are_neither_changed_nor_deleted(self, table: str) -> None:
        row = ROWS[table]()
        for act in (row.save, row.delete, lambda: execute(f"DELETE FROM {table}")):
            with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
                act()
        assert type(row)._default_manager.count() == 1

    @on_postgresql
    @pytest.mark.parametrize("table", ROWS)
    def test_nor_are_they_all_deleted_at_once(self, table: str) -> None:
        with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
            execute(f"TRUNCATE {table}")

    @on_sqlite
    @pytest.mark.parametrize(
        "statement",
        [
            "audit_leaf (position, event_id, hash) SELECT 9, event_id, hash FROM audit_leaf",
            "audit_leaf (position, event_id, hash) SELECT position, 'other', hash FROM audit_leaf",
            "audit_node (level, position, hash) SELECT level, position, 'other' FROM audit_node",
            "audit_checkpoint (size, note, created_at) SELECT size, 'other', created_at FROM audit_checkpoint",
        ],
        ids=["event of a leaf", "position of a leaf", "node", "checkpoint"],
    )
    def test_nor_replaced_by_a_unique_key(self, statement: str) -> None:
        for make in ROWS.values():
            make()
        execute("PRAGMA recursive_triggers = OFF")
        try:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                execute(f"INSERT OR REPLACE INTO {statement}")
        finally:
            execute("PRAGMA recursive_triggers = ON")

    def test_events_whose_retention_has_ended_may_go_and_no_others(self, event: AuditEvent) -> None:
        with transaction.atomic():
            kept = record(Event.WORKLIST_VIEWED, by=None, shown=[uuid4()])
            gone = record(Event.WORKLIST_VIEWED, by=None, shown=[uuid4()])
        for position, one in enumerate((event, kept, gone)):
            Leaf.objects.create(position=position, event_id=one.pk, hash=b"x" * 32)
        Retirement.objects.create(first=2, last=2, note="note")
        for table in (ShownPatient.objects.all(), AuditEvent.everything.all()):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                table._raw_delete("default")
        assert ShownPatient.objects.filter(event=gone)._raw_delete("default") == 1
        assert AuditEvent.everything.filter(pk=gone.pk)._raw_delete("default") == 1
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.everything.filter(pk=kept.pk).update(reason="changed")


@on_postgresql
@pytest.mark.parametrize("statement", ["TRUNCATE audit_event", "TRUNCATE audit_event CASCADE"])
def test_truncate(event: AuditEvent, statement: str) -> None:
    refused(lambda: execute(statement))


@on_postgresql
def test_the_replica_role_does_not_switch_the_triggers_off(event: AuditEvent) -> None:
    refused(lambda: execute("SET LOCAL session_replication_role = replica; DELETE FROM audit_event"))


@on_sqlite
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace(event: AuditEvent, recursive: str) -> None:
    columns = (
        "id, at_us, db_at, actor_id, actor_name, actor_role, session_hash, ip, device, action, outcome, patient_id"
    )
    statement = (
        f"INSERT OR REPLACE INTO audit_event ({columns}, target, reason, payload) "
        f"SELECT {columns}, target, 'changed', payload FROM audit_event"
    )
    execute(f"PRAGMA recursive_triggers={recursive}")
    try:
        refused(lambda: execute(statement))
    finally:
        execute("PRAGMA recursive_triggers=ON")


@on_sqlite
def test_the_connection_is_set_up_for_it() -> None:
    with connection.cursor() as cursor:
        answers = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("recursive_triggers", "foreign_keys", "journal_mode")
        }
    assert answers == {"recursive_triggers": 1, "foreign_keys": 1, "journal_mode": "wal"}


class Thing(models.Model):
    """A table of somebody else's that becomes append-only and back; never migrated, made below."""

    at = models.DateTimeField(db_default=Now())
    word = models.TextField()

    class Meta:
        app_label = "tests"
        db_table = "some_thing"
        managed = False


def run(operations: list[migrations.RunPython], *, backwards: bool = False) -> None:
    state = ProjectState()
    with connection.schema_editor(atomic=False) as editor:
        for operation in operations:
            move = operation.database_backwards if backwards else operation.database_forwards
            move("tests", editor, state, state)


@on_postgresql
def test_the_operations_can_be_used_on_any_table_and_reversed() -> None:
    execute("CREATE TABLE some_thing (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), word text)")
    check_any_table()


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_operations_can_be_used_on_any_table_and_reversed_on_sqlite() -> None:
    execute("CREATE TABLE some_thing (id integer PRIMARY KEY, at text, word text)")
    try:
        check_any_table()
    finally:
        execute("DROP TABLE some_thing")


def check_any_table() -> None:
    operations = append_only_operations("some_thing")
    Thing.objects.create(word="first")
    run(operations)
    Thing.objects.create(word="second")
    with pytest.raises(DatabaseError, match="some_thing is append-only"), transaction.atomic():
        Thing.objects.update(word="changed")
    with pytest.raises(DatabaseError, match="some_thing is append-only"), transaction.atomic():
        Thing.objects.all().delete()
    run(operations, backwards=True)
    assert Thing.objects.update(word="changed") == 2


@pytest.mark.parametrize("name", ["audit_event; DROP TABLE audit_event", "Audit", "", "a" * 60])
def test_the_name_of_the_table_cannot_carry_sql(name: str) -> None:
    with pytest.raises(ValueError, match="no plain table"):
        append_only_operations(name)


@pytest.mark.django_db(transaction=True)
def test_after_the_test_runner_has_emptied_the_tables_the_triggers_are_back() -> None:
    """Order matters not: every transactional test before this one has been cleaned up with the triggers taken away."""
    from django.core.management import call_command

    with transaction.atomic():
        event = record(Event.WORKLIST_VIEWED, by=None)
    for make in ROWS.values():
        make()
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEvent.objects.exists()
    assert not any(type(row).objects.exists() for row in (PendingEvent(), Leaf(), Node(), Checkpoint(), Retirement()))
    with transaction.atomic():
        event = record(Event.WORKLIST_VIEWED, by=None)
    refused(event.delete)
    assert list(PendingEvent.objects.values_list("event_id", flat=True)) == [event.pk]
    leaf = ROWS["audit_leaf"]()
    with pytest.raises(DatabaseError, match="audit_leaf is append-only"), transaction.atomic():
        leaf.delete()


@on_sqlite
@pytest.mark.parametrize(("number", "sha256"), [("number", "'other'"), ("99", "sha256")])
def test_replace_by_another_unique_key(db: None, number: str, sha256: str) -> None:
    """REPLACE deletes whatever row has any of its unique keys, and without recursive triggers nobody is asked."""
    release = add_release(load_content(), by=None)
    execute("PRAGMA recursive_triggers = OFF")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(
            "INSERT OR REPLACE INTO pathways_release"
            " (id, number, sha256, title, status, document, created_at, created_by_name)"
            f" SELECT 'x', {number}, {sha256}, 'forged', status, document, created_at, created_by_name"
            " FROM pathways_release"
        )
    assert [one.title for one in Release.objects.all()] == [release.title]
    execute("PRAGMA recursive_triggers = ON")
