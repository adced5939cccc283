"""Runs of the known patients, and how often each rule applied on each day."""

import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.db import migrations, models

from audit.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0006_search_and_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="CanaryRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("cases", models.PositiveIntegerField()),
                ("differences", models.JSONField(default=list)),
                ("made_with", models.CharField(max_length=40)),
                ("machine", models.CharField(max_length=200)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pathways.release"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["release", "-at"], name="newest_canaries_of_a_release")],
            },
        ),
        migrations.CreateModel(
            name="RuleFirings",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("rule", models.CharField(max_length=160)),
                ("plans", models.PositiveIntegerField()),
                ("applied", models.PositiveIntegerField()),
                ("unknown", models.PositiveIntegerField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pathways.release"
                    ),
                ),
            ],
            options={
                "ordering": ["day", "rule"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("day", "release", "rule"), name="one_count_a_day_and_rule"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "plans__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("applied"), "+", models.F("unknown")
                                ),
                            )
                        ),
                        name="no_more_than_all_plans",
                    ),
                ],
            },
        ),
        *append_only_operations("pathways_canaryrun"),
    ]
