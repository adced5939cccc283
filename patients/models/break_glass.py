"""Opening the record of another ward's patient: who, why, until when, and what the privacy officer found."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Membership, User
from patients.models.seen import NotedWhenLoaded
from patients.states import BreakGlassReason, ReviewOutcome

CLOCKS_DIFFER = timedelta(seconds=30)  # between two servers of one installation


class BreakGlassAccessQuerySet(models.QuerySet["BreakGlassAccess"]):
    def open_for(self, user: User) -> Self:
        """Not ended and not expired; like a ward it opens nothing to somebody without a clinical role."""
        if not user.is_clinical():
            return self.none()
        now = timezone.now()
        # Not opened in the future either: a server's clock that is set back makes no access last for days.
        return self.filter(user=user, ended_at__isnull=True, expires_at__gt=now, opened_at__lte=now + CLOCKS_DIFFER)

    def reviewed_by_officers(self) -> Self:
        """For privacy officers: with the people and the patients' identifiers, without anything clinical."""
        shown = self.select_related("user", "patient", "reviewed_by").annotate(openings=openings_before())
        return shown.only(*COLUMNS, *(f"patient__{name}" for name in IDENTIFIED_BY), *people_named())

    def unreviewed(self) -> Self:
        return self.filter(reviewed_at__isnull=True)


ALARM_WINDOW = timedelta(hours=24)
IDENTIFIED_BY = ("family_name", "given_names", "title", "nhs_number", "hospital_number")
NAMED_BY = ("title", "first_name", "last_name", "username", "role_title")
COLUMNS = (
    *("id", "reason_code", "reason_text", "opened_at", "expires_at", "ended_at"),
    *("reviewed_at", "review_outcome", "review_note", "patient_id", "user_id", "reviewed_by_id"),
)


def people_named() -> tuple[str, ...]:
    return tuple(f"{who}__{name}" for who in ("user", "reviewed_by") for name in NAMED_BY)


def openings_before() -> Subquery:
    """How many records the person of the outer row had opened in the 24 hours up to then, that one included."""
    same_person = BreakGlassAccess.objects.filter(
        user=OuterRef("user"),
        opened_at__lte=OuterRef("opened_at"),
        opened_at__gt=OuterRef("opened_at") - ALARM_WINDOW,
    )
    counted = same_person.order_by().values("user").annotate(many=models.Count("pk"))
    return Subquery(counted.values("many"))


class BreakGlassAccess(NotedWhenLoaded):
    """Never deleted. Who opened which record, why and until when never changes: the database holds it still."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="break_glass_accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=20, choices=BreakGlassReason.choices)
    reason_text = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    review_outcome = models.CharField(max_length=20, blank=True, choices=ReviewOutcome.choices)
    review_note = models.TextField(blank=True)

    objects = BreakGlassAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="access_expires_after_opening"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")), name="access_ends_after_opening"
            ),
            models.CheckConstraint(condition=Q(reason_code__in=BreakGlassReason.values), name="access_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(reason_code=BreakGlassReason.OTHER) | ~Q(reason_text=""),
                name="another_reason_is_written_out",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, review_outcome="", review_note="")
                | Q(
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    review_outcome__in=ReviewOutcome.values,
                ),
                name="access_is_reviewed_fully_or_not",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="nobody_reviews_their_own_access",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "patient", "expires_at"], name="break_glass_of_user"),
            models.Index(fields=["reviewed_at", "opened_at"], name="break_glass_to_review"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Break-glass access {self.pk}"

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now

    @property
    def closed_at(self) -> datetime:
        """When it was over, or will be."""
        return min(self.ended_at, self.expires_at) if self.ended_at else self.expires_at


def own_ward(user: User, patient: str = "") -> Q:
    """The patient (`patient` is the way there, such as "assessment__patient__") lies on a ward of the person."""
    return Q(**{f"{patient}ward__in": Membership.objects.filter(user=user).values("ward")})


def may_be_seen(user: User, patient: str = "") -> Q:
    """The one rule: the own wards, and what the person has opened by break-glass. For people of a clinical role."""
    opened = BreakGlassAccess.objects.open_for(user).values("patient")
    return own_ward(user, patient) | Q(**{f"{patient}pk__in": opened})


def opening(user: User, patient: str, field: str) -> Subquery:
    """A field of the person's open access to the patient whose id stands in the column `patient`."""
    opened = BreakGlassAccess.objects.open_for(user).filter(patient=OuterRef(patient))
    return Subquery(opened.order_by("-expires_at", "pk").values(field)[:1])
