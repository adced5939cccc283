"""Opening the record of another ward's patient by break-glass, with its review; the database holds the rows still."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from patients.frozen_access import frozen_access_operations


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BreakGlassAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reason_code",
                    models.CharField(
                        choices=[
                            ("direct_care", "I take part in this patient's care"),
                            ("emergency", "Emergency"),
                            ("cover", "I cover for the patient's ward"),
                            ("opinion", "I was asked for an opinion"),
                            ("other", "Another reason, written below"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason_text", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "review_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "Justified"),
                            ("not_justified", "Not justified"),
                            ("needs_enquiry", "Needs enquiry"),
                        ],
                        max_length=20,
                    ),
                ),
                ("review_note", models.TextField(blank=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="break_glass_accesses",
                        to="patients.patient",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["user", "patient", "expires_at"], name="break_glass_of_user"),
                    models.Index(fields=["reviewed_at", "opened_at"], name="break_glass_to_review"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("opened_at"))),
                        name="access_expires_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("opened_at")), _connector="OR"
                        ),
                        name="access_ends_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason_code__in", ["direct_care", "emergency", "cover", "opinion", "other"])
                        ),
                        name="access_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason_code", "other"), _negated=True),
                            models.Q(("reason_text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="another_reason_is_written_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("review_note", ""),
                                ("review_outcome", ""),
                                ("reviewed_at__isnull", True),
                                ("reviewed_by__isnull", True),
                            ),
                            models.Q(
                                ("review_outcome__in", ["justified", "not_justified", "needs_enquiry"]),
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="access_is_reviewed_fully_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_reviews_their_own_access",
                    ),
                ],
            },
        ),
        *frozen_access_operations(),
    ]
