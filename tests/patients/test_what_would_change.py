"""The smallest changes that would change the advice on a card: in place, as a page, and never with anything written."""

import re

import pytest
from django.test import Client

from audit.models import AuditEvent
from patients.findings import Answer
from patients.models import Assessment, Patient
from patients.services.assessments import discard_assessment
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
IT = "intrathecal_chemotherapy"
OPEN = {**factories.FAVOURABLE, "csf_flow": "", "intracranial_bleed": "none", "ventricular_device": "none"}
BLED = {**OPEN, "csf_flow": Answer("unobstructed", observed_on="2026-11-10"), "intracranial_bleed": "present"}


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def changes(draft: Assessment, code: str = IT) -> str:
    return address("what_would_change", draft.pk, code)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)).replace(" ,", ",")


def test_a_missing_finding_says_what_each_answer_would_do(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN)
    page = said(text_of(client.get(changes(draft))))
    assert "CSF flow: if Unobstructed: Consider; if Obstructed: Do not" in page


def test_after_a_bleed_the_way_back_needs_all_three_and_none_is_never_offered(
    client: Client, cast: Cast, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, BLED)
    page = said(text_of(client.get(changes(draft))))
    assert "Now: Not now" in page
    way = "Consider instead, if CSF flow were Unobstructed (now: not known) and Intracranial bleeding were Resolved"
    assert way in page
    assert "(now: Present, 22-Nov-2026) and Neurological examination were Stable (now: not known)." in page
    assert "Not ruled out any more, but not settled, if Intracranial bleeding were Resolved" in page
    assert "were None" not in page


def test_each_way_can_be_tried_and_leads_to_its_questions(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"csf_flow": "obstructed"})
    page = text_of(client.get(changes(draft)))
    assert "Consider instead" in page
    assert f'href="{address("assessment_edit", draft.pk)}#question-csf_flow"' in page
    assert '<input type="hidden" name="finding-csf_flow" value="unobstructed" />' in page
    assert f'action="{address("what_if", draft.pk)}"' in page


def test_page_and_fragment_say_the_same(client: Client, cast: Cast, client_of: ClientOf, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN)
    whole = client.get(changes(draft))
    part = client_of(cast.consultant, **{"HX-Request": "true"}).get(changes(draft))
    assert "HX-Request" in whole["Vary"]
    assert "<html" in text_of(whole)
    assert "<html" not in text_of(part)
    assert 'href="#question-csf_flow"' in text_of(part)  # on the page of the form itself
    title, answer = said(text_of(part)).split("Now:")
    assert "What would change this: Intrathecal chemotherapy" in title
    assert f"Now:{answer}".strip() in said(text_of(whole))


def test_numbers_are_said_as_ranges(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"csf_flow": "unobstructed", "kps": "80"})
    assert "Karnofsky performance status (KPS) were below 70 (now: 80, 22-Nov-2026)" in said(
        text_of(client.get(changes(draft)))
    )


def test_every_card_has_its_link_and_loads_nothing_before_it_is_asked(
    client: Client, cast: Cast, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, OPEN)
    panel = text_of(client.get(address("assessment_edit", draft.pk)))
    cards = re.findall(r'id="card-(\w+)"', panel)
    assert cards
    for code in cards:
        assert f'href="{changes(draft, code)}" hx-get="{changes(draft, code)}" hx-target="#changes-{code}"' in panel
        assert f'<div id="changes-{code}"></div>' in panel
    assert "Would make it stricter" not in panel


def test_it_is_logged_by_intervention_and_nothing_is_written(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN)
    before = Assessment.objects.visible_to(cast.consultant).filter(pk=draft.pk).values().get()
    assert events_of(lambda: client.get(changes(draft))) == ["patients.changes_asked"]
    assert Assessment.objects.visible_to(cast.consultant).filter(pk=draft.pk).values().get() == before
    event = AuditEvent.objects.filter(action="patients.changes_asked").get()
    assert event.target == str(draft.pk)


def test_an_intervention_that_is_not_there_is_not_found(client: Client, draft: Assessment) -> None:
    assert client.get(changes(draft, "no-such-thing")).status_code == 404


def test_of_a_discarded_assessment_nothing_is_said(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN)
    draft.refresh_from_db()
    discard_assessment(draft, by=cast.consultant, reason="Wrong patient")
    answer = client.get(changes(draft))
    assert answer.status_code == 409
    assert "if Unobstructed" not in text_of(answer)


def test_without_approved_guidance_there_is_no_advice_to_change(
    client: Client, cast: Cast, draft: Assessment, settings: object
) -> None:
    factories.save(draft, cast.consultant, OPEN)
    settings.LM_MODE = "live"  # type: ignore[attr-defined]
    page = said(text_of(client.get(changes(draft))))
    assert "No approved guidance is in force, so there is no advice that could change." in page
    assert "if Unobstructed" not in page


def test_who_may_ask(cast: Cast, client: Client, client_of: ClientOf, patient: Patient, draft: Assessment) -> None:
    url = changes(draft)
    refuses_other_methods(client, url, "post", "put", "delete")
    nobody_is_sent_to_sign_in(client_of(None), url)
    outsiders_see_nothing(cast, client_of, url, patient.family_name)
