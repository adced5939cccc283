"""patients:plan_sign"""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments import confirm_unchanged, withdraw_finding
from patients.services.patients import AllergyEntry, edit_patient, fields_of
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    return factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)


@pytest.fixture
def url(draft: Assessment) -> str:
    return address("plan_sign", draft.pk)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def sign(client: Client, url: str, **changed: str) -> HttpResponse:
    found = re.search(r'name="board_hash" value="([^"]+)"', text_of(client.get(url)))
    assert found
    filled = {"board_hash": found[1], "meaning": "own_decisions", "password": PASSWORD, "acknowledged_unsettled": "on"}
    return client.post(url, filled | changed)


def test_it_says_what_is_missing_before_anything_is_filled_in(client: Client, url: str, draft: Assessment) -> None:
    page = text_of(client.get(url))
    assert "Before you can sign" in page
    assert f'<a href="{address("assessment_edit", draft.pk)}#card-systemic_therapy">Systemic therapy: answer' in page
    assert "<title>Review and sign" in page
    assert f'href="{address("assessment_edit", draft.pk)}#question-kps"' in page
    assert "release 1, under review, not proved yet" in page


def test_signing(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    response = sign(client, url, reassess_by="29-Nov-2026")
    plan = SignedPlan.objects.get()
    assert response["Location"] == address("plan_detail", plan.pk)
    assert plan.body_document["signature"]["reassess_by"] == "29-Nov-2026"
    assert client.get(url)["Location"] == address("plan_detail", plan.pk)
    assert sign_again(client, url)["Location"] == address("plan_detail", plan.pk)


def sign_again(client: Client, url: str) -> HttpResponse:
    return client.post(url, {"password": PASSWORD})


def test_a_refusal_names_everything_and_keeps_what_was_typed(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    response = sign(client, url, password="wrong", meaning="on_behalf", reassess_by="29-Nov-2026")
    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Review and sign" in page
    assert '<a href="#id_password">The password is not right.' in page
    assert '<a href="#id_on_behalf_of">Write who made the decisions.' in page
    assert 'value="29-Nov-2026"' in page
    assert PASSWORD not in page
    assert not SignedPlan.objects.exists()


def test_a_date_that_cannot_be_read_is_refused(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    response = sign(client, url, reassess_by="next week")
    assert response.status_code == 422
    assert "is not a date" in text_of(response)


def test_a_changed_board_is_not_signed(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    response = sign(client, url, board_hash="0" * 64)
    assert response.status_code == 422
    assert "Changed since you opened this page: the advice, the answers or the texts." in text_of(response)
    assert f'name="board_hash" value="{"0" * 64}"' not in text_of(response)


def seen_hash(client: Client, url: str) -> str:
    found = re.search(r'name="board_hash" value="([^"]+)"', text_of(client.get(url)))
    assert found
    return found[1]


@pytest.mark.parametrize(
    "changed",
    [
        {"family_name": "Otherwise"},
        {"allergy_status": "known", "allergies": (AllergyEntry("Methotrexate", "rash", date(2026, 11, 22)),)},
        {"allergy_status": "unavailable"},
        {"birth_date": date(1962, 7, 14)},
        {"consultant": "Dr Other"},
    ],
)
def test_what_changed_about_the_patient_is_not_signed_unseen(
    cast: Cast, client: Client, url: str, draft: Assessment, patient: Patient, changed: dict[str, Any]
) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    seen = seen_hash(client, url)
    edit_patient(patient, replace(fields_of(patient), **changed), by=cast.registrar, revision=patient.revision)
    response = sign(client, url, board_hash=seen)
    assert response.status_code == 422
    message = "Changed since you opened this page: the patient&#x27;s details or allergies. Read it again"
    assert message in text_of(response)
    assert not SignedPlan.objects.exists()
    assert sign(client, url).status_code == 302


def test_a_confirmation_or_a_withdrawal_since_the_page_was_opened_is_named(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    saved = factories.save(draft, cast.consultant, {"csf_protein": Answer("0.90", "g/L")}).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    seen = seen_hash(client, url)
    withdraw_finding(saved, "csf_protein", by=cast.registrar, reason="Sample of another patient")
    page = text_of(sign(client, url, board_hash=seen))
    assert "the answers to the questions, the answers withdrawn as errors. Read it again" in page
    assert "CSF protein: 0.90\N{NO-BREAK SPACE}g/L, 22-Nov-2026 (Sample of another patient; Dr Samir Haddad)" in page


def test_who_recorded_an_answer_is_signed_too(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    seen = seen_hash(client, url)
    confirm_unchanged(draft, ["kps"], by=cast.registrar)
    assert "Changed since you opened this page: the answers to the questions." in text_of(
        sign(client, url, board_hash=seen)
    )


def test_unsettled_advice_is_acknowledged_once(cast: Cast, client: Client, patient: Patient, release: object) -> None:
    draft = factories.make_draft(cast.consultant, patient, {"lm_diagnosis": "established"})
    url = address("plan_sign", draft.pk)
    assert "Missing findings do not stop you from signing." in text_of(client.get(url))
    assert "Confirm that you have seen which." in text_of(sign(client, url, acknowledged_unsettled=""))
    assert sign(client, url).status_code == 302


def test_an_override_needs_somebody_it_was_discussed_with(
    cast: Cast, client: Client, patient: Patient, release: object
) -> None:
    bleeding = {"intracranial_bleed": Answer("present", observed_on="-3d")}
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE | bleeding)  # type: ignore[operator]
    factories.answer_what_is_required(draft, cast.consultant)
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    hash_of_card = page.split('id="card-intrathecal_chemotherapy"')[1].split('name="advice_hash" value="')[1][:64]
    given = {"answer": "give_anyway", "reason_code": "does_not_fit", "instead": "None", "advice_hash": hash_of_card}
    client.post(address("decision_record", draft.pk, "intrathecal_chemotherapy"), given)
    url = address("plan_sign", draft.pk)
    assert "With whom giving it anyway was discussed" in text_of(client.get(url))
    assert sign(client, url).status_code == 422
    assert sign(client, url, discussed_with="Dr Haddad, registrar").status_code == 302
    body = SignedPlan.objects.get().body_document
    overridden = [card for group in body["groups"] for card in group["cards"] if card["is_override"]]
    assert [card["intervention"] for card in overridden] == ["intrathecal_chemotherapy"]


def test_outside_the_intended_use_nothing_is_signed(cast: Cast, client: Client, url: str, patient: Patient) -> None:
    fields = replace(fields_of(patient), tumour_kind="not_solid")
    edit_patient(patient, fields, by=cast.consultant, revision=patient.revision)
    assert "Outside the intended use" in text_of(client.get(url))
    assert sign(client, url).status_code == 422


def test_what_is_written_to_the_log(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    assert events_of(lambda: client.get(url)) == ["patients.assessment_viewed"]
    factories.answer_what_is_required(draft, cast.consultant)
    refused = events_of(lambda: sign(client, url, password="wrong"))
    assert refused == ["patients.assessment_viewed", "patients.sign_refused"]
    assert events_of(lambda: sign(client, url)) == ["patients.assessment_viewed", "patients.plan_signed"]


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, url: str, patient: Patient) -> None:
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    nobody_is_sent_to_sign_in(client_of(None), url)
    refuses_other_methods(client, url, "put", "delete")
    assert client_of(cast.outsider).post(url, {"password": PASSWORD}).status_code == 404
