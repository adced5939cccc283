"""Every model says whether its rows are watched, and the database has the triggers that the answer asks for."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.context import NOBODY, Program, acting
from audit.events import Event
from audit.models import AuditEvent
from audit.row_triggers import AuditedTable, missing_triggers
from config.coverage import DECLARED, Audited, Exempt, guarded_tables
from patients.models import Allergy
from tests.cast import Cast
from tests.factories import make_patient, make_plan, shipped_release

MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
TABLES = {table.name: table for table in guarded_tables().audited}
IN_WORDS = Program(audit_id="shell", audit_name="Somebody in a shell")


def test_every_model_is_declared() -> None:
    assert sorted(set(MODELS) - set(DECLARED)) == [], "config/coverage.py: Audited(), or Exempt with the reason"


def test_every_declaration_has_a_model() -> None:
    assert sorted(set(DECLARED) - set(MODELS)) == []


def test_every_exemption_has_a_reason() -> None:
    assert [label for label, one in DECLARED.items() if isinstance(one, Exempt) and len(one.reason) < 20] == []


@pytest.mark.parametrize("label", [label for label, one in sorted(DECLARED.items()) if isinstance(one, Audited)])
def test_the_columns_named_are_columns(label: str) -> None:
    columns = {field.column for field in MODELS[label]._meta.local_fields}
    declared = DECLARED[label]
    assert isinstance(declared, Audited)
    assert {*declared.unwatched, *filter(None, [declared.patient])} <= columns
    if "patient_id" in columns:
        assert declared.patient == "patient_id"


@pytest.mark.django_db
def test_the_database_has_every_trigger() -> None:
    assert missing_triggers(connection, guarded_tables()) == []


@pytest.mark.django_db
def test_every_refusing_trigger_is_declared() -> None:
    """A migration that makes a table append-only has to be known to the check at start as well."""
    kinds = {"append_only": "rows" if connection.vendor == "postgresql" else "update", "frozen": "update"}
    there = {name for table in MODELS.values() for name in triggers_of(table._meta.db_table)}
    declared = {
        f"{table}_{kind}_{kinds[kind]}" for table, refusing in guarded_tables().refusing.items() for kind in refusing
    }
    assert {name for name in there for kind, what in kinds.items() if name.endswith(f"_{kind}_{what}")} == declared


def triggers_of(table: str) -> Iterable[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def somebody(cast: Cast) -> None:
    """Rows in every table that a signed plan needs, and what the roles of the cast need."""
    shipped_release()
    patient = make_patient(cast.registrar, cast.neuro_oncology)
    Allergy.objects.create(patient=patient, substance="Latex", reaction="Rash", recorded_on=timezone.localdate())
    make_plan(cast.consultant, patient)
    cast.consultant.user_permissions.add(Permission.objects.all()[0])


WITH_ROWS = (
    "accounts.Membership",
    "accounts.User",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "accounts.Ward",
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "pathways.Activation",
    "pathways.Release",
    "patients.Allergy",
    "patients.Assessment",
    "patients.Decision",
    "patients.Patient",
    "patients.SignedPlan",
)


@pytest.mark.django_db
@pytest.mark.usefixtures("somebody")
def test_a_write_past_every_service_is_told_and_never_anonymous() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end would hold the triggers
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for label in WITH_ROWS:
        table = TABLES[MODELS[label]._meta.db_table]
        with transaction.atomic():
            drop_refusals(table.name)
            refused_to_nobody(label)
            told = told_when_deleted(label, table)
            transaction.set_rollback(True)
        assert told == 1, label


def refused_to_nobody(label: str) -> None:
    rows = MODELS[label]._base_manager.all()
    with acting(NOBODY), pytest.raises(DatabaseError, match="nobody is named"), transaction.atomic():
        rows.filter(pk=rows.values_list("pk", flat=True)[0])._raw_delete("default")


def told_when_deleted(label: str, table: AuditedTable) -> int:
    rows = MODELS[label]._base_manager.all()
    key = rows.values_list("pk", flat=True)[0]
    with acting(IN_WORDS):
        rows.filter(pk=key)._raw_delete("default")
    events = AuditEvent.everything.filter(action=Event.ROW_CHANGED.code, actor_id="shell")
    return events.filter(target=f"{table.name}/{key}").count()


def drop_refusals(table: str) -> None:
    with connection.cursor() as cursor:
        for name in triggers_of(table):
            if "_append_only_" in name or "_frozen_" in name:
                cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
