"""patients:finding_withdraw, findings_confirm, release_adopt, assessment_start and assessment_discard"""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from patients.findings import Answer
from patients.models import Assessment, Patient
from patients.services.assessments import start_assessment
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, outsiders_see_nothing, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    return factories.make_draft(cast.consultant, patient, {"intracranial_bleed": Answer("present", observed_on="-3d")})


def test_withdrawing_an_error_asks_for_the_reason(client: Client, draft: Assessment) -> None:
    url = address("finding_withdraw", draft.pk, "intracranial_bleed")
    page = text_of(client.get(url))
    assert "Present, 19-Nov-2026" in page
    refused = client.post(url, {"reason": "  "})
    assert refused.status_code == 422
    assert "Write the reason." in text_of(refused)
    assert events_of(lambda: client.post(url, {"reason": "Scan of another patient"})) == ["patients.finding_withdrawn"]
    draft.refresh_from_db()
    assert "intracranial_bleed" not in draft.findings
    assert draft.withdrawn[0]["reason"] == "Scan of another patient"


@pytest.mark.parametrize("code", ["kps", "no_such_finding"])
def test_there_is_nothing_to_withdraw(client: Client, draft: Assessment, code: str) -> None:
    assert client.get(address("finding_withdraw", draft.pk, code)).status_code == 404


def test_confirming_dates_an_observation_today_and_leaves_an_event_alone(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object
) -> None:
    factories.make_plan(cast.consultant, patient, {"ventricular_device": "none"})
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        client, draft = client_of(cast.registrar), start_assessment(patient, by=cast.registrar)
        url = address("findings_confirm", draft.pk)
        page = text_of(client.get(url))
        assert "becomes an observation of 08-Dec-2026" in page
        assert "keeps its date: it is an event" in page
        assert "Choose at least one" in text_of(client.post(url))
        client.post(url, {"codes": ["primary_tumour", "ventricular_device"]})
        draft.refresh_from_db()
        assert draft.findings["primary_tumour"]["observed_on"] == "2026-12-08"
        assert draft.findings["ventricular_device"]["observed_on"] == "2026-11-22"
        assert draft.findings["ventricular_device"]["confirmed"]
        assert not draft.findings["vte"]["confirmed"]


def test_what_does_not_count_any_more_cannot_be_confirmed(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object
) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        client, draft = client_of(cast.registrar), start_assessment(patient, by=cast.registrar)
        url = address("findings_confirm", draft.pk)
        page = text_of(client.get(url))
        assert "Does not count: 16 days old" in page
        assert 'value="kps"' not in page
        assert 'value="primary_tumour"' in page
        form = text_of(client.get(address("assessment_edit", draft.pk)))
        assert 'id="repeat-kps"' not in form
        assert 'id="repeat-primary_tumour"' in form
        refused = client.post(url, {"codes": ["kps", "primary_tumour"]})
        assert refused.status_code == 422
        assert ": does not count any more, so it cannot be confirmed." in text_of(refused)
        assert "Enter the new result with its date." in text_of(refused)
        draft.refresh_from_db()
        assert (draft.findings["kps"]["observed_on"], draft.findings["kps"]["confirmed"]) == ("2026-11-22", False)
        assert not draft.findings["primary_tumour"]["confirmed"]


def test_nothing_is_left_to_confirm(client: Client, draft: Assessment) -> None:
    assert "Nothing is left to confirm." in text_of(client.get(address("findings_confirm", draft.pk)))


def test_newer_guidance_is_taken_over_only_when_asked_for(client: Client, draft: Assessment) -> None:
    def retitle(document: dict[str, Any]) -> None:
        document["title"] = "Newer"

    newer = factories.newer_release(retitle)
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    assert "Release 2 of the guidance came into force on 22-Nov-2026, after this assessment was started" in page
    client.post(address("release_adopt", draft.pk))
    draft.refresh_from_db()
    assert draft.release_id == newer.pk
    assert "came into force on" not in text_of(client.get(address("assessment_edit", draft.pk)))
    refused = client.post(address("release_adopt", draft.pk))
    assert refused.status_code == 409
    assert "The assessment already uses the guidance in force." in text_of(refused)


def test_a_draft_is_discarded_with_a_reason(client: Client, draft: Assessment) -> None:
    url = address("assessment_discard", draft.pk)
    assert client.post(url).status_code == 422
    assert events_of(lambda: client.post(url, {"reason": "Wrong day"})) == ["patients.assessment_discarded"]
    closed = client.get(url)
    assert closed.status_code == 409
    assert "The assessment was discarded and cannot be changed." in text_of(closed)
    assert f'href="{address("assessment_edit", draft.pk)}"' in text_of(closed)
    assert events_of(lambda: client.post(url, {"reason": "again"})) == ["patients.form_shown_again"]


def test_an_assessment_is_started_once(client: Client, patient: Patient, release: object) -> None:
    url = address("assessment_start", patient.pk)
    response = client.post(url)
    started = Assessment.objects.get()
    assert response["Location"] == address("assessment_edit", started.pk)
    assert client.post(url)["Location"] == address("assessment_edit", started.pk)
    assert Assessment.objects.count() == 1
    refuses_other_methods(client, url, "get", "put")


def test_who_may_come_here(
    cast: Cast, client: Client, client_of: ClientOf, draft: Assessment, patient: Patient
) -> None:
    for url in (
        address("finding_withdraw", draft.pk, "intracranial_bleed"),
        address("findings_confirm", draft.pk),
        address("assessment_discard", draft.pk),
    ):
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
        refuses_other_methods(client, url, "put", "delete")
        assert events_of(lambda url=url: client.get(url)) == ["patients.assessment_viewed"]
    for url in (address("release_adopt", draft.pk), address("assessment_start", patient.pk)):
        assert client_of(cast.outsider).post(url).status_code == 404
    assert client.get(address("assessment_discard", uuid4())).status_code == 404


def test_ticking_all_only_fills_in_the_list(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        client, draft = client_of(cast.registrar), start_assessment(patient, by=cast.registrar)
        url = address("findings_confirm", draft.pk)
        blank = text_of(client.get(url))
        assert "checked" not in blank
        assert 'href="?tick=all#to-confirm"' in blank
        ticked = text_of(client.get(url, {"tick": "all"}))
        number = ticked.count('name="codes"')
        assert ticked.count("checked />") == number > 10
        assert f"All {number} answers are ticked, and nothing is confirmed yet." in ticked
        assert 'value="kps"' not in ticked, "what does not count is in no list of ticks"
        draft.refresh_from_db()
        assert not any(stored["confirmed"] for stored in draft.findings.values())


def test_ticks_survive_a_refusal(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        client, draft = client_of(cast.registrar), start_assessment(patient, by=cast.registrar)
        page = text_of(client.post(address("findings_confirm", draft.pk), {"codes": ["kps", "primary_tumour"]}))
        assert 'id="confirm-primary_tumour" checked' in page
        assert page.count("checked />") == 1


def test_the_strip_says_what_needs_a_new_result_and_why(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object
) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)):
        client, draft = client_of(cast.registrar), start_assessment(patient, by=cast.registrar)
        page = text_of(client.get(address("assessment_edit", draft.pk)))
        assert "carried forward from the last signed assessment, with their own dates." in page
        assert "need a new result:" in page
        assert (
            "Karnofsky performance status (KPS): 80, 22-Nov-2026. Does not count: 16 days old, counts for 14." in page
        )
        assert re.search(r"Look at \d+ and confirm", page)
        assert re.search(r"\d+ of \d+, \d+ to confirm", page), "each section says how many wait in it"
