"""A practice patient for somebody who takes the tour: invented, named as practice, and one's own."""

import secrets
from datetime import date

from django.conf import settings
from django.db import transaction

from accounts.models import User, Ward
from accounts.selectors import wards_of
from audit.events import Event
from audit.services import record
from patients.models import Patient
from patients.nhs_number import check_digit
from patients.practice import FAMILY_NAME, MOST_PER_PERSON, WORDS, practice_number
from patients.selectors.practice import practice_patients_made
from patients.services.patients import PatientFields, add_patient
from patients.services.taken_numbers import PatientRefused
from patients.states import AllergyStatus, Sex, TumourKind

BORN = date(1960, 1, 1)


class NoPractice(Exception):
    """No practice patient was made; the message says why and what to do."""


def start_practice(*, by: User) -> Patient:
    """Raises NoPractice, NotAllowed. Another one each time, up to the limit; earlier ones stay as they are."""
    if settings.LM_MODE == "live":
        raise NoPractice("Practice patients exist in training systems only.")
    ward = wards_of(by).order_by("name").first()
    if ward is None:
        raise NoPractice("You belong to no ward yet. Ask who looks after people and wards.")
    try:
        return _start(ward, by=by)
    except PatientRefused:  # the button was pressed twice
        raise NoPractice("A practice patient is being made for you already. Open the tour again.") from None


@transaction.atomic
def _start(ward: Ward, *, by: User) -> Patient:
    made = practice_patients_made(by)
    if made >= MOST_PER_PERSON:
        raise NoPractice(f"You have had {MOST_PER_PERSON} practice patients. Go on with the last one.")
    patient = add_patient(_details(ward, made + 1, by=by), by=by, duplicates_confirmed=True)
    record(Event.PRACTICE_STARTED, by=by, patient=patient.pk, target=str(patient.pk), after={"ordinal": made + 1})
    return patient


def _details(ward: Ward, ordinal: int, *, by: User) -> PatientFields:
    return PatientFields(
        hospital_number=practice_number(by.pk, ordinal),
        nhs_number=_nhs_number(),
        family_name=FAMILY_NAME,
        given_names=f"Patient {WORDS[ordinal - 1]} of {by.get_full_name() or by.username}"[:100],
        preferred_name="",
        title="",
        birth_date=BORN,
        sex=Sex.INDETERMINATE,
        ward=ward,
        consultant=by.display_name[:100],
        allergy_status=AllergyStatus.NONE_KNOWN,
        allergies=(),
        tumour_kind=TumourKind.SOLID,
        died_on=None,
    )


def _nhs_number() -> str:
    """Of the 999 range, which nobody is given; the demo patients have its first thousand."""
    while True:
        first_nine = f"999{secrets.randbelow(999_000) + 1_000:06d}"
        if digit := check_digit(first_nine):
            return first_nine + digit
