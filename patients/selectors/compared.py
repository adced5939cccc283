"""Which assessments of a patient can be set beside one another: the signed ones and the open draft."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from accounts.models import User
from patients.models import Assessment, Patient
from patients.states import AssessmentState

COMPARABLE = (AssessmentState.SIGNED, AssessmentState.DRAFT)


def comparable_assessments(patient: Patient, *, user: User) -> list[Assessment]:
    """In the order of their plans, the draft last; without the answers, because a patient may have many."""
    visible = Assessment.objects.visible_to(user).filter(patient=patient, state__in=COMPARABLE)
    listed = visible.select_related("plan__withdrawal", "release").order_by(F("plan__number").asc(nulls_last=True))
    return list(listed.defer("findings", "withdrawn", "plan__body", "release__document"))


def assessment_to_compare(patient: Patient, assessment_id: UUID, *, user: User) -> Assessment:
    """In full, with the patient, the release and, where it is signed, the plan."""
    visible = Assessment.objects.visible_to(user).with_patient_and_release().filter(patient=patient)
    return visible.select_related("patient__ward", "release", "plan__withdrawal").get(pk=assessment_id)
