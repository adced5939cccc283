"""patients:patient_detail"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from patients.findings import Answer
from patients.models import Patient
from patients.services.assessments import discard_assessment, start_assessment
from patients.services.own_list import add_to_own_list
from patients.services.patients import AllergyEntry, edit_patient, fields_of
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.factories import FAVOURABLE
from tests.patients.break_glass import open_it
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
    text_of,
)
from tests.patients.weeks import signed_on

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 10, 10), date(2026, 11, 2), date(2026, 11, 12))


@pytest.fixture
def url(patient: Patient) -> str:
    return address("patient_detail", patient.pk)


def test_a_blank_record(cast: Cast, client_of: ClientOf, release: object, url: str) -> None:
    page = text_of(client_of(cast.registrar).get(url))
    assert "No assessment yet. Start one" in page
    assert "No signed care plan." in page
    assert "Nothing recorded yet." in page
    assert "disabled" not in page


def test_everything_that_stands_in_the_record(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    plan = factories.make_plan(
        cast.consultant,
        patient,
        {"kps": Answer("80", observed_on="20-Nov-2026"), "intracranial_bleed": Answer("none", observed_on="-3d")},
        reassess_by=date(2026, 12, 6),
    )
    page = text_of(client_of(cast.registrar).get(url))
    assert "Care plan 1" in page
    assert "Signed 22-Nov-2026 10:42 by Dr Jane Okafor" in page
    assert "Reassess by 06-Dec-2026: in 14 days." in page
    assert address("plan_detail", plan.pk) in page
    assert address("plan_print", plan.pk) in page
    assert "Start reassessment" in page
    assert "From the assessment signed 22-Nov-2026." in page
    assert "<strong>80</strong>" in page
    assert "20-Nov-2026" in page
    assert "19-Nov-2026" in page


def test_a_fact_that_does_not_count_any_more_says_so(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    factories.make_plan(cast.consultant, patient, reassess_by=date(2026, 12, 6))
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        page = text_of(client_of(cast.registrar).get(url))
    assert "Does not count: 16 days old, counts for 14." in page
    assert "Reassess by 06-Dec-2026: overdue 2 days" in page


def test_an_unrecorded_fact_is_never_no(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    draft = factories.make_draft(cast.consultant, patient, {"kps": "80"})
    page = text_of(client_of(cast.registrar).get(url))
    assert page.count("Not recorded") >= 8
    assert "From the draft; not signed." in page
    assert address("assessment_edit", draft.pk) in page


def test_the_start_button_says_why_it_is_disabled(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    page = text_of(client_of(cast.registrar).get(url))
    assert "There is an open draft. Continue or discard it." in page
    assert 'disabled aria-describedby="start-reason"' in page
    discard_assessment(draft, by=cast.consultant, reason="Opened by mistake")
    page = text_of(client_of(cast.registrar).get(url))
    assert "Opened by mistake" in page
    assert "disabled" not in page
    edit_patient(patient, replace(fields_of(patient), died_on=date(2026, 11, 21)), by=cast.consultant, revision=1)
    page = text_of(client_of(cast.registrar).get(url))
    assert "The patient has died: no new assessment." in page
    assert "21-Nov-2026" in page


def test_without_guidance_nothing_can_be_started(cast: Cast, client_of: ClientOf, url: str) -> None:
    assert "No guidance is in force" in text_of(client_of(cast.registrar).get(url))


def test_a_withdrawn_plan_is_not_the_current_one(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    page = text_of(client_of(cast.registrar).get(url))
    assert "No signed care plan." in page
    assert "Signed; withdrawn as entered in error" in page


def test_newer_guidance_is_said(cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str) -> None:
    factories.make_plan(cast.consultant, patient)
    factories.newer_release(lambda document: document.update(title="Newer"))
    page = text_of(client_of(cast.registrar).get(url))
    assert "Guidance changed since this plan: release 1 → 2" in page
    assert "None of its verdicts would differ on the same findings, as of today." in page


def test_outside_the_intended_use_is_said_plainly(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    edit_patient(patient, replace(fields_of(patient), tumour_kind="not_solid"), by=cast.consultant, revision=1)
    assert "Outside the intended use" in text_of(client_of(cast.registrar).get(url))


def test_the_banner_shows_allergies_and_the_preferred_name(cast: Cast, client_of: ClientOf) -> None:
    patient = factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        preferred_name="Annie",
        allergy_status="known",
        allergies=(AllergyEntry("penicillin", "rash", date(2019, 3, 3)),),
    )
    page = text_of(client_of(cast.registrar).get(address("patient_detail", patient.pk)))
    for words in ("Known allergies", "penicillin", "03-Mar-2019", "Annie"):
        assert words in page


def test_opening_a_record_is_one_event(cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
    assert events_of(lambda: client_of(cast.registrar).get(url)) == ["patients.patient_viewed"]
    event = AuditEvent.objects.get(action="patients.patient_viewed")
    assert (event.patient_id, event.actor_id) == (patient.pk, str(cast.registrar.pk))


def test_outsiders(cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
    events = AuditEvent.objects.filter(action="patients.patient_viewed").count()
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    assert AuditEvent.objects.filter(action="patients.patient_viewed").count() == events


def test_methods_and_sign_in(cast: Cast, client_of: ClientOf, url: str) -> None:
    refuses_other_methods(client_of(cast.consultant), url, "post", "put", "delete", "patch")
    nobody_is_sent_to_sign_in(client_of(None), url)


def statements_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("is_changed", [False, True], ids=["same guidance", "newer guidance"])
def test_the_number_of_statements_does_not_grow_with_the_record(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str, is_changed: bool
) -> None:
    client = client_of(cast.consultant)
    factories.make_plan(cast.consultant, patient)
    if is_changed:
        factories.newer_release(lambda document: document.update(title="Newer"))
    statements_of(client, url)  # which writes the clock of the session and compiles the guidance
    with_one = statements_of(client, url)
    for _ in range(5):
        factories.make_plan(cast.consultant, patient)
    start_assessment(patient, by=cast.consultant)
    assert statements_of(client, url) <= with_one <= (22 if is_changed else 18)


def test_a_withdrawn_plan_says_since_when_and_what_counts_again(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    factories.make_plan(cast.consultant, patient)
    withdraw_plan(factories.make_plan(cast.consultant, patient), by=cast.consultant, reason="Wrong patient")
    page = text_of(client_of(cast.registrar).get(url))
    assert "Care plan 2 was withdrawn as entered in error on 22-Nov-2026. Care plan 1 counts again." in page


def test_each_assessment_is_compared_with_the_one_before_that_counts(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    first, wrong, last = (signed_on(day, cast.consultant, patient, FAVOURABLE) for day in DAYS)
    withdraw_plan(wrong, by=cast.consultant, reason="Wrong patient")
    page = text_of(client_of(cast.registrar).get(url))
    asked = f"{address('compare', patient.pk)}?earlier={first.assessment_id}&amp;later={last.assessment_id}"
    assert f'<a href="{asked}">' in page
    assert page.count("Compare with the previous") == 1


def test_a_key_fact_names_its_source_and_a_missing_one_where_to_add_it(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    signed_on(DAYS[0], cast.consultant, patient, {**FAVOURABLE, "deposits": ""})
    page = text_of(client_of(cast.registrar).get(url))
    assert "Care plan 1; Dr Jane Okafor" in page
    assert '<a class="key-fact-add" href="#next-assessment">' in page
    draft = factories.make_draft(cast.registrar, patient, {"kps": "70"})
    page = text_of(client_of(cast.registrar).get(url))
    assert "Draft, not signed; Dr Samir Haddad" in page
    assert f'<a class="key-fact-add" href="{address("assessment_edit", draft.pk)}#question-deposits">' in page


def test_nothing_can_be_added_after_death(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    signed_on(DAYS[0], cast.consultant, patient, {**FAVOURABLE, "deposits": ""})
    edit_patient(patient, replace(fields_of(patient), died_on=date(2026, 11, 21)), by=cast.consultant, revision=1)
    page = text_of(client_of(cast.registrar).get(url))
    assert "key-fact-add" not in page
    assert "Died" in page[page.index('id="timeline"') :]
    assert "Reassess by this day" not in page


def test_the_list_button_fits_the_list(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    page = text_of(client_of(cast.registrar).get(url))
    assert "Add to my list" in page
    assert address("own_list_add", patient.pk) in page
    add_to_own_list(patient, by=cast.registrar)
    page = text_of(client_of(cast.registrar).get(url))
    assert "Remove from my list" in page
    assert address("own_list_remove", patient.pk) in page
    assert "Add to my list" in text_of(client_of(cast.consultant).get(url))


def test_a_record_opened_by_break_glass_is_put_on_no_list(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object, url: str
) -> None:
    open_it(patient, cast.outsider)
    page = text_of(client_of(cast.outsider).get(url))
    assert "Opened by break-glass" in page
    assert "to my list" not in page
