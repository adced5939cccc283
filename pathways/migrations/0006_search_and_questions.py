"""The search index of the guidance, with a full-text index in either database, and questions to the content team."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from pathways.search.full_text import full_text_operations


class Migration(migrations.Migration):
    dependencies = [
        ("pathways", "0005_activation_note"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GuidanceQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "Problem with the guidance"), ("question", "Question")], max_length=20
                    ),
                ),
                ("text", models.TextField()),
                ("rule", models.CharField(blank=True, max_length=64)),
                ("intervention", models.CharField(blank=True, max_length=64)),
                ("asked_by_name", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed without an answer")],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_by_name", models.CharField(blank=True, max_length=200)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("became", models.CharField(blank=True, max_length=160)),
                ("seen_by_asker_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pathways.release",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["asked_by", "state"], name="questions_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["problem", "question"])), name="question_kind_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "closed"])),
                        name="question_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="question_that_is_over_has_its_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=200)),
                ("pathway", models.CharField(blank=True, max_length=80)),
                ("about", models.TextField(blank=True)),
                ("says", models.TextField(blank=True)),
                ("applies", models.TextField(blank=True)),
                ("rests_on", models.TextField(blank=True)),
                ("made_with", models.CharField(max_length=40)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pathways.release"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("release", "position"), name="one_search_entry_per_position")
                ],
            },
        ),
        *full_text_operations(),
    ]
