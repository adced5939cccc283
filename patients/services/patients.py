"""Adding and editing patients, and finding out whether somebody is there already."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User, Ward
from audit.events import Event
from audit.guard import for_nobody_to_see, note_loaded
from audit.services import record
from patients.dates import short_date, years_between
from patients.models import Allergy, Patient
from patients.names import are_similar, folded
from patients.permissions import check_can_add, check_can_edit, check_can_move, check_can_place
from patients.services.locking import lock_patient
from patients.services.taken_numbers import IN_USE, PatientRefused, log_number_of_another_ward, number_refused
from patients.states import AllergyStatus


@dataclass(frozen=True, slots=True)
class AllergyEntry:
    substance: str
    reaction: str
    recorded_on: date


@dataclass(frozen=True, slots=True)
class PatientFields:
    """Everything that can be entered about a patient, checked by the form field by field."""

    hospital_number: str
    nhs_number: str
    family_name: str
    given_names: str
    preferred_name: str
    title: str
    birth_date: date
    sex: str
    ward: Ward
    consultant: str
    allergy_status: str
    allergies: tuple[AllergyEntry, ...]
    tumour_kind: str
    died_on: date | None


class PossibleDuplicates(Exception):
    """Similar patients exist; adding goes on only when somebody has looked at them and confirms."""

    def __init__(self, duplicates: tuple["Duplicate", ...]) -> None:
        self.duplicates = duplicates
        super().__init__(f"{len(duplicates)} similar patients")


class PatientMovedOn(Exception):
    """Somebody else changed the record since the form was opened; `revision` is the one to go on from."""

    def __init__(self, differences: tuple["FieldDifference", ...], revision: int) -> None:
        self.differences = differences
        self.revision = revision
        super().__init__("The patient's record has been changed since the form was opened.")


@dataclass(frozen=True, slots=True)
class FieldDifference:
    label: str
    saved: str
    yours: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    patient: Patient
    why: str


OLDEST = 120  # years
PLAIN_FIELDS = tuple(field.name for field in fields(PatientFields) if field.name not in ("ward", "allergies"))


def possible_duplicates(details: PatientFields, *, by: User, other_than: Patient) -> tuple[Duplicate, ...]:
    """Patients of the person's own wards who could be the same one; of other wards nothing is revealed."""
    family, given = folded(details.family_name), folded(details.given_names)
    same_day = Patient.objects.visible_to(by).filter(birth_date=details.birth_date).exclude(pk=other_than.pk)
    found = []
    with for_nobody_to_see():  # who is not similar is compared, and not shown
        born_then = list(same_day.select_related("ward").order_by("family_name_folded", "given_names_folded"))
    for patient in born_then:
        if (patient.family_name_folded, patient.given_names_folded) == (family, given):
            found.append(Duplicate(patient, "Same name and same date of birth"))
        elif is_similar_name(patient, family, given):
            found.append(Duplicate(patient, "Similar name and same date of birth"))
    for one in found:
        note_loaded(one.patient.pk, row=one.patient.pk)
    return tuple(found)


def is_similar_name(patient: Patient, family: str, given: str) -> bool:
    """Also when the names were entered the wrong way round, or one of them is the same."""
    theirs = (patient.family_name_folded, patient.given_names_folded)
    if are_similar(theirs[0], family) or are_similar(theirs[1], given):
        return True
    return are_similar("".join(theirs), given + family)


def add_patient(details: PatientFields, *, by: User, duplicates_confirmed: bool = False) -> Patient:
    """Raises NotAllowed, PatientRefused, or PossibleDuplicates unless these were confirmed."""
    try:
        return _add(details, by=by, duplicates_confirmed=duplicates_confirmed)
    except PatientRefused as refused:
        log_number_of_another_ward(refused, by=by)
        raise


@transaction.atomic
def _add(details: PatientFields, *, by: User, duplicates_confirmed: bool) -> Patient:
    check_can_add(by)
    check_can_place(by, details.ward)
    refuse_contradictions(details)
    patient = Patient(**{name: getattr(details, name) for name in PLAIN_FIELDS}, ward=details.ward)
    write(patient, details, by=by)  # first, because a number that is taken is refused whatever is confirmed
    duplicates = possible_duplicates(details, by=by, other_than=patient)
    if duplicates and not duplicates_confirmed:
        raise PossibleDuplicates(duplicates)
    record(
        Event.DUPLICATE_WARNING_OVERRIDDEN if duplicates else Event.PATIENT_ADDED,
        by=by,
        patient=patient.pk,
        target=str(patient.pk),
        after=shown_fields(details) | ({"similar": [str(one.patient.pk) for one in duplicates]} if duplicates else {}),
    )
    return patient


