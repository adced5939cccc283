"""Whether what runs still says what it should: checks of known patients, and how often each rule applies."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery

from pathways.models.releases import Release


class CanaryRunQuerySet(models.QuerySet["CanaryRun"]):
    def standing(self) -> Self:
        """The runs that differ and that nobody has acknowledged: while there is one, no advice is given."""
        return self.filter(passed=False, acknowledgement__isnull=True).order_by("at")


class CanaryRun(models.Model):
    """One evaluation of every worked case of a release by the running application; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    passed = models.BooleanField()
    cases = models.PositiveIntegerField()  # how many were evaluated
    differences = models.JSONField(default=list)  # [{"case", "text"}]: worked cases are invented, nobody is named
    made_with = models.CharField(max_length=40)  # the version of the application
    machine = models.CharField(max_length=200)  # the host name, because one of two instances may be broken

    objects = CanaryRunQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["release", "-at"], name="newest_canaries_of_a_release"),
            models.Index(fields=["at"], condition=Q(passed=False), name="canaries_that_differed"),
        ]

    def __str__(self) -> str:
        return f"Known patients {'as expected' if self.passed else 'DIFFER'}, {self.at:%Y-%m-%d %H:%M}"


class CanaryAcknowledgement(models.Model):
    """Somebody looked into a run that differed, and says why advice may be given again; append-only.

    One row per run: what a person has not seen stays standing, whatever the clocks say about before and after.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(CanaryRun, on_delete=models.PROTECT, related_name="acknowledgement")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Acknowledged by {self.by_name}"


def standing_stop() -> Subquery:
    """Since when advice is stopped, beside the rows of another statement; None where it is given."""
    return Subquery(CanaryRun.objects.standing().values("at")[:1], output_field=models.DateTimeField())


class RuleFirings(models.Model):
    """How often a rule applied among the plans that were signed on one day; counted from the plans, any time again."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=160)
    plans = models.PositiveIntegerField()  # signed that day on this release
    applied = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()

    class Meta:
        ordering = ["day", "rule"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "release", "rule"], name="one_count_a_day_and_rule"),
            models.CheckConstraint(
                condition=models.Q(plans__gte=models.F("applied") + models.F("unknown")), name="no_more_than_all_plans"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.applied} of {self.plans} on {self.day}"
