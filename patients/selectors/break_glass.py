"""Patients of other wards by their exact number, what a person has opened, and the accesses that wait for review."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404

from accounts.models import User
from audit.events import Event
from audit.models import AuditEvent
from patients.models import BreakGlassAccess, Patient
from patients.searching import SearchKind, SearchTerms
from patients.states import ReviewOutcome

PER_PAGE = 25
READ = frozenset(
    event.code
    for event in (
        Event.PATIENT_VIEWED,
        Event.HISTORY_VIEWED,
        Event.ASSESSMENT_VIEWED,
        Event.PLAN_VIEWED,
        Event.PLAN_PRINTED,
    )
)
# What the opening itself recorded, and attempts that changed nothing.
NEITHER = frozenset(
    event.code
    for event in (
        Event.BREAK_GLASS_ASKED,
        Event.BREAK_GLASS_OPENED,
        Event.BREAK_GLASS_REFUSED,
        Event.BREAK_GLASS_ENDED,
        Event.ACCESS_DENIED,
        Event.ANSWER_REFUSED,
        Event.SIGN_REFUSED,
    )
)


@dataclass(frozen=True, slots=True)
class Use:
    """What was done in a record during one access."""

    pages: int = 0
    changes: int = 0


def patient_of_another_ward(user: User, terms: SearchTerms) -> UUID | None:
    """By an exact NHS or hospital number and nothing else: names of other wards are never searched.

    The id alone: before the record is opened nothing else of it is read.
    """
    match terms.kind:
        case SearchKind.NHS_NUMBER:
            same = Q(nhs_number=terms.nhs_number) | Q(hospital_number=terms.nhs_number)
        case SearchKind.HOSPITAL_NUMBER:
            same = Q(hospital_number=terms.hospital_number)
        case SearchKind.NAME | SearchKind.BIRTH_DATE | SearchKind.NAME_AND_BIRTH_DATE:
            return None
    born = Q(birth_date=terms.birth_date) if terms.birth_date else Q()
    return Patient.objects.of_other_wards(user).filter(same & born).order_by("pk").values_list("pk", flat=True).first()


def is_of_another_ward(user: User, patient_id: UUID) -> bool:
    return Patient.objects.of_other_wards(user).filter(pk=patient_id).exists()


def opened_patients(user: User) -> QuerySet[Patient]:
    """What the person has opened by break-glass and not ended; soonest to expire first."""
    return Patient.objects.opened_by(user).with_opening(user).order_by(F("opened_until").asc(), "pk")


def accesses_to_review(number: int) -> Page[Any]:
    """Not reviewed first, the oldest of them first; then open enquiries; then the rest, newest first."""
    group = Case(
        When(reviewed_at__isnull=True, then=Value(0)),
        When(review_outcome=ReviewOutcome.NEEDS_ENQUIRY, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    waiting = Case(When(reviewed_at__isnull=True, then=F("opened_at")))
    accesses = BreakGlassAccess.objects.reviewed_by_officers().annotate(group=group, waiting=waiting)
    return Paginator(accesses.order_by("group", "waiting", "-opened_at", "pk"), PER_PAGE).get_page(number)


def access_to_review(access_id: UUID) -> BreakGlassAccess:
    return get_object_or_404(BreakGlassAccess.objects.reviewed_by_officers(), pk=access_id)


def unreviewed_accesses() -> int:
    return BreakGlassAccess.objects.unreviewed().count()


def events_during(access: BreakGlassAccess) -> QuerySet[AuditEvent]:
    """What the person did in this record during the access, in order."""
    return during([access]).order_by("at_us", "db_at")


def during(accesses: Iterable[BreakGlassAccess]) -> QuerySet[AuditEvent]:
    each = Q(pk__in=[])
    for access in accesses:
        each |= Q(
            actor_id=str(access.user_id),
            patient_id=access.patient_id,
            at_us__gte=microseconds(access.opened_at.timestamp()),
            at_us__lte=microseconds(access.closed_at.timestamp()),
        )
    return AuditEvent.objects.filter(each).exclude(action__in=NEITHER)


def uses_of(accesses: Sequence[BreakGlassAccess]) -> dict[UUID, Use]:
    """One statement for a whole page of accesses."""
    counted: dict[UUID, Counter[bool]] = {access.pk: Counter() for access in accesses}
    events = during(accesses).values_list("actor_id", "patient_id", "at_us", "action") if accesses else ()
    for actor, patient, at, action in events:
        for access in accesses:
            is_theirs = (str(access.user_id), access.patient_id) == (actor, patient)
            if is_theirs and access.opened_at.timestamp() <= at / 1_000_000 <= access.closed_at.timestamp():
                counted[access.pk][action in READ] += 1
    return {key: Use(pages=found[True], changes=found[False]) for key, found in counted.items()}


def microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)
