"""Fetches the row to be changed and holds it until the transaction ends.

PostgreSQL locks the row; SQLite has no row locks, there the whole transaction is the only writer (IMMEDIATE).
"""

from uuid import UUID

from accounts.models import User
from patients.models import Assessment, Patient, SignedPlan
from patients.permissions import NotAllowed, Reason


def lock_patient(patient_id: UUID, *, by: User) -> Patient:
    visible = Patient.objects.visible_to(by)
    patient = visible.select_related("ward").select_for_update(of=("self",)).filter(pk=patient_id).first()
    if patient is None:
        raise NotAllowed(Reason.NOT_YOUR_WARD if by.is_clinical() else Reason.NO_CLINICAL_ROLE)
    return patient


def lock_assessment(assessment_id: UUID, *, by: User) -> Assessment:
    visible = Assessment.objects.visible_to(by).with_patient_and_release()  # the permission to see it
    assessment = visible.select_for_update(of=("self",)).filter(pk=assessment_id).first()
    if assessment is None:
        raise NotAllowed(Reason.NOT_YOUR_WARD if by.is_clinical() else Reason.NO_CLINICAL_ROLE)
    return assessment


def lock_plan(plan_id: UUID, *, by: User) -> SignedPlan:
    visible = SignedPlan.objects.visible_to(by).select_related("patient__ward", "assessment")
    plan = visible.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if plan is None:
        raise NotAllowed(Reason.NOT_YOUR_WARD if by.is_clinical() else Reason.NO_CLINICAL_ROLE)
    return plan
