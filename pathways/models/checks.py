"""Runs of the checks before publishing, what people accepted on seeing them, and the certificates of proofs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pathways.states import CheckPurpose, CheckState


class CheckRun(models.Model):
    """One run of lint, cases, proof and impact over a candidate release; ``report`` is its result as JSON."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=CheckPurpose.choices)
    sha256 = models.CharField(max_length=64)  # of the candidate's release document
    document = models.TextField()  # the candidate's release document, so that the run checks what was asked for
    parts = models.JSONField()  # [{"part", "version" (id or null), "number", "state", "sha256"}], in content order
    state = models.CharField(max_length=20, choices=CheckState.choices, default=CheckState.QUEUED)
    step = models.CharField(max_length=200, blank=True)  # what is being done, in words
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_by_name = models.CharField(max_length=200)
    started_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state__in=CheckState.going_on()), name="one_check_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Check of {self.sha256[:12]}, {self.state}"


class Acceptance(models.Model):
    """Somebody accepted what a check showed of an exact candidate: a changed case, or the impact; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=160)  # "case/case-07", "impact"
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sha256", "subject"], name="accepted_once")]

    def __str__(self) -> str:
        return f"{self.subject} accepted by {self.by_name}"


class ProofCertificate(models.Model):
    """What was proved of an exact release document, by which checker, when; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_sha256 = models.CharField(max_length=64, unique=True)
    certificate = models.TextField()  # canonical JSON
    sha256 = models.CharField(max_length=64)  # of the certificate
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Certificate of {self.content_sha256[:12]}"
