"""Versions of the parts of the guidance, who wrote them, what was said about them, and who approved them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pathways.states import ReviewDecision, VersionState


class Version(models.Model):
    """One version of one part: the vocabulary, the evidence, the safeguards, or a pathway.

    ``document`` is the canonical JSON of the part and ``sha256`` its hash, kept true in drafts as well. ``revision``
    grows with every change of a draft. From *submitted* on the database refuses to change the document.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    part = models.CharField(max_length=80)  # "vocabulary", "evidence", "safeguards", "pathways/initial-treatment"
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.DRAFT)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)  # what changed and why; clinicians read it when the release comes into force
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_by_name = models.CharField(max_length=200)
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)  # approved, returned, superseded or discarded

    class Meta:
        ordering = ["part", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["part"], condition=Q(state__in=VersionState.open()), name="one_open_version_per_part"
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="version_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.part}, version {self.number}"


class Authorship(models.Model):
    """Somebody who wrote a part of a version, or of the unapproved version it was copied from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="authorships")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "author"], name="one_authorship_per_version")]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.version_id}"


class Comment(models.Model):
    """A remark on an entry of a part, or on one field of it; it stays with the part until it is resolved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    entry = models.CharField(max_length=160)  # "rules/init-systemic"; "" for the part as a whole
    field = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Comment of {self.by_name} on {self.entry}"


class Review(models.Model):
    """A reviewer's decision on an exact text; append-only. ``sha256`` is that of the document that was read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=200)
    reviewer_role = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    decision = models.CharField(max_length=20, choices=ReviewDecision.choices)
    checklist = models.JSONField(default=dict)  # per changed entry the questions that were ticked
    comment = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["version", "reviewer"], name="one_review_per_reviewer_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.reviewer_name}"
