"""patients:assessment_edit"""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from patients.findings import Answer, FormContext
from patients.models import Assessment, Patient
from patients.services.assessments import discard_assessment, start_assessment
from patients.services.plans import sign_plan
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
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


@pytest.fixture
def url(draft: Assessment) -> str:
    return address("assessment_edit", draft.pk)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def save(client: Client, url: str, **changed: str) -> HttpResponse:
    return client.post(url, form_of(client.get(url), **changed), headers=HTMX)


def note(response: HttpResponse, code: str) -> str:
    found = re.search(rf'id="note-{code}"(.*?)</div>', text_of(response), re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


def test_a_blank_form_gives_no_advice_and_says_what_to_enter_first(client: Client, url: str) -> None:
    page = text_of(client.get(url))
    assert "Nothing is recorded yet, so nothing is advised." in page
    assert 'id="card-' not in page
    assert '<a href="#question-intracranial_bleed">Intracranial bleeding</a>' in page
    assert "0 of 4" in page
    assert "release 1, under review" in page


def test_a_change_is_saved_and_answered_with_the_panel(client: Client, url: str, draft: Assessment) -> None:
    response = save(client, url, finding_lm_diagnosis="established", finding_kps="50")
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "50"
    assert response.status_code == 200
    assert response["Board"] == f"{draft.revision}.0"
    assert 'id="card-best_supportive_care"' in text_of(response)
    assert "<html" not in text_of(response)
    assert "Recommendations updated." in text_of(response)


def test_without_javascript_the_same_form_saves_and_shows_the_page(client: Client, url: str, draft: Assessment) -> None:
    page = client.get(url)
    assert "Save and update the recommendations" in text_of(page)
    response = client.post(url, form_of(page, finding_kps="50"), follow=True)
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "50"
    assert response.redirect_chain == [(url, 302)]
    assert 'value="50"' in text_of(response)


def test_page_and_fragment_show_the_same_panel(client: Client, url: str) -> None:
    save(client, url, finding_lm_diagnosis="established", finding_kps="50")
    token = r'name="csrfmiddlewaretoken" value="[^"]+"'
    panels = [
        re.sub(token, "", re.search(r'<div class="panel-content".*?\n</div>', text_of(answer), re.DOTALL)[0])  # type: ignore[index]
        for answer in (client.get(url), client.get(url, headers=HTMX))
    ]
    assert panels[0] == panels[1]
    assert client.get(url)["Vary"].count("HX-Request") == 1


def test_a_blank_answer_stays_unknown(client: Client, url: str, draft: Assessment) -> None:
    response = save(client, url)
    draft.refresh_from_db()
    assert draft.findings == {}
    assert 'id="card-' not in text_of(response)


def test_not_known_is_recorded_with_its_reason_and_settles_nothing(client: Client, url: str, draft: Assessment) -> None:
    save(client, url, finding_csf_flow="-", finding_csf_flow__why="awaited")
    draft.refresh_from_db()
    assert draft.findings["csf_flow"]["value"] is None
    assert draft.findings["csf_flow"]["why_unknown"] == "awaited"
    assert "result awaited" in text_of(client.get(url))


def test_the_reason_beside_an_answered_question_is_not_recorded(client: Client, url: str, draft: Assessment) -> None:
    save(client, url, finding_raised_icp="no", finding_raised_icp__why="cannot_obtain")
    draft.refresh_from_db()
    assert draft.findings["raised_icp"]["why_unknown"] is None


def test_a_refused_answer_is_kept_with_what_is_wrong(client: Client, url: str) -> None:
    response = save(client, url, finding_kps="65")
    assert response.status_code == 200
    assert "not a step of 10" in note(response, "kps")
    page = client.get(url)
    assert 'value="65"' in text_of(page)
    assert 'id="card-' not in text_of(page)


def test_a_missing_unit_is_refused(client: Client, url: str) -> None:
    assert "unit is missing" in note(save(client, url, finding_csf_protein="0.9"), "csf_protein")


def test_a_converted_value_says_so(client: Client, url: str) -> None:
    response = save(client, url, finding_csf_protein="0.9", finding_csf_protein__unit="g/L")
    assert "converted: 90 mg/dL" in note(response, "csf_protein")


def test_an_event_needs_its_date(client: Client, url: str, draft: Assessment) -> None:
    response = save(client, url, finding_intracranial_bleed="present")
    assert "Enter the date as well" in note(response, "intracranial_bleed")
    response = save(client, url, finding_intracranial_bleed="present", finding_intracranial_bleed__date="-3d")
    assert "19-Nov-2026, valid to 17-Dec-2026" in note(response, "intracranial_bleed")
    assert "Not now:" in text_of(response)


def test_an_old_study_says_why_it_does_not_count(client: Client, url: str) -> None:
    save(client, url, finding_csf_flow="unobstructed", finding_csf_flow__date="-10d")
    response = save(client, url, finding_intracranial_bleed="present", finding_intracranial_bleed__date="-3d")
    assert "it predates “Intracranial bleeding” of 19-Nov-2026. Repeat it." in note(response, "csf_flow")


def test_questions_appear_with_their_condition_and_an_answer_is_kept_as_not_used(client: Client, url: str) -> None:
    assert 'id="note-her2" data-shown="no"' in text_of(client.get(url))
    response = save(client, url, finding_primary_tumour="breast", finding_her2="positive")
    assert 'id="note-her2" data-shown="yes"' in text_of(response)
    response = save(client, url, finding_primary_tumour="lung")
    assert "Not used: asked only while Primary tumour is Breast." in note(response, "her2")
    assert 'id="note-her2" data-shown="yes"' in text_of(response)


def test_what_cannot_be_taken_back_says_what_to_do_instead(client: Client, url: str) -> None:
    save(client, url, finding_intracranial_bleed="present", finding_intracranial_bleed__date="-3d")
    response = save(client, url, finding_intracranial_bleed="none", finding_intracranial_bleed__date="today")
    said = note(response, "intracranial_bleed")
    assert "cannot be followed by" in said
    assert "Still counts: Present" in said
    assert "Entered in error…" in said


def test_what_was_carried_forward_is_marked(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        page = client_of(cast.registrar).get(
            address("assessment_edit", start_assessment(patient, by=cast.registrar).pk)
        )
        assert "Carried forward, confirm" in note(page, "vte")
        assert "Does not count: 16 days old, counts for 14." in note(page, "kps")
        assert "carried forward from the last signed assessment" in text_of(page)


def test_the_last_value_stands_beside_a_changed_one(
    cast: Cast, client: Client, patient: Patient, release: object
) -> None:
    factories.make_plan(cast.consultant, patient)
    url = address("assessment_edit", start_assessment(patient, by=cast.registrar).pk)
    save(client, url, finding_kps="60", finding_kps__date="today")
    assert "Last 80 on 22-Nov-2026" in text_of(client.get(url))


def test_the_same_save_sent_twice_has_one_effect(client: Client, url: str, draft: Assessment) -> None:
    filled = form_of(client.get(url), finding_kps="50")
    first, second = (client.post(url, filled, headers=HTMX) for _ in range(2))
    draft.refresh_from_db()
    assert (first.status_code, second.status_code) == (200, 200)
    assert draft.revision == 2


def test_a_form_that_is_older_than_the_record_shows_both_values(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    mine = form_of(client.get(url), finding_kps="50")
    factories.save(draft, cast.consultant, {"kps": "80"})
    response = client.post(url, mine, headers=HTMX)
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#form-moved-on"
    assert "80, 22-Nov-2026" in text_of(response)
    assert "50, 22-Nov-2026" in text_of(response)
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "80"
    resolve = re.search(r'name="resolve" value="([^"]+)"', text_of(response))
    assert resolve
    assert client.post(url, mine | {"resolve": resolve[1], "key": ""}, headers=HTMX).status_code == 200
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "50"


def test_without_javascript_nothing_typed_is_lost_either(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    mine = form_of(client.get(url), finding_kps="50", priorities="To be at home.")
    factories.save(draft, cast.consultant, {"kps": "80"})
    response = client.post(url, mine)
    assert response.status_code == 409
    assert "To be at home." in text_of(response)
    assert "<title>Error: Assessment" in text_of(response)
    assert 'data-unsaved="yes"' in text_of(response)


def test_a_form_of_yesterday_is_not_saved_under_todays_date(
    cast: Cast, client: Client, client_of: ClientOf, url: str, clock: time_machine.Traveller
) -> None:
    mine = form_of(client.get(url), finding_kps="50")
    clock.shift(timedelta(days=1))
    response = client_of(cast.registrar).post(url, mine, headers=HTMX)
    assert response.status_code == 409
    assert "opened on another day" in text_of(response)


def test_a_form_of_somebody_else_or_of_another_patient_is_never_saved(
    cast: Cast, client: Client, client_of: ClientOf, url: str, draft: Assessment
) -> None:
    theirs = form_of(client_of(cast.consultant).get(url), finding_kps="50")
    response = client.post(url, theirs, headers=HTMX)
    assert response.status_code == 409
    assert 'name="resolve"' not in text_of(response)
    other = factories.make_draft(cast.registrar, factories.make_patient(cast.registrar, cast.neuro_oncology))
    swapped = form_of(client.get(address("assessment_edit", other.pk)), finding_kps="50")
    assert client.post(url, swapped, headers=HTMX).status_code == 409
    draft.refresh_from_db()
    assert draft.findings == {}


@pytest.mark.parametrize("context", ["", "forged", "eyJ1c2VyIjoiIn0:1abc:xyz"])
def test_a_forged_context_is_refused(client: Client, url: str, draft: Assessment, context: str) -> None:
    response = client.post(url, form_of(client.get(url), finding_kps="50", context=context), headers=HTMX)
    assert response.status_code == 400
    draft.refresh_from_db()
    assert draft.findings == {}


def test_a_text_that_is_too_long_is_refused_as_a_whole(client: Client, url: str, draft: Assessment) -> None:
    response = save(client, url, priorities="x" * 10_001, finding_kps="50")
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#form-moved-on"
    draft.refresh_from_db()
    assert draft.findings == {}


def test_save_and_go(client: Client, url: str, draft: Assessment) -> None:
    assert save(client, url, next="sign")["HX-Redirect"] == address("plan_sign", draft.pk)
    response = client.post(url, form_of(client.get(url), next="close"))
    assert response["Location"] == address("patient_detail", draft.patient_id)


def test_unknown_answers_of_no_question_are_ignored(client: Client, url: str, draft: Assessment) -> None:
    assert save(client, url, finding_no_such_thing="yes").status_code == 200
    draft.refresh_from_db()
    assert draft.findings == {}


def test_closed_assessments_are_not_edited(
    cast: Cast, client: Client, url: str, draft: Assessment, patient: Patient
) -> None:
    filled = form_of(client.get(url), finding_kps="50")
    discard_assessment(draft, by=cast.registrar, reason="Opened for the wrong day")
    assert "Opened for the wrong day" in text_of(client.get(url))
    refused = client.post(url, filled, headers=HTMX)
    assert (refused.status_code, refused["HX-Retarget"]) == (409, "#form-moved-on")
    assert "The assessment was discarded and cannot be changed." in text_of(refused)
    assert client.post(address("decision_record", draft.pk, "neuroimaging"), {}, headers=HTMX).status_code == 409
    plan = factories.make_plan(cast.consultant, patient)
    assert client.get(address("assessment_edit", plan.assessment_id))["Location"] == address("plan_detail", plan.pk)


def test_what_is_written_to_the_log(client: Client, url: str) -> None:
    assert events_of(lambda: client.get(url)) == ["patients.assessment_viewed"]
    filled = form_of(client.get(url), finding_kps="50")
    assert events_of(lambda: client.post(url, filled, headers=HTMX)) == ["patients.assessment_saved"]


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, url: str, patient: Patient) -> None:
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    nobody_is_sent_to_sign_in(client_of(None), url)
    assert client_of(None).post(url, headers=HTMX).status_code == 401
    refuses_other_methods(client, url, "put", "delete", "patch")


def test_names_and_texts_are_shown_as_text(cast: Cast, client: Client, release: object) -> None:
    patient = factories.make_patient(cast.registrar, cast.neuro_oncology, family_name="<script>alert(1)</script>")
    draft = factories.make_draft(cast.registrar, patient, {"kps": Answer("<b>65</b>")})
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    assert "<script>alert" not in page
    assert "<SCRIPT>ALERT" not in page
    assert "<b>65</b>" not in page


def test_the_statements_per_change_do_not_grow(
    cast: Cast, client: Client, url: str, draft: Assessment, django_assert_max_num_queries: object
) -> None:
    filled = form_of(client.get(url), finding_kps="50")
    context = FormContext.of(draft, user=cast.registrar, today=draft.day)
    assert context.revision == draft.revision
    # One of them reads the patient's audit key, afresh every time: a destroyed key is never written with.
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        client.post(url, filled, headers=HTMX)


def test_a_form_without_the_texts_leaves_them_as_they_are(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, {}, priorities="To be at home", ceilings="Ward care")
    filled = form_of(client.get(url), finding_kps="50")
    del filled["priorities"], filled["ceilings"]
    assert client.post(url, filled, headers=HTMX).status_code == 200
    draft.refresh_from_db()
    assert (draft.findings["kps"]["value"], draft.priorities, draft.ceilings) == ("50", "To be at home", "Ward care")
    client.post(url, form_of(client.get(url), ceilings=""), headers=HTMX)
    draft.refresh_from_db()
    assert (draft.priorities, draft.ceilings) == ("To be at home", "")


def test_wishes_that_were_carried_forward_are_marked_until_they_change(
    cast: Cast, client: Client, patient: Patient, draft: Assessment
) -> None:
    saved = factories.save(draft, cast.consultant, {}, priorities="To be at home", ceilings="Ward care").assessment
    first = sign_plan(saved, by=cast.consultant, **factories.signing(saved))
    assert first.body_document["texts_carried_from"] == {}
    second = start_assessment(patient, by=cast.consultant)
    url = address("assessment_edit", second.pk)
    mark = "Carried forward from 22-Nov-2026: check that it still holds, or change it."
    assert text_of(client.get(url)).count(mark) == 2
    assert 'aria-describedby="id_priorities_helptext"' in text_of(client.get(url))
    assert 'id="id_priorities_helptext"' in text_of(client.get(url))
    second = factories.save(second, cast.consultant, {}, ceilings="For full treatment").assessment
    assert text_of(client.get(url)).count(mark) == 1
    assert (
        text_of(client.get(address("plan_sign", second.pk))).count("Carried forward from 22-Nov-2026, unchanged.") == 1
    )
    plan = sign_plan(second, by=cast.consultant, **factories.signing(second))
    assert plan.body_document["texts_carried_from"] == {"priorities": "22-Nov-2026"}
    page = text_of(client.get(address("plan_detail", plan.pk)))
    assert page.count("Carried forward from 22-Nov-2026, unchanged.") == 1
