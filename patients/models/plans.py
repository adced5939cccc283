"""Signed care plans. The database refuses to change one; withdrawing it is a row of its own beside it."""

import hashlib
import json
import uuid
from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef

from accounts.models import User
from pathways.models import Release
from patients.models.assessments import Assessment
from patients.models.break_glass import may_be_seen
from patients.models.patients import Patient
from patients.models.seen import NotedWhenLoaded
from patients.states import PlanState, SignatureMeaning


class AlteredPlan(RuntimeError):
    """The stored body is not the one that was signed: nothing of it may be shown as signed."""


class SignedPlanQuerySet(models.QuerySet["SignedPlan"]):
    def visible_to(self, user: User) -> Self:
        if not user.is_clinical():
            return self.none()
        return self.filter(may_be_seen(user, "patient__"))

    def not_withdrawn(self) -> Self:
        return self.filter(withdrawal__isnull=True)

    def with_state(self) -> Self:
        """Adds what `SignedPlan.state` needs, so that a list of plans costs one statement."""
        return self.select_related("withdrawal").annotate(has_successor=Exists(later_plans()))

    def in_force_without_identity(self) -> "models.QuerySet[SignedPlan, dict[str, Any]]":
        """Every plan in force as guidance is tried on it: the answers, and nothing that says whose they are."""
        plans = self.not_withdrawn().filter(~Exists(later_plans())).order_by("pk")
        return plans.values(
            "pk", day=F("assessment__day"), findings=F("assessment__findings"), sha256=F("release__sha256")
        )

    def to_be_replayed(self) -> "models.QuerySet[SignedPlan, tuple[uuid.UUID, str, str]]":
        """Every plan with its body and the hash of it, as plain values; the replay tells only the id of the plan."""
        return self.order_by("pk").values_list("pk", "body", "body_sha256")

    def signed_without_identity(self) -> "models.QuerySet[SignedPlan, dict[str, Any]]":
        """Every plan in the order of signing, to count how often rules applied; withdrawn ones advised somebody too."""
        plans = self.order_by("signed_at", "pk")
        return plans.values("pk", "signed_at", "release_id", "body", "body_sha256")

    def count_on_release(self, release: uuid.UUID) -> int:
        """A number, for people who may see no patient."""
        return self.filter(release=release).count()

    def recalled(self, releases: Collection[uuid.UUID]) -> Self:
        """Of every ward: for a recall, by people who may list one, against a reason, and recorded by name."""
        return self.filter(release__in=releases).order_by("-signed_at", "-pk")


def later_plans() -> SignedPlanQuerySet:
    """Of the same patient as the plan of the outer query, and not withdrawn."""
    return SignedPlan.objects.not_withdrawn().filter(patient=OuterRef("patient"), number__gt=OuterRef("number"))


class SignedPlan(NotedWhenLoaded):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="plan")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    body = models.TextField()  # canonical JSON, hashed exactly as it stands here
    body_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.JSONField()  # Person
    meaning = models.CharField(max_length=20, choices=SignatureMeaning.choices)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    reassess_by = models.DateField(null=True, blank=True)

    objects = SignedPlanQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="plans_are_numbered")]
        indexes = [
            models.Index(fields=["signed_at", "id"], name="plans_by_time"),
            models.Index(fields=["release", "-signed_at", "-id"], name="plans_of_release_by_time"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Care plan {self.pk}"

    @property
    def body_document(self) -> dict[str, Any]:
        """What was signed. Raises AlteredPlan when the text does not match its hash."""
        if hashlib.sha256(self.body.encode()).hexdigest() != self.body_sha256:
            raise AlteredPlan(f"Care plan {self.pk} does not match its fingerprint.")
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")

    @property
    def state(self) -> PlanState:
        if self.is_withdrawn:
            return PlanState.WITHDRAWN
        return PlanState.SUPERSEDED if self._has_successor() else PlanState.CURRENT

    def _has_successor(self) -> bool:
        annotated: bool | None = getattr(self, "has_successor", None)
        if annotated is not None:
            return annotated
        same_patient = SignedPlan.objects.not_withdrawn().filter(patient_id=self.patient_id)
        return same_patient.filter(number__gt=self.number).exists()


class PlanWithdrawal(NotedWhenLoaded):
    belongs_to = "plan_id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.OneToOneField(SignedPlan, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    by = models.JSONField()  # Person
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Withdrawal of {self.plan_id}"


class PlanAddendum(NotedWhenLoaded):
    """Written to a signed plan afterwards. Rows are only ever added; the plan's body stays as it was signed."""

    belongs_to = "plan_id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(SignedPlan, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveIntegerField()  # 1, 2, 3 … within the plan
    text = models.TextField()
    by = models.JSONField()  # Person
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="addenda_are_numbered")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Addendum {self.number} to {self.plan_id}"
