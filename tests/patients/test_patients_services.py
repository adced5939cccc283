"""Adding and editing patients: refusals, duplicates, one event each, and nothing half-written."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from patients.models import Allergy, Patient
from patients.permissions import NotAllowed, Reason
from patients.services.patients import (
    AllergyEntry,
    PatientMovedOn,
    PossibleDuplicates,
    add_patient,
    edit_patient,
    fields_of,
)
from patients.services.taken_numbers import PatientRefused
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def patients_count(cast: Cast) -> int:
    return Patient.objects.visible_to(cast.consultant).count()


def test_a_patient_is_added_with_one_event(cast: Cast) -> None:
    penicillin = AllergyEntry("penicillin", "rash", date(2019, 3, 3))
    details = factories.patient_fields(cast.neuro_oncology, allergy_status="known", allergies=(penicillin,))
    events = AuditEvent.objects.count()
    patient = add_patient(details, by=cast.registrar)
    assert fields_of(patient) == details
    event = AuditEvent.objects.get(action="patients.patient_added")
    assert AuditEvent.objects.count() == events + 1
    assert (event.patient_id, event.actor_id) == (patient.pk, str(cast.registrar.pk))
    assert event.after["allergies"] == "penicillin (rash, 03-Mar-2019)"


def test_nobody_without_a_clinical_role_adds(cast: Cast) -> None:
    for user in (cast.editor, cast.auditor, cast.administrator):
        with pytest.raises(NotAllowed) as refused:
            add_patient(factories.patient_fields(cast.neuro_oncology), by=user)
        assert refused.value.reason is Reason.NO_CLINICAL_ROLE


def test_nobody_adds_to_a_ward_they_do_not_work_on(cast: Cast) -> None:
    with pytest.raises(NotAllowed) as refused:
        add_patient(factories.patient_fields(cast.cardiology), by=cast.consultant)
    assert refused.value.reason is Reason.NOT_YOUR_NEW_WARD


@pytest.mark.parametrize("field", ["nhs_number", "hospital_number"])
def test_a_number_that_is_taken_is_refused_whatever_is_confirmed(cast: Cast, field: str) -> None:
    first = factories.patient_fields(cast.neuro_oncology)
    add_patient(first, by=cast.consultant)
    second = replace(factories.patient_fields(cast.neuro_oncology), **{field: getattr(first, field)})
    with pytest.raises(PatientRefused) as refused:
        add_patient(second, by=cast.consultant, duplicates_confirmed=True)
    assert set(refused.value.problems) == {field}
    assert patients_count(cast) == 1


def test_a_number_taken_on_another_ward_is_refused_and_nothing_else_is_revealed(cast: Cast) -> None:
    other = factories.patient_fields(cast.cardiology)
    add_patient(other, by=cast.outsider)
    with pytest.raises(PatientRefused) as refused:
        add_patient(replace(other, ward=cast.neuro_oncology, hospital_number="NEW1"), by=cast.consultant)
    assert other.family_name not in str(refused.value)
    with pytest.raises(PatientRefused):
        add_patient(replace(other, ward=cast.neuro_oncology, nhs_number=""), by=cast.consultant)
    # Without a number there is no match at all: a name and a date do not tell who lies on another ward.
    nameless = replace(other, ward=cast.neuro_oncology, nhs_number="", hospital_number="NEW2")
    add_patient(nameless, by=cast.consultant)


def test_several_patients_may_lack_an_nhs_number(cast: Cast) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, nhs_number="")
    factories.make_patient(cast.consultant, cast.neuro_oncology, nhs_number="")
    assert patients_count(cast) == 2


@pytest.mark.parametrize(
    ("family", "given", "why"),
    [
        ("TESTCASE", "anna", "Same name and same date of birth"),
        ("Test-Case", "Änna", "Same name and same date of birth"),
        ("Testcase", "Anne", "Similar name and same date of birth"),
        ("Testkase", "Anna", "Similar name and same date of birth"),
        ("Anna", "Testcase", "Similar name and same date of birth"),
        ("Married", "Anna", "Similar name and same date of birth"),
    ],
)
def test_somebody_similar_is_a_warning_that_must_be_confirmed(cast: Cast, family: str, given: str, why: str) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Testcase", given_names="Anna")
    details = factories.patient_fields(cast.neuro_oncology, family_name=family, given_names=given)
    with pytest.raises(PossibleDuplicates) as similar:
        add_patient(details, by=cast.consultant)
    assert [one.why for one in similar.value.duplicates] == [why]
    assert patients_count(cast) == 1
    events = AuditEvent.objects.count()
    add_patient(details, by=cast.consultant, duplicates_confirmed=True)
    assert AuditEvent.objects.count() == events + 1
    assert AuditEvent.objects.filter(action="patients.duplicate_warning_overridden", patient_id__isnull=False).exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"family_name": "Testcase", "given_names": "Anna", "birth_date": date(1962, 7, 14)},
        {"family_name": "Quite", "given_names": "Different"},
    ],
)
def test_others_are_no_warning(cast: Cast, changed: dict[str, object]) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Testcase", given_names="Anna")
    add_patient(factories.patient_fields(cast.neuro_oncology, **changed), by=cast.consultant)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"birth_date": date(2026, 11, 23)}, "birth_date"),
        ({"died_on": date(2026, 11, 23)}, "died_on"),
        ({"died_on": date(1950, 1, 1)}, "died_on"),
        ({"allergy_status": "known"}, "allergy_status"),
        ({"allergies": (AllergyEntry("penicillin", "", date(2019, 3, 3)),)}, "allergy_status"),
        (
            {"allergy_status": "known", "allergies": (AllergyEntry("penicillin", "", date(2027, 1, 1)),)},
            "allergy_status",
        ),
    ],
)
def test_details_that_contradict_each_other(cast: Cast, changed: dict[str, object], field: str) -> None:
    with pytest.raises(PatientRefused) as refused:
        add_patient(factories.patient_fields(cast.neuro_oncology, **changed), by=cast.consultant)
    assert set(refused.value.problems) == {field}
    assert not AuditEvent.objects.filter(action="patients.patient_added").exists()


def test_an_edit_logs_the_changed_fields_only(cast: Cast, patient: Patient) -> None:
    changed = replace(fields_of(patient), preferred_name="Annie", died_on=date(2026, 11, 20))
    edit_patient(patient, changed, by=cast.registrar, revision=patient.revision)
    event = AuditEvent.objects.get(action="patients.patient_edited")
    assert event.before == {"preferred_name": "", "died_on": ""}
    assert event.after == {"preferred_name": "Annie", "died_on": "20-Nov-2026"}
    patient.refresh_from_db()
    assert (patient.revision, patient.has_died) == (2, True)


def test_an_edit_on_top_of_somebody_elses_is_refused_with_both(cast: Cast, patient: Patient) -> None:
    edit_patient(patient, replace(fields_of(patient), consultant="Dr A"), by=cast.registrar, revision=1)
    with pytest.raises(PatientMovedOn) as moved_on:
        edit_patient(patient, replace(fields_of(patient), consultant="Dr B"), by=cast.consultant, revision=1)
    assert [(one.label, one.saved, one.yours) for one in moved_on.value.differences] == [("Consultant", "Dr A", "Dr B")]
    assert moved_on.value.revision == 2


def test_allergies_are_replaced_as_a_whole(cast: Cast, patient: Patient) -> None:
    entries = (AllergyEntry("latex", "", date(2020, 1, 1)), AllergyEntry("penicillin", "rash", date(2019, 3, 3)))
    edit_patient(
        patient, replace(fields_of(patient), allergy_status="known", allergies=entries), by=cast.consultant, revision=1
    )
    patient.refresh_from_db()
    assert fields_of(patient).allergies == entries
    assert Allergy.objects.count() == 2


def test_an_outsider_does_not_edit(cast: Cast, patient: Patient) -> None:
    with pytest.raises(NotAllowed):
        edit_patient(patient, fields_of(patient), by=cast.outsider, revision=1)


def test_rollback_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **values: object) -> None:
        raise RuntimeError("The log is full.")

    monkeypatch.setattr("patients.services.patients.record", broken)
    with pytest.raises(RuntimeError):
        add_patient(factories.patient_fields(cast.neuro_oncology), by=cast.consultant)
    assert patients_count(cast) == 0


@pytest.mark.parametrize(
    "changed", [{"allergy_status": "perhaps"}, {"sex": "x"}, {"tumour_kind": ""}, {"died_on": date(1900, 1, 1)}]
)
def test_the_database_refuses_impossible_patients(cast: Cast, patient: Patient, changed: dict[str, object]) -> None:
    visible = Patient.objects.visible_to(cast.consultant).filter(pk=patient.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        visible.update(**changed)


def test_a_patient_in_a_log_line_has_no_name(patient: Patient) -> None:
    assert patient.family_name not in str(patient)
    assert patient.family_name not in repr(patient)
