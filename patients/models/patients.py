"""A patient's identity, and the only way in: the own wards, and what was opened by break-glass."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import User, Ward
from patients.dates import years_between
from patients.models.break_glass import BreakGlassAccess, may_be_seen, opening, own_ward
from patients.models.seen import NotedWhenLoaded
from patients.names import LONGEST_FOLDED, folded
from patients.states import AllergyStatus, Sex, TumourKind


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User) -> Self:
        """Of the user's wards or opened by break-glass; for everybody without a clinical role no patient exists."""
        if not user.is_clinical():
            return self.none()
        return self.filter(may_be_seen(user))

    def of_wards_of(self, user: User) -> Self:
        """For lists and searches: without what was opened by break-glass."""
        return self.filter(own_ward(user)) if user.is_clinical() else self.none()

    def opened_by(self, user: User) -> Self:
        """By break-glass, and open now."""
        return self.visible_to(user).filter(pk__in=BreakGlassAccess.objects.open_for(user).values("patient"))

    def of_other_wards(self, user: User) -> Self:
        """For break-glass alone: nothing of these patients may be shown before the person has opened the record."""
        return self.exclude(own_ward(user)) if user.is_clinical() else self.none()

    def how_many_have(self, hospital_numbers: Collection[str]) -> int:
        """Only counted, on whatever ward."""
        return self.filter(hospital_number__in=hospital_numbers).count()

    def with_opening(self, user: User) -> Self:
        return self.annotate(opened_until=opening(user, "pk", "expires_at"), opened_access=opening(user, "pk", "pk"))


class Patient(NotedWhenLoaded):
    patient_column = "id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hospital_number = models.CharField(max_length=20, unique=True)
    nhs_number = models.CharField(max_length=10, blank=True)
    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=30, blank=True)
    family_name_folded = models.CharField(max_length=LONGEST_FOLDED, editable=False)
    given_names_folded = models.CharField(max_length=LONGEST_FOLDED, editable=False)
    preferred_name_folded = models.CharField(max_length=LONGEST_FOLDED, blank=True, editable=False)
    birth_date = models.DateField()
    sex = models.CharField(max_length=20, choices=Sex.choices)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="patients")
    consultant = models.CharField(max_length=100, blank=True)
    allergy_status = models.CharField(max_length=20, choices=AllergyStatus.choices, default=AllergyStatus.NOT_RECORDED)
    tumour_kind = models.CharField(max_length=20, choices=TumourKind.choices, default=TumourKind.NOT_RECORDED)
    died_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # Set by the selectors: the break-glass access through which the person who asks sees this record.
    opened_until: datetime | None = None
    opened_access: uuid.UUID | None = None

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number"], condition=~Q(nhs_number=""), name="one_patient_per_nhs_number"
            ),
            models.CheckConstraint(
                condition=Q(allergy_status__in=AllergyStatus.values), name="allergy_status_is_known"
            ),
            models.CheckConstraint(condition=Q(tumour_kind__in=TumourKind.values), name="tumour_kind_is_known"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="sex_is_known"),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(died_on__gte=models.F("birth_date")),
                name="patient_died_after_birth",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "family_name_folded"], name="patient_by_ward_and_name"),
            models.Index(fields=["birth_date"], name="patient_by_birth_date"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Patient {self.pk}"  # never a name: this text ends up in logs

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.family_name_folded = folded(self.family_name)
        self.given_names_folded = folded(self.given_names)
        self.preferred_name_folded = folded(self.preferred_name)
        super().save(*args, **kwargs)

    @property
    def has_died(self) -> bool:
        return self.died_on is not None

    def age_on(self, day: date) -> int:
        """Completed years; after death the age does not grow any more."""
        return years_between(self.birth_date, min(day, self.died_on) if self.died_on else day)


class Allergy(NotedWhenLoaded):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    substance = models.CharField(max_length=100)
    reaction = models.CharField(max_length=200, blank=True)
    recorded_on = models.DateField()

    class Meta:
        ordering = ["substance", "recorded_on"]
        verbose_name_plural = "allergies"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Allergy {self.pk}"


class ListedByPersonQuerySet(models.QuerySet["ListedByPerson"]):
    def of_person(self, user: User) -> Self:
        """The person's own bookmarks; the patients themselves are reached through `Patient.objects`."""
        return self.filter(person=user)


class ListedByPerson(NotedWhenLoaded):
    """A patient on somebody's own list. It is a bookmark: it opens no record that the person may not see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = ListedByPersonQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "patient"], name="listed_once_by_a_person")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Listed patient {self.pk}"
