"""patients:decision_record"""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from patients.findings import Answer
from patients.models import Assessment, Decision, Patient
from tests import factories
from tests.cast import Cast
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

HTMX = {"HX-Request": "true"}
BLEEDING = {"lm_diagnosis": "established", "kps": "50", "intracranial_bleed": Answer("present", observed_on="-3d")}


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    return factories.make_draft(cast.consultant, patient, BLEEDING)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def advice_hash(client: Client, draft: Assessment, code: str) -> str:
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    card = page.split(f'id="card-{code}"')[1]
    return card.split('name="advice_hash" value="')[1].split('"')[0]


def answer(client: Client, draft: Assessment, code: str, *, htmx: bool = True, **given: str) -> HttpResponse:
    sent = {"advice_hash": advice_hash(client, draft, code)} | given
    return client.post(address("decision_record", draft.pk, code), sent, headers=HTMX if htmx else {})


def test_an_answer_is_shown_on_the_card_with_name_and_time(client: Client, draft: Assessment) -> None:
    response = answer(client, draft, "best_supportive_care", answer="follow")
    assert response.status_code == 200
    assert response["Board"] == f"{draft.revision}.1"
    assert "<strong>Will do.</strong>" in text_of(response)
    assert "Dr Samir Haddad, 22-Nov-2026 10:42" in text_of(response)
    assert "<html" not in text_of(response)
    assert 'id="form-state"' not in text_of(response)


def test_without_javascript_the_page_comes_back_at_the_card(client: Client, draft: Assessment) -> None:
    response = answer(client, draft, "neuroimaging", htmx=False, answer="follow")
    assert response.status_code == 302
    assert response["Location"] == address("assessment_edit", draft.pk) + "#card-neuroimaging"


def test_declining_needs_a_reason(client: Client, draft: Assessment) -> None:
    response = answer(client, draft, "neuroimaging", answer="decline")
    assert response.status_code == 422
    assert "Say why: choose or write a reason." in text_of(response)
    assert not Decision.objects.exists()
    declined = {"reason_code": "patient_declines", "instead": "CT at the next visit"}
    response = answer(client, draft, "neuroimaging", answer="decline", **declined)
    assert "Not doing: patient declines. Instead: CT at the next visit." in text_of(response)


def test_overriding_needs_reason_and_alternative(client: Client, draft: Assessment) -> None:
    code = "intrathecal_chemotherapy"
    response = answer(
        client, draft, code, htmx=False, answer="give_anyway", reason_code="other", reason_text="Asked for"
    )
    assert response.status_code == 422
    assert "<title>Error: Assessment" in text_of(response)
    given = {"reason_code": "other", "reason_text": "Asked for", "instead": "Radiotherapy"}
    response = answer(client, draft, code, answer="give_anyway", **given)
    assert "Will be given anyway: Asked for. Alternative considered: Radiotherapy." in text_of(response)


def test_advice_that_has_changed_is_not_answered(cast: Cast, client: Client, draft: Assessment) -> None:
    seen = advice_hash(client, draft, "best_supportive_care")
    factories.save(draft, cast.consultant, {"intracranial_bleed": Answer("resolved", observed_on="today")})
    response = answer(client, draft, "best_supportive_care", answer="follow", advice_hash=seen)
    assert response.status_code == 409
    assert "The advice has changed since this page was shown." in text_of(response)
    assert not Decision.objects.exists()


def test_an_answer_to_earlier_advice_says_so_and_does_not_count(cast: Cast, client: Client, draft: Assessment) -> None:
    answer(client, draft, "best_supportive_care", answer="follow")
    draft.refresh_from_db()
    factories.save(draft, cast.consultant, {"life_expectancy": "under_1_month"})
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    card = page.split('id="card-best_supportive_care"')[1].split('id="card-')[0]
    assert "Answered earlier advice" in card
    assert "Answer before signing" in card


def test_an_answer_can_be_taken_back(client: Client, draft: Assessment) -> None:
    answer(client, draft, "neuroimaging", answer="follow")
    response = answer(client, draft, "neuroimaging", answer="undone")
    assert "Will do.</strong>" not in text_of(response)
    assert Decision.objects.count() == 2


def test_nobody_says_will_do_to_what_is_not_settled(cast: Cast, client: Client, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, {"kps": "80", "life_expectancy": "at_least_1_month"})
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    assert "Not settled:</span> Systemic therapy" in page
    assert 'id="answer-systemic_therapy-follow"' not in page


@pytest.mark.parametrize("code", ["no_such_intervention", "kps"])
def test_an_unknown_intervention_is_refused(client: Client, draft: Assessment, code: str) -> None:
    response = client.post(address("decision_record", draft.pk, code), {"answer": "follow"}, headers=HTMX)
    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_what_is_written_to_the_log(client: Client, draft: Assessment) -> None:
    url, sent = address("decision_record", draft.pk, "neuroimaging"), advice_hash(client, draft, "neuroimaging")
    given = {"answer": "follow", "advice_hash": sent}
    assert events_of(lambda: client.post(url, given, headers=HTMX)) == ["patients.decision_recorded"]


def test_who_may_come_here(
    cast: Cast, client: Client, client_of: ClientOf, draft: Assessment, patient: Patient
) -> None:
    url = address("decision_record", draft.pk, "neuroimaging")
    refuses_other_methods(client, url, "get", "put", "delete")
    assert client_of(cast.outsider).post(url, {"answer": "follow"}).status_code == 404
    assert client_of(None).post(url, headers=HTMX).status_code == 401
    nobody_is_sent_to_sign_in(client_of(None), url)
    outsiders_see_nothing(cast, client_of, address("assessment_edit", draft.pk), patient.family_name.upper())


NUL_OR_TOO_LONG = [
    ("reason_text", "a\0b", "a character that cannot be seen"),
    ("instead", "a\0b", "a character that cannot be seen"),
    ("discuss_at", "a\0b", "a character that cannot be seen"),
    ("reason_text", "é" * 2001, "At most 2000 characters; this has 2001."),
    ("instead", "é" * 2001, "At most 2000 characters; this has 2001."),
    ("discuss_at", "é" * 201, "At most 200 characters; this has 201."),
]


@pytest.mark.parametrize(("field", "text", "sentence"), NUL_OR_TOO_LONG)
def test_what_cannot_be_kept_as_it_was_written_is_refused(
    client: Client, draft: Assessment, field: str, text: str, sentence: str
) -> None:
    given = {"answer": "decline", "reason_code": "other", "reason_text": "Asked for", field: text}
    response = answer(client, draft, "neuroimaging", **given)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Decision.objects.exists()


def test_what_was_typed_stands_in_the_editor_again(client: Client, draft: Assessment) -> None:
    text = "é" * 2001
    given = {"answer": "decline", "reason_code": "other", "reason_text": text, "instead": "Palliative care"}
    page = text_of(answer(client, draft, "neuroimaging", htmx=False, **given))
    card = page.split('id="card-neuroimaging"')[1].split('id="card-')[0]
    assert f">{text}</textarea>" in card
    assert ">Palliative care</textarea>" in card
    assert re.search(r'value="other"[^>]* checked', card)
    assert re.search(r'<details id="decide-neuroimaging-[0-9]" open', card)
    assert page.count(text) == 1


def test_the_longest_text_is_kept_whole(client: Client, draft: Assessment) -> None:
    text = "a\r\n" + "é" * 1998
    assert answer(client, draft, "neuroimaging", answer="decline", reason_text=text).status_code == 200
    assert Decision.objects.get().reason_text == "a\n" + "é" * 1998