def edit_patient(patient: Patient, details: PatientFields, *, by: User, revision: int) -> Patient:
    """`revision` is the one the form was opened on. Raises NotAllowed, PatientRefused, PatientMovedOn."""
    try:
        return _edit(patient, details, by=by, revision=revision)
    except PatientRefused as refused:
        log_number_of_another_ward(refused, by=by, patient=patient)
        raise


@transaction.atomic
def _edit(patient: Patient, details: PatientFields, *, by: User, revision: int) -> Patient:
    locked = lock_patient(patient.pk, by=by)
    check_can_edit(by, locked)
    check_can_move(by, locked, details.ward)
    before, after = shown_fields(fields_of(locked)), shown_fields(details)
    if locked.revision != revision:
        raise PatientMovedOn(differences_between(before, after), locked.revision)
    refuse_contradictions(details)
    for name in PLAIN_FIELDS:
        setattr(locked, name, getattr(details, name))
    locked.ward = details.ward
    locked.revision += 1
    write(locked, details, by=by)
    changed = [name for name in after if before[name] != after[name]]
    record(
        Event.PATIENT_EDITED,
        by=by,
        patient=locked.pk,
        target=str(locked.pk),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return locked


def write(patient: Patient, details: PatientFields, *, by: User) -> None:
    """The database's own constraints decide whether a number is taken, whoever else is writing at the moment."""
    try:
        with transaction.atomic():
            patient.save()
    except IntegrityError as error:
        for field, sentence in IN_USE.items():
            if field in str(error):
                # From None: the database's message names the number.
                raise number_refused(field, sentence, getattr(patient, field), by=by) from None
        raise
    patient.allergies.all().delete()
    Allergy.objects.bulk_create(
        Allergy(patient=patient, substance=one.substance, reaction=one.reaction, recorded_on=one.recorded_on)
        for one in details.allergies
    )


def refuse_contradictions(details: PatientFields) -> None:
    today = timezone.localdate()
    problems = {}
    if details.birth_date > today:
        problems["birth_date"] = "The date of birth is in the future."
    elif years_between(details.birth_date, details.died_on or today) > OLDEST:
        problems["birth_date"] = f"That is more than {OLDEST} years: check the year of birth."
    if details.died_on and details.died_on > today:
        problems["died_on"] = "The date of death is in the future."
    elif details.died_on and details.died_on < details.birth_date:
        problems["died_on"] = f"The date of death is before the birth on {short_date(details.birth_date)}."
    if details.allergy_status == AllergyStatus.KNOWN and not details.allergies:
        problems["allergy_status"] = "Enter at least one allergy, or choose another answer."
    elif details.allergy_status != AllergyStatus.KNOWN and details.allergies:
        problems["allergy_status"] = "Allergies are entered below: choose “Known allergies”, or remove the entries."
    if any(entry.recorded_on > today for entry in details.allergies):
        problems["allergy_status"] = "An allergy is dated in the future."
    if problems:
        raise PatientRefused(problems)


def fields_of(patient: Patient) -> PatientFields:
    entries = tuple(AllergyEntry(one.substance, one.reaction, one.recorded_on) for one in patient.allergies.all())
    plain_fields: dict[str, Any] = {name: getattr(patient, name) for name in PLAIN_FIELDS}
    return PatientFields(**plain_fields, ward=patient.ward, allergies=entries)


def shown_fields(details: PatientFields) -> dict[str, Any]:
    """As the log and the comparison of two versions show them: plain text."""
    texts: dict[str, Any] = {name: getattr(details, name) for name in PLAIN_FIELDS}
    return texts | {
        "birth_date": short_date(details.birth_date),
        "died_on": short_date(details.died_on, missing=""),
        "ward": details.ward.name,
        "allergies": "; ".join(
            f"{one.substance} ({one.reaction or 'reaction not recorded'}, {short_date(one.recorded_on)})"
            for one in details.allergies
        ),
    }


def differences_between(saved: Mapping[str, Any], yours: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    return tuple(
        FieldDifference(name.replace("_", " ").capitalize(), str(saved[name]), str(yours[name]))
        for name in yours
        if saved[name] != yours[name]
    )
