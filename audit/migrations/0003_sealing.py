"""Make the tree of hashes: what is pending, leaves, nodes, checkpoints; and the keys of what is said of patients."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import uuid
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.append_only import append_only_operations, remove_append_only_operations

PENDING = {
    "postgresql": [
        # With the rights of its owner: the application itself may not touch what waits for the sealer.
        """CREATE OR REPLACE FUNCTION audit_event_append_pending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $body$
            BEGIN INSERT INTO audit_pending (event_id) VALUES (NEW.id); RETURN NULL; END;
            $body$""",
        """CREATE TRIGGER audit_event_append_pending AFTER INSERT ON audit_event
            FOR EACH ROW EXECUTE FUNCTION audit_event_append_pending()""",
        "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_pending",
    ],
    "sqlite": [
        """CREATE TRIGGER audit_event_append_pending AFTER INSERT ON audit_event
            BEGIN INSERT INTO audit_pending (event_id) VALUES (NEW.id); END""",
    ],
}
NO_PENDING = {
    "postgresql": [
        "DROP TRIGGER IF EXISTS audit_event_append_pending ON audit_event",
        "DROP FUNCTION IF EXISTS audit_event_append_pending()",
    ],
    "sqlite": ["DROP TRIGGER IF EXISTS audit_event_append_pending"],
}


def note_pending(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Every event from now on, and those that are there already."""
    for statement in PENDING[editor.connection.vendor]:
        editor.execute(statement)
    editor.execute("INSERT INTO audit_pending (event_id) SELECT id FROM audit_event")


def forget_pending(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in NO_PENDING[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(unique=True)),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "audit_checkpoint",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.UUIDField(unique=True)),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "audit_leaf",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "audit_node",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PatientKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField(unique=True)),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "audit_patient_key",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PendingEvent",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "audit_pending",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Retirement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "audit_retirement",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ShownPatient",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField(db_index=True)),
            ],
            options={
                "db_table": "audit_shown_patient",
                "default_permissions": (),
            },
        ),
        *remove_append_only_operations("audit_event"),  # SQLite rebuilds the table to add a column
        migrations.AlterModelOptions(
            name="auditevent",
            options={"base_manager_name": "everything", "default_permissions": ()},
        ),
        migrations.AlterModelManagers(
            name="auditevent",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="auditevent",
            name="transaction",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["target", "at_us"], name="audit_event_on_target"),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.UniqueConstraint(fields=("level", "position"), name="audit_node_once"),
        ),
        migrations.AddField(
            model_name="shownpatient",
            name="event",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="shown",
                to="audit.auditevent",
            ),
        ),
        *append_only_operations("audit_leaf", primary="position", unique=(("event_id",),)),
        *append_only_operations("audit_node", unique=(("level", "position"),)),
        *append_only_operations("audit_checkpoint", unique=(("size",),)),
        *append_only_operations("audit_retirement"),
        *append_only_operations("audit_event", event="id"),
        *append_only_operations("audit_shown_patient", event="event_id"),
        migrations.RunPython(note_pending, forget_pending),
    ]
