"""Make the table of the audit log."""

import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at_us", models.BigIntegerField()),
                ("db_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor_id", models.TextField(blank=True)),
                ("actor_name", models.TextField(blank=True)),
                ("actor_role", models.TextField(blank=True)),
                ("session_hash", models.TextField(blank=True)),
                ("ip", models.TextField(blank=True)),
                ("device", models.TextField(blank=True)),
                ("action", models.TextField()),
                ("outcome", models.TextField()),
                ("patient_id", models.UUIDField(blank=True, null=True)),
                ("target", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("payload", models.BinaryField()),
            ],
            options={
                "db_table": "audit_event",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["patient_id", "at_us"], name="audit_event_of_patient"),
                    models.Index(fields=["actor_id", "at_us"], name="audit_event_of_actor"),
                    models.Index(fields=["at_us"], name="audit_event_by_time"),
                ],
            },
        ),
    ]
