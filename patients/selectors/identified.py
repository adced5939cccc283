"""Patients as the log's readers identify them: by number or id, whatever the ward, and nothing of the record.

Only the audit viewer asks, for people who may read the log; it records every patient whom it names.
"""

from collections.abc import Collection
from uuid import UUID

from patients.models import Patient
from patients.nhs_number import digits_of

MOST_FOUND = 5


def identified(ids: Collection[UUID]) -> dict[UUID, Patient]:
    return {patient.pk: patient for patient in Patient.objects.filter(pk__in=ids)}


def with_exact_number(typed: str) -> list[Patient]:
    by_hospital_number = Patient.objects.filter(hospital_number__iexact=typed)
    by_nhs_number = Patient.objects.filter(nhs_number=digits_of(typed)).exclude(nhs_number="")
    found = {patient.pk: patient for patient in [*by_nhs_number[:MOST_FOUND], *by_hospital_number[:MOST_FOUND]]}
    return list(found.values())
