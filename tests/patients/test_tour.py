"""patients:tour and practice_start: a practice patient of one's own, and steps that the record itself ticks off."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent, ShownPatient
from patients.findings import Answer
from patients.models import Patient
from patients.nhs_number import read_nhs_number
from patients.practice import MOST_PER_PERSON
from patients.selectors.practice import practice_state
from patients.services.assessments import start_assessment
from patients.services.plans import sign_plan
from patients.services.practice import NoPractice, start_practice
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
TOUR = "/tour/"
START = "/tour/practice-patient/"


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def page_of(client: Client) -> str:
    return unescape(text_of(client.get(TOUR)))


def practice_of(user: User) -> Patient:
    state = practice_state(user)
    assert state is not None
    return state.patient


def test_it_offers_a_practice_patient(client: Client, release: object) -> None:
    page = page_of(client)
    assert "Start the practice patient" in page
    assert "seven steps" in page
    assert 'aria-current="step"' in page


def test_the_button_makes_an_invented_patient_of_the_own_ward(client: Client, cast: Cast, release: object) -> None:
    assert client.post(START)["Location"] == TOUR
    patient = practice_of(cast.registrar)
    assert patient.family_name == "Practice"
    assert patient.ward == cast.neuro_oncology
    assert read_nhs_number(patient.nhs_number).startswith("999")
    page = page_of(client)
    assert "PRACTICE, Patient One of Samir Haddad" in page
    assert "1 of 7 steps done" in page


def test_the_act_is_logged_with_its_patient(client: Client, cast: Cast, release: object) -> None:
    codes = events_of(lambda: client.post(START))
    assert codes.count("patients.practice_started") == 1
    assert codes.count("patients.patient_added") == 1
    event = AuditEvent.objects.get(action="patients.practice_started")
    assert event.patient_id == practice_of(cast.registrar).pk


def test_looking_at_the_tour_is_logged_with_the_patients_on_it(client: Client, cast: Cast, release: object) -> None:
    client.post(START)
    codes = events_of(lambda: client.get(TOUR))
    assert codes == ["patients.worklist_viewed"]
    event = AuditEvent.objects.filter(action="patients.worklist_viewed").order_by("-at_us").first()
    assert event is not None
    shown = ShownPatient.objects.filter(event=event).values_list("patient_id", flat=True)
    assert list(shown) == [practice_of(cast.registrar).pk]


def test_each_step_is_done_when_the_record_says_so(client: Client, cast: Cast, release: object) -> None:
    user = cast.registrar
    patient = start_practice(by=user)
    assert "1 of 7 steps done" in page_of(client)
    assessment = start_assessment(patient, by=user)
    assert "2 of 7 steps done" in page_of(client)
    saved = factories.save(assessment, user, {"lm_diagnosis": "established", "kps": "80"}).assessment
    assert "3 of 7 steps done" in page_of(client)
    bleed = {"intracranial_bleed": Answer("present", observed_on="-1d")}
    saved = factories.save(saved, user, bleed).assessment
    assert "4 of 7 steps done" in page_of(client)
    factories.answer_what_is_required(saved, user)
    assert "5 of 7 steps done" in page_of(client)
    sign_plan(saved, by=user, **factories.signing(saved))
    assert "6 of 7 steps done" in page_of(client)
    start_assessment(patient, by=user)
    page = page_of(client)
    assert "7 of 7 steps done" in page
    assert 'aria-current="step"' not in page


def test_an_answer_that_is_only_awaited_is_no_finding(client: Client, cast: Cast, release: object) -> None:
    assessment = start_assessment(start_practice(by=cast.registrar), by=cast.registrar)
    awaited: dict[str, str | Answer] = {"lm_diagnosis": "established", "kps": Answer("", why_unknown="awaited")}
    factories.save(assessment, cast.registrar, awaited)
    assert "2 of 7 steps done" in page_of(client)


def test_begin_again_makes_another_one_up_to_a_limit(client: Client, cast: Cast, release: object) -> None:
    for _ in range(MOST_PER_PERSON):
        start_practice(by=cast.registrar)
    page = page_of(client)
    assert "Patient Five of Samir Haddad" in page
    assert "Begin again" not in page
    refused = client.post(START)
    assert refused.status_code == 409
    assert "You have had 5 practice patients" in text_of(refused)
    assert practice_state(cast.registrar).made == MOST_PER_PERSON  # type: ignore[union-attr]


def test_who_has_moved_to_another_ward_gets_a_new_one_there(cast: Cast, release: object) -> None:
    start_practice(by=cast.registrar)
    cast.registrar.memberships.update(ward=cast.cardiology)
    moved = User.objects.get(pk=cast.registrar.pk)
    assert start_practice(by=moved).ward == cast.cardiology
    assert practice_of(moved).given_names.startswith("Patient Two")


def test_nobody_sees_the_practice_patient_of_somebody_else_on_the_tour(
    client: Client, cast: Cast, client_of: ClientOf, release: object
) -> None:
    start_practice(by=cast.registrar)
    assert "Samir Haddad" not in page_of(client_of(cast.consultant)).partition("<main")[2]


def test_a_form_that_was_not_made_here_starts_nothing(client: Client, cast: Cast, release: object) -> None:
    refused = client.post(START, {"origin": "forged"})
    assert refused.status_code == 409
    assert practice_state(cast.registrar) is None


def test_without_a_ward_it_says_what_to_do(cast: Cast, release: object) -> None:
    cast.registrar.memberships.all().delete()
    with pytest.raises(NoPractice, match="no ward"):
        start_practice(by=User.objects.get(pk=cast.registrar.pk))


@pytest.mark.parametrize("who", ["editor", "first_reviewer", "auditor", "administrator"])
def test_it_is_for_clinicians(cast: Cast, client_of: ClientOf, who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get(TOUR).status_code == 403
    assert client.post(START).status_code == 403


def test_methods_and_sign_in(client: Client) -> None:
    refuses_other_methods(client, TOUR, "post", "put", "delete")
    refuses_other_methods(client, START, "get", "put", "delete")
    nobody_is_sent_to_sign_in(Client(), TOUR)


def test_in_live_mode_there_is_no_tour(client: Client, cast: Cast, settings: Any) -> None:
    settings.LM_MODE = "live"
    assert client.get(TOUR).status_code == 404
    assert client.post(START).status_code == 404
    assert TOUR not in text_of(client.get("/help/"))
    with pytest.raises(NoPractice, match="training"):
        start_practice(by=cast.registrar)


def test_in_training_help_leads_to_it(client: Client) -> None:
    assert f'href="{TOUR}"' in text_of(client.get("/help/"))


def test_the_worked_patients_are_shown_to_their_ward_and_not_to_others(
    cast: Cast, client_of: ClientOf, release: object
) -> None:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology, hospital_number="X10022")
    draft = factories.make_draft(cast.consultant, patient, {"kps": "80"})
    page = page_of(client_of(cast.consultant))
    assert "The same, but with a bleed" in page
    assert address("assessment_edit", draft.pk) in page
    elsewhere = page_of(client_of(cast.outsider))
    assert "The same, but with a bleed" not in elsewhere
    assert "you are not a member of it" in elsewhere
