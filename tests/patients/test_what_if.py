"""Hypothetical findings beside the real ones: read like real ones, marked everywhere, and never saved."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.models import AuditEvent
from patients.models import Assessment, Patient
from patients.models.decisions import Decision
from patients.services.assessments import discard_assessment
from patients.services.plans import withdraw_plan
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
from tests.patients.test_what_would_change import BLED, OPEN, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def flowing(cast: Cast, draft: Assessment) -> Assessment:
    """Intrathecal chemotherapy may be considered."""
    return factories.save(draft, cast.consultant, OPEN | {"csf_flow": "unobstructed"}).assessment


def trying(client: Client, assessment: Assessment, **answers: str) -> HttpResponse:
    fields = {f"finding-{code}".replace("__", "-"): value for code, value in answers.items()}
    answer: HttpResponse = client.post(address("what_if", assessment.pk), fields)
    return answer


def stored(user: Any, assessment: Assessment) -> list[Any]:
    """Everything that a try could have written: the whole row, and the answers to the advice."""
    row = Assessment.objects.visible_to(user).filter(pk=assessment.pk).values().get()
    return [row, list(Decision.objects.visible_to(user).filter(assessment=assessment).values())]


def test_a_try_shows_both_verdicts_side_by_side(client: Client, flowing: Assessment) -> None:
    answer = trying(client, flowing, csf_flow="obstructed")
    assert answer.status_code == 200
    page = text_of(answer)
    changed = page[page.index("Verdicts that would be others") : page.index("Verdicts that would stay")]
    row = next(row for row in changed.split("<tr>") if ">Intrathecal chemotherapy<" in row)
    assert said(row).strip() == (
        "Intrathecal chemotherapy Consider: Intrathecal chemotherapy Because: Intracranial bleeding: None; "
        "Prognosis group: Favourable; Karnofsky performance status (KPS): 80; Life expectancy: 1 month or more; "
        "Leptomeningeal deposits on MRI: Linear; CSF flow: Unobstructed "
        "HYPOTHETICAL Do not give intrathecal chemotherapy Because: CSF flow: Obstructed"
    )
    assert "CSF flow: Obstructed, 22-Nov-2026 (really: Unobstructed, 22-Nov-2026)" in said(page)


def test_every_part_says_that_it_is_hypothetical(client: Client, flowing: Assessment) -> None:
    page = text_of(trying(client, flowing, csf_flow="obstructed"))
    assert page.count("HYPOTHETICAL – nothing here is saved") == 2
    for part in ("what-if-then", "<legend>"):
        pieces = page.split(part)[1:]
        assert pieces
        assert all("HYPOTHETICAL" in piece[:400] for piece in pieces), part
    assert (
        "<h2"
        not in page.replace('<h2 id="what-if-result">HYPOTHETICAL', "").split("<form method")[1].split("</form>")[0]
    )


def test_a_try_writes_nothing_but_its_line_in_the_log(client: Client, cast: Cast, flowing: Assessment) -> None:
    before = stored(cast.consultant, flowing)
    assert events_of(lambda: trying(client, flowing, csf_flow="obstructed", kps="50")) == ["patients.what_if_tried"]
    assert stored(cast.consultant, flowing) == before
    event = AuditEvent.objects.filter(action="patients.what_if_tried").get()
    assert event.target == str(flowing.pk)
    assert event.patient_id == flowing.patient_id


def test_looking_at_the_page_is_logged_as_a_reading(client: Client, cast: Cast, flowing: Assessment) -> None:
    before = stored(cast.consultant, flowing)
    url = address("what_if", flowing.pk)
    assert events_of(lambda: client.get(url)) == ["patients.assessment_viewed"]
    assert "As recorded" in text_of(client.get(url))
    assert stored(cast.consultant, flowing) == before


def test_a_blank_answer_is_as_recorded_and_nothing_chosen_is_said(client: Client, flowing: Assessment) -> None:
    answer = trying(client, flowing, csf_flow="", kps=" ")
    assert answer.status_code == 422
    assert "Nothing was tried: choose at least one hypothetical answer." in text_of(answer)


REFUSED = [
    ({"kps": "65"}, "65 is not a step of 10 from 0; it is never rounded."),
    ({"kps": "seventy"}, "is not a number"),
    ({"csf_flow": "sideways"}, "is not one of unobstructed, obstructed"),
    ({"csf_protein": "80"}, "The unit is missing"),
    ({"csf_protein": "80", "csf_protein__unit": "stone"}, "is not known here"),
    ({"kps": "8\u200b0"}, "cannot be seen"),
    ({"kps": "9" * 300}, "too many digits"),
]


@pytest.mark.parametrize(("answers", "problem"), REFUSED, ids=[f"{n}" for n in range(len(REFUSED))])
def test_hypothetical_answers_are_read_like_real_ones(
    client: Client, cast: Cast, flowing: Assessment, answers: dict[str, str], problem: str
) -> None:
    before = stored(cast.consultant, flowing)
    answer = trying(client, flowing, hydrocephalus="symptomatic", **answers)
    page = text_of(answer)
    assert answer.status_code == 422
    assert problem in page
    assert '<option value="symptomatic" selected>' in page  # nothing chosen is lost
    assert "Verdicts that would" not in page
    assert stored(cast.consultant, flowing) == before


def test_a_refused_number_stands_as_it_was_typed(client: Client, flowing: Assessment) -> None:
    page = text_of(trying(client, flowing, kps="65"))
    assert re.search(r'name="finding-kps" value="65"', page)
    assert "Error: " in page


def test_a_bleed_that_was_present_cannot_be_tried_as_none(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLED)
    answer = trying(client, draft, intracranial_bleed="none")
    assert answer.status_code == 422
    assert "cannot be followed by “None”" in text_of(answer)
    assert trying(client, draft, intracranial_bleed="resolved").status_code == 200


def test_a_scan_that_comes_later_overtakes_the_flow_study_of_today(
    client: Client, cast: Cast, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, BLED | {"csf_flow": "unobstructed"})
    page = said(text_of(trying(client, draft, intracranial_bleed="resolved", neuro_exam="stable")))
    assert "HYPOTHETICAL Consider: Intrathecal chemotherapy" not in page
    again = {"intracranial_bleed": "resolved", "neuro_exam": "stable", "csf_flow": "unobstructed"}
    assert "HYPOTHETICAL Consider: Intrathecal chemotherapy" in said(text_of(trying(client, draft, **again)))


def test_a_new_urgent_note_is_said(client: Client, flowing: Assessment) -> None:
    page = said(text_of(trying(client, flowing, cord_compression="yes")))
    assert "HYPOTHETICAL Urgent, in the what-if" in page


def test_what_changes_nothing_says_so(client: Client, flowing: Assessment) -> None:
    assert "No verdict would change" in text_of(trying(client, flowing, csf_flow="unobstructed"))


def test_beside_a_signed_assessment_too(client: Client, cast: Cast, patient: Patient, release: object) -> None:
    plan = factories.make_plan(cast.consultant, patient, {"intracranial_bleed": "none"})
    before = stored(cast.consultant, plan.assessment)
    answer = trying(client, plan.assessment, csf_flow="obstructed")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Beside the signed assessment, which stays as it was signed." in page
    assert "What has grown too old since then does not count" in page
    assert "Back to the care plan" in page
    assert stored(cast.consultant, plan.assessment) == before


def test_beside_a_withdrawn_plan_it_says_so(client: Client, cast: Cast, patient: Patient, release: object) -> None:
    plan = factories.make_plan(cast.consultant, patient, {"intracranial_bleed": "none"})
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    page = text_of(trying(client, plan.assessment, csf_flow="obstructed"))
    assert "Wrong patient. Do not act on it." in page


def test_not_beside_a_discarded_one(client: Client, cast: Cast, flowing: Assessment) -> None:
    discard_assessment(flowing, by=cast.consultant, reason="Wrong patient")
    assert client.get(address("what_if", flowing.pk)).status_code == 409
    assert trying(client, flowing, csf_flow="obstructed").status_code == 409


def test_a_form_of_another_patient_is_not_taken(client: Client, cast: Cast, flowing: Assessment) -> None:
    other = factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    page = text_of(client.get(address("what_if", other.pk)))
    origin = re.search(r'name="origin" value="([^"]+)"', page)
    assert origin
    fields = {"origin": origin[1], "finding-csf_flow": "obstructed"}
    answer = client.post(address("what_if", flowing.pk), fields)
    assert answer.status_code == 409
    assert "belongs to another patient" in text_of(answer)


def test_without_approved_guidance_nothing_is_advised(client: Client, flowing: Assessment, settings: Any) -> None:
    settings.LM_MODE = "live"
    page = text_of(trying(client, flowing, csf_flow="obstructed"))
    assert "No approved guidance is in force, so there is no advice to compare." in page
    assert "Do not" not in page


def test_who_may_try(cast: Cast, client: Client, client_of: ClientOf, patient: Patient, flowing: Assessment) -> None:
    url = address("what_if", flowing.pk)
    refuses_other_methods(client, url, "put", "delete")
    nobody_is_sent_to_sign_in(client_of(None), url)
    outsiders_see_nothing(cast, client_of, url, patient.family_name)
