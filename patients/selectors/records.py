"""One record by its id: what the person may not see is not found, exactly as if it did not exist."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from patients.models import Assessment, Patient, SignedPlan
from patients.models.break_glass import opening
from patients.states import AssessmentState

Found = TypeVar("Found", Assessment, SignedPlan)
OPENING = {"opened_until": "expires_at", "opened_access": "pk"}


def patient_for(user: User, patient_id: UUID) -> Patient:
    visible = Patient.objects.visible_to(user).select_related("ward").with_opening(user)
    return get_object_or_404(visible, pk=patient_id)


def assessment_for(user: User, assessment_id: UUID) -> Assessment:
    visible = Assessment.objects.visible_to(user).with_patient_and_release()
    return with_opening(get_object_or_404(visible.annotate(**openings(user)), pk=assessment_id))


def plan_for(user: User, plan_id: UUID) -> SignedPlan:
    visible = SignedPlan.objects.visible_to(user).with_state().select_related("patient__ward", "assessment", "release")
    return with_opening(get_object_or_404(visible.defer("release__document").annotate(**openings(user)), pk=plan_id))


def openings(user: User) -> dict[str, Any]:
    """Beside an assessment or a plan: the break-glass access through which the person sees the patient."""
    return {name: opening(user, "patient", field) for name, field in OPENING.items()}


def with_opening(record: Found) -> Found:
    for name in OPENING:
        setattr(record.patient, name, getattr(record, name))
    return record


def assessments_of(patient: Patient, *, user: User) -> list[Assessment]:
    """Newest first, with every answer: one statement, however many there are."""
    visible = Assessment.objects.visible_to(user).filter(patient=patient)
    people_and_release = visible.select_related("created_by", "updated_by", "release").defer("release__document")
    found = list(people_and_release.with_stop().order_by("-created_at"))
    for one in found:
        one.patient = patient
    return found


def draft_of(patient: Patient, *, user: User) -> Assessment | None:
    drafts = Assessment.objects.visible_to(user).with_patient_and_release().select_related("updated_by")
    return drafts.filter(patient=patient, state=AssessmentState.DRAFT).first()


def plans_of(patient: Patient, *, user: User) -> QuerySet[SignedPlan]:
    visible = SignedPlan.objects.visible_to(user).filter(patient=patient)
    return visible.with_state().select_related("release").defer("body", "release__document").order_by("-number")


def with_body(plan: SignedPlan, *, user: User) -> SignedPlan:
    """A plan of `plans_of` together with what was signed, for the one of them that is read."""
    plan.body = SignedPlan.objects.visible_to(user).values_list("body", flat=True).get(pk=plan.pk)
    return plan
