"""Patients, allergies, assessments, answers to the advice, signed plans and their withdrawals."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_roles"),
        ("pathways", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("hospital_number", models.CharField(max_length=20, unique=True)),
                ("nhs_number", models.CharField(blank=True, max_length=10)),
                ("family_name", models.CharField(max_length=100)),
                ("given_names", models.CharField(max_length=100)),
                ("preferred_name", models.CharField(blank=True, max_length=100)),
                ("title", models.CharField(blank=True, max_length=30)),
                ("family_name_folded", models.CharField(editable=False, max_length=200)),
                ("given_names_folded", models.CharField(editable=False, max_length=200)),
                ("preferred_name_folded", models.CharField(blank=True, editable=False, max_length=200)),
                ("birth_date", models.DateField()),
                (
                    "sex",
                    models.CharField(
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("indeterminate", "Indeterminate"),
                            ("not_known", "Not Known"),
                        ],
                        max_length=20,
                    ),
                ),
                ("consultant", models.CharField(blank=True, max_length=100)),
                (
                    "allergy_status",
                    models.CharField(
                        choices=[
                            ("known", "Known allergies"),
                            ("none_known", "No known allergies"),
                            ("not_recorded", "Allergies not recorded"),
                            ("unavailable", "Allergies unavailable"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                (
                    "tumour_kind",
                    models.CharField(
                        choices=[
                            ("solid", "Solid tumour"),
                            ("not_solid", "Leukaemia, lymphoma or primary brain tumour"),
                            ("not_recorded", "Not recorded"),
                        ],
                        default="not_recorded",
                        max_length=20,
                    ),
                ),
                ("died_on", models.DateField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "ward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patients", to="accounts.ward"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("findings", models.JSONField(default=dict)),
                ("withdrawn", models.JSONField(default=list)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("priorities", models.TextField(blank=True)),
                ("ceilings", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("signed", "Signed"), ("discarded", "Discarded")],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField()),
                ("discard_reason", models.TextField(blank=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pathways.release"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="patients.patient"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Allergy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("substance", models.CharField(max_length=100)),
                ("reaction", models.CharField(blank=True, max_length=200)),
                ("recorded_on", models.DateField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allergies", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "allergies",
                "ordering": ["substance", "recorded_on"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_changes",
                        to="patients.assessment",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SignedPlan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("body_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("signed_by", models.JSONField()),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("own_decisions", "I made these decisions"),
                            ("on_behalf", "I recorded decisions made by someone else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on_behalf_of", models.CharField(blank=True, max_length=200)),
                ("reassess_by", models.DateField(blank=True, null=True)),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="patients.assessment"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="patients.patient"
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pathways.release"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlanWithdrawal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("by", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="patients.signedplan"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("intervention", models.CharField(max_length=64)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("follow", "Follow the advice"),
                            ("decline", "Not doing"),
                            ("decided", "Decided"),
                            ("discuss", "Will discuss"),
                            ("use", "Use"),
                            ("not_use", "Not using"),
                            ("give_anyway", "Give anyway"),
                            ("undone", "Answer taken back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason_code", models.CharField(blank=True, max_length=20)),
                ("reason_text", models.TextField(blank=True)),
                ("instead", models.TextField(blank=True)),
                ("discuss_at", models.CharField(blank=True, max_length=200)),
                ("advice_hash", models.CharField(max_length=64)),
                ("stance", models.CharField(max_length=20)),
                ("made_by", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="patients.assessment"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "number"), name="decisions_are_numbered"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "answer__in",
                                ["follow", "decline", "decided", "discuss", "use", "not_use", "give_anyway", "undone"],
                            )
                        ),
                        name="answer_is_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["ward", "family_name_folded"], name="patient_by_ward_and_name"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["birth_date"], name="patient_by_birth_date"),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("nhs_number", ""), _negated=True),
                fields=("nhs_number",),
                name="one_patient_per_nhs_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("allergy_status__in", ["known", "none_known", "not_recorded", "unavailable"])),
                name="allergy_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("tumour_kind__in", ["solid", "not_solid", "not_recorded"])),
                name="tumour_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("sex__in", ["female", "male", "indeterminate", "not_known"])), name="sex_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("died_on__isnull", True), ("died_on__gte", models.F("birth_date")), _connector="OR"
                ),
                name="patient_died_after_birth",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["patient", "-created_at"], name="assessment_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("patient",), name="one_draft_per_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "signed", "discarded"])), name="assessment_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "discarded"), _negated=True),
                    models.Q(("discard_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="discarded_assessment_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedchange",
            constraint=models.UniqueConstraint(fields=("assessment", "key"), name="one_effect_per_key"),
        ),
        migrations.AddConstraint(
            model_name="signedplan",
            constraint=models.UniqueConstraint(fields=("patient", "number"), name="plans_are_numbered"),
        ),
    ]
