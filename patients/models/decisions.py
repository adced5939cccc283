"""Answers to verdicts. Rows are only ever added: the latest one of an intervention counts."""

import uuid
from datetime import datetime
from typing import Any, Self, TypedDict

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from patients.models.assessments import Assessment
from patients.models.break_glass import may_be_seen
from patients.models.seen import NotedWhenLoaded
from patients.states import AdviceAnswer, AssessmentState


class Person(TypedDict):
    """Who did it, as they were called on that day; no foreign key, because people's names and posts change."""

    id: str
    name: str
    role: str
    registration: str


def snapshot_of(user: User) -> Person:
    return {
        "id": str(user.pk),
        "name": user.display_name,
        "role": user.audit_role,
        "registration": user.registration_number,
    }


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        if not user.is_clinical():
            return self.none()
        return self.filter(may_be_seen(user, "assessment__patient__"))

    def standing_without_people(self, since: datetime) -> "models.QuerySet[Decision, dict[str, Any]]":
        """The answers that stand, given since then: to be counted per verdict, with nobody named in them."""
        later = Decision.objects.filter(
            assessment=OuterRef("assessment"), intervention=OuterRef("intervention"), number__gt=OuterRef("number")
        )
        standing = self.filter(~Exists(later), made_at__gte=since).exclude(answer=AdviceAnswer.UNDONE)
        kept = standing.exclude(assessment__state=AssessmentState.DISCARDED)
        return kept.order_by().values("intervention", "stance")


class Decision(NotedWhenLoaded):
    belongs_to = "assessment_id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()  # 1, 2, 3 … within the assessment: clocks may run backwards
    intervention = models.CharField(max_length=64)
    answer = models.CharField(max_length=20, choices=AdviceAnswer.choices)
    reason_code = models.CharField(max_length=20, blank=True)
    reason_text = models.TextField(blank=True)
    instead = models.TextField(blank=True)
    discuss_at = models.CharField(max_length=200, blank=True)
    advice_hash = models.CharField(max_length=64)
    stance = models.CharField(max_length=20)
    made_by = models.JSONField()  # Person
    made_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="decisions_are_numbered"),
            models.CheckConstraint(condition=Q(answer__in=AdviceAnswer.values), name="answer_is_known"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Decision {self.pk}"
