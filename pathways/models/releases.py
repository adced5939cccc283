"""Releases of the guidance and when each came into force. Rows are added and never changed."""

from __future__ import annotations

import uuid

from django.db import models

from pathways.states import ReviewStatus


class Release(models.Model):
    """Content that is in force together: one canonical document and its hash. The database refuses to change it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=ReviewStatus.choices)
    document = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Release {self.number}, {self.get_status_display().lower()}"


class Activation(models.Model):
    """A release coming into force. The latest activation is the one that counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveIntegerField(unique=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="activations")
    activated_at = models.DateTimeField(auto_now_add=True)
    by_name = models.CharField(max_length=200)
    # What changed and why; clinicians read it. None for what came from files. A column with a default would make SQLite
    # build the table anew, without the triggers that keep its rows.
    note = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        ordering = ["-position"]

    def __str__(self) -> str:
        return f"{self.release} in force from {self.activated_at:%d-%b-%Y %H:%M}"


class ReleasePart(models.Model):
    """One part of a release and the approved version it is; append-only like the release.

    ``version`` is empty for a part that came from files and was never a version here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    part = models.CharField(max_length=80)
    version = models.ForeignKey(
        "pathways.Version", on_delete=models.PROTECT, null=True, blank=True, related_name="release_parts"
    )
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["release", "part"], name="one_version_per_part_and_release"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.release_id}"
