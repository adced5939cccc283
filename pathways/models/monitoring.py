"""Whether what runs still says what it should: checks of known patients, and how often each rule applies."""

from __future__ import annotations

import uuid

from django.db import models

from pathways.models.releases import Release


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

    class Meta:
        ordering = ["-at"]
        default_permissions = ()
        indexes = [models.Index(fields=["release", "-at"], name="newest_canaries_of_a_release")]

    def __str__(self) -> str:
        return f"Known patients {'as expected' if self.passed else 'DIFFER'}, {self.at:%Y-%m-%d %H:%M}"


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
