"""Tells the audit viewer who a patient is, and what was changed in a record, in words."""

from collections.abc import Collection
from uuid import UUID

from audit.lookups import Found, Subject, register_patients, register_words
from patients.models import Patient
from patients.names import full_name
from patients.nhs_number import BadNHSNumber, in_groups, looks_like_one, read_nhs_number
from patients.presenters.patient.history import patient_words
from patients.selectors.identified import identified, with_exact_number


class PatientsOfTheLog:
    """As `audit.lookups.Subjects`."""

    def find(self, typed: str) -> Found:
        if not typed:
            return Found(problem="Type the patient's NHS number or hospital number.")
        if not any(character.isdecimal() for character in typed):
            return Found(problem="Type a number: patients are not looked up by name here.")
        try:
            wanted = UUID(typed) if len(typed) >= len(UUID(int=0).hex) else None
        except ValueError:
            wanted = None
        patients = list(identified([wanted]).values()) if wanted else with_exact_number(typed)
        if not patients:
            return Found(problem=why_not_found(typed))
        return Found(tuple(subject_of(patient) for patient in patients))

    def named(self, ids: Collection[UUID]) -> dict[UUID, Subject]:
        return {pk: subject_of(patient) for pk, patient in identified(ids).items()}

    def subject(self, subject_id: UUID) -> Subject | None:
        return self.named([subject_id]).get(subject_id)


def subject_of(patient: Patient) -> Subject:
    numbers = (
        f"NHS No. {in_groups(patient.nhs_number)}" if patient.nhs_number else "NHS No. not recorded",
        f"Hosp. No. {patient.hospital_number}",
    )
    return Subject(patient.pk, full_name(patient.family_name, patient.given_names, patient.title), numbers)


def why_not_found(typed: str) -> str:
    if looks_like_one(typed):
        try:
            read_nhs_number(typed)
        except BadNHSNumber as error:
            return f"No patient has this number. {error}"
    return f"No patient has the number {typed[:40]}. Type the whole NHS number or hospital number."


def register_for_audit() -> None:
    register_patients(PatientsOfTheLog())
    register_words("patients.", patient_words)
