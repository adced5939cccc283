"""What people add to a care plan, addenda to a signed one, and patients on somebody's own list."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_break_glass"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="plan_details",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="ListedByPerson",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("added_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("person", "patient"), name="listed_once_by_a_person")],
            },
        ),
        migrations.CreateModel(
            name="PlanAddendum",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("by", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="patients.signedplan"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="addenda_are_numbered")],
            },
        ),
        *append_only_operations("patients_planaddendum", unique=(("plan_id", "number"),)),
    ]
