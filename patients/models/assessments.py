"""An assessment: what was recorded about a patient, and the guidance it is evaluated with."""

import uuid
from collections.abc import Collection
from typing import Any, NotRequired, Self, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from pathways.models import Release, standing_stop
from patients.models.break_glass import may_be_seen
from patients.models.patients import Patient
from patients.models.seen import NotedWhenLoaded
from patients.states import AssessmentState


class RefusedAnswer(TypedDict):
    """What was typed and could not be accepted; kept so that nothing typed is lost, and counted by nobody."""

    entered: str
    unit: str
    observed_on: str
    message: str


class StoredAnswer(TypedDict):
    """One entry of `Assessment.findings`; dates and times are ISO text. Without a value the finding is unknown.

    `earlier` is kept beside a refused answer when the answer before it cannot simply be taken back.
    """

    value: str | None
    unit: str | None
    observed_on: str | None
    origin: str
    carried_from: str | None
    confirmed: bool
    why_unknown: str | None
    refused: RefusedAnswer | None
    by: str
    at: str
    earlier: NotRequired["StoredAnswer"]


class WithdrawnAnswer(TypedDict):
    """An entry of `Assessment.withdrawn`: an answer that was an error, and why.

    With `not_used` it was no error: the guidance moved to has no place for it. `label` and `words` say then what it
    was in the words of the guidance it was given under.
    """

    code: str
    value: str | None
    observed_on: str | None
    reason: str
    by: str
    at: str
    unit: NotRequired[str | None]
    not_used: NotRequired[bool]
    label: NotRequired[str]
    words: NotRequired[str]


class PlannedItem(TypedDict):
    """Who sees to an intervention, and by when (ISO date); empty text and None are "not set"."""

    owner: str
    due: str | None


class PlannedAddition(TypedDict):
    """Something that a clinician adds to the plan and no rule advises. `id` tells two additions of one text apart."""

    id: str
    text: str
    owner: str
    due: str | None
    by: str
    at: str


class PatientOutlook(TypedDict):
    """What the patient was told about the outlook, in the clinician's words, and by whom."""

    text: str
    discussed_by: str


class PlanDetails(TypedDict, total=False):
    """What people add around the advice for the care plan. No rule reads it; absent keys are "nothing said"."""

    items: dict[str, PlannedItem]  # by intervention
    additions: list[PlannedAddition]
    contact: str  # whom the patient calls, with the number
    outlook: PatientOutlook


# The texts of an assessment that no rule reads; withdrawn ones are listed under these names.
TEXT_LABELS = {"priorities": "What matters to the patient", "ceilings": "Ceilings of care"}

UNSIGNED = (AssessmentState.DRAFT, AssessmentState.DISCARDED)


STOPPED_SINCE = "advice_stopped_since"  # beside an assessment: a moment, or None while advice is given


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        if not user.is_clinical():
            return self.none()
        return self.filter(may_be_seen(user, "patient__"))

    def with_patient_and_release(self) -> Self:
        """In one statement; the release's document stays where it is, because compiled releases are kept in memory."""
        return self.select_related("patient__ward", "release").defer("release__document").with_stop()

    def with_stop(self) -> Self:
        """Safety: beside every assessment, in the same statement, since when advice is stopped. HZ-65"""
        return self.annotate(**{STOPPED_SINCE: standing_stop()})

    def drafts_without_identity(self) -> "models.QuerySet[Assessment, dict[str, Any]]":
        """Every open draft as guidance is tried on it: the answers, and nothing that says whose they are."""
        drafts = self.filter(state=AssessmentState.DRAFT).order_by("pk")
        return drafts.values("pk", "day", "findings", sha256=F("release__sha256"))

    def count_on_release(self, release: uuid.UUID) -> int:
        """Open and discarded ones: a number, for people who may see no patient."""
        return self.filter(release=release, state__in=UNSIGNED).count()

    def recalled(self, releases: Collection[uuid.UUID]) -> Self:
        """Of every ward, without those that became plans: for a recall, as `SignedPlan.objects.recalled`."""
        unsigned = self.filter(release__in=releases, state__in=UNSIGNED)
        return unsigned.order_by("-created_at", "-pk")


class Assessment(NotedWhenLoaded):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assessments")
    day = models.DateField()
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    findings = models.JSONField(default=dict)  # dict[str, StoredAnswer]
    withdrawn = models.JSONField(default=list)  # list[WithdrawnAnswer]
    revision = models.PositiveIntegerField(default=1)
    priorities = models.TextField(blank=True)
    ceilings = models.TextField(blank=True)
    plan_details = models.JSONField(default=dict)  # PlanDetails
    state = models.CharField(max_length=20, choices=AssessmentState.choices, default=AssessmentState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    discard_reason = models.TextField(blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state=AssessmentState.DRAFT), name="one_draft_per_patient"
            ),
            models.CheckConstraint(condition=Q(state__in=AssessmentState.values), name="assessment_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=AssessmentState.DISCARDED) | ~Q(discard_reason=""),
                name="discarded_assessment_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-created_at"], name="assessment_of_patient"),
            models.Index(
                fields=["release", "-created_at", "-id"],
                condition=Q(state__in=UNSIGNED),
                name="unsigned_of_release_by_time",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Assessment {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == AssessmentState.DRAFT


class SavedChange(models.Model):
    """The key of a save that took effect, so that the same save sent twice has one effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="saved_changes")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)  # of what was sent: another content under the same key is no repetition
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "key"], name="one_effect_per_key")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Revision {self.revision} of {self.assessment_id}"
