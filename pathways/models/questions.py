"""What clinicians ask the people who write the guidance, and what they report as wrong with it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pathways.models.releases import Release
from pathways.states import QuestionKind, QuestionState


class GuidanceQuestion(models.Model):
    """Asked about the guidance as a whole, or about one rule or intervention of a release; never about a patient.

    `became` names the entry that the answer led to, as "rules/init-bsc"; empty where the guidance stayed as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=QuestionKind.choices)
    text = models.TextField()
    rule = models.CharField(max_length=64, blank=True)
    intervention = models.CharField(max_length=64, blank=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=QuestionState.choices, default=QuestionState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    became = models.CharField(max_length=160, blank=True)
    seen_by_asker_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="question_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=QuestionState.OPEN) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="question_that_is_over_has_its_answer",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "state"], name="questions_of_a_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.asked_by_name}"
