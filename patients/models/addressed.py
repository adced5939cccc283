"""Whose record an address names, for the log of refused access alone: no row is loaded, and nothing of it is shown."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.models import User
from patients.models.assessments import Assessment
from patients.models.patients import Patient
from patients.models.plans import SignedPlan

Record = type[Assessment] | type[SignedPlan] | type[Patient]

RECORDS: dict[str, tuple[Record, str]] = {
    "assessment_id": (Assessment, "patient_id"),
    "plan_id": (SignedPlan, "patient_id"),
    "patient_id": (Patient, "pk"),
}


def patient_addressed(ids: Mapping[str, Any]) -> UUID | None:
    """By the ids that stand in the address; None where it names no record, or one that does not exist."""
    for name, (record, column) in RECORDS.items():
        if name in ids:
            found: UUID | None = record.objects.filter(pk=ids[name]).values_list(column, flat=True).first()
            return found
    return None


def patient_hidden_from(user: User, ids: Mapping[str, Any]) -> UUID | None:
    """None also where the person may see the record, and something else of the address does not exist."""
    patient = patient_addressed(ids)
    return None if patient is None or Patient.objects.visible_to(user).filter(pk=patient).exists() else patient
