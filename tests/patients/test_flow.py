"""patients:flow and flow_print"""

import json
import re
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.models.plans import AlteredPlan
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

pytestmark = pytest.mark.django_db
VIEWS = {"flow": "patients.flow_viewed", "flow_print": "patients.flow_printed"}
BLEEDING: dict[str, Any] = {
    "lm_diagnosis": "established",
    "kps": "50",
    "intracranial_bleed": Answer("present", observed_on="-3d"),
    "deposits": "linear",
}


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


@pytest.fixture
def bleeding(cast: Cast, patient: Patient, release: object) -> Assessment:
    return factories.make_draft(cast.consultant, patient, BLEEDING)


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: object) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


def shown(client: Client, assessment: Assessment, view: str = "flow", **asked: str) -> str:
    return text_of(client.get(address(view, assessment.pk), asked))


# What it says


def test_the_way_of_this_patient_in_words(client: Client, bleeding: Assessment) -> None:
    for view in VIEWS:
        page = shown(client, bleeding, view, pathway="intracranial-bleed")
        for words in (
            "Intracranial bleeding: flow diagram",
            "DRAFT, NOT SIGNED. Findings as of 22-Nov-2026",
            "Release 1, under review, not proved yet",
            "Start: Intracranial bleeding is Present or Resolved. This patient: Present, 19-Nov-2026",
            "Intracranial bleeding: Present, 19-Nov-2026",
            "Not now: Intrathecal chemotherapy",
            "Waiting for ",
            "flow-taken",
            "flow-waiting",
        ):
            assert words in page, words
        assert "Intracranial bleeding: Resolved" not in page


def test_a_number_stands_with_the_limit_that_it_meets(
    client: Client, cast: Cast, patient: Patient, release: object
) -> None:
    draft = factories.make_draft(cast.consultant, patient, {"lm_diagnosis": "established", "kps": "80"})
    page = shown(client, draft, pathway="initial-treatment", section="general-notes")
    assert "Karnofsky performance status (KPS): 80, 22-Nov-2026 (70 or more)" in page


def test_what_is_derived_says_from_what(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="initial-treatment")
    assert "Prognosis group: Poor, from Karnofsky performance status (KPS): 50" in page


def test_the_whole_pathway_shows_what_is_not_this_patients_way(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="intracranial-bleed", show="all")
    assert "Intracranial bleeding: Resolved (this patient: Present, 19-Nov-2026)" in page
    assert "flow-rest" in page


def test_boxes_lead_to_the_question_and_to_the_card(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="intracranial-bleed", show="all", section="intrathecal_chemotherapy")
    form = text_of(client.get(address("assessment_edit", bleeding.pk)))
    targets = re.findall(rf'href="{address("assessment_edit", bleeding.pk)}#([^"]+)"', page)
    assert {"question-intracranial_bleed", "question-csf_flow", "card-intrathecal_chemotherapy"} <= set(targets)
    for target in set(targets):
        assert f'id="{target}"' in form, target


def test_the_verdict_of_all_pathways_stands_above_each_section(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="initial-treatment", section="intrathecal_chemotherapy", show="all")
    section = page[page.index('id="section-intrathecal_chemotherapy"') :]
    assert "<strong>Not now</strong>" in section[: section.index("</section>")]


def test_what_another_pathway_overrules_is_told(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="initial-treatment", section="intrathecal_chemotherapy", show="all")
    assert "This patient, but overruled: Not now" in page


def test_nothing_is_recorded_yet(client: Client, draft: Assessment) -> None:
    page = shown(client, draft, pathway="initial-treatment")
    assert "No path yet: answer" in page
    assert f'href="{address("assessment_edit", draft.pk)}#question-lm_diagnosis">Leptomeningeal metastasis</a>' in page
    assert "flow-chart" not in page
    assert "flow-waiting" in shown(client, draft, pathway="initial-treatment", show="all")


def test_what_is_waited_for_is_said_at_the_question_too(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, "flow_print", pathway="intracranial-bleed")
    assert "Symptomatic site: not known; it would have to be Yes" in page


def test_blank_stays_unknown(client: Client, draft: Assessment) -> None:
    page = shown(client, draft, pathway="safety", show="all")
    assert "This patient: not known" in page
    assert "flow-ending flow-taken" not in page


def test_a_pathway_that_does_not_apply_says_why(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="diagnosis")
    assert (
        "No path: this pathway does not apply. It is for patients where Leptomeningeal metastasis is Suspected. "
        "This patient: Established, 22-Nov-2026." in page
    )


def test_a_pathway_of_which_nothing_applies(client: Client, cast: Cast, patient: Patient, release: object) -> None:
    draft = factories.make_draft(
        cast.consultant, patient, factories.FAVOURABLE | dict.fromkeys(factories.EVENTS[:1], "none")
    )
    assert "No path: everything that this pathway asks is answered" in shown(client, draft, pathway="safety")


def test_without_a_choice_the_first_pathway_with_a_way_is_shown(client: Client, bleeding: Assessment) -> None:
    assert "Safety: flow diagram" in shown(client, bleeding)
    assert "Intracranial bleeding (" in shown(client, bleeding)


def test_what_does_not_exist_is_left_aside(client: Client, bleeding: Assessment) -> None:
    for asked in (
        "pathway=nothing",
        "show=x",
        "zoom=-1",
        "zoom=1e9",
        "section=%3Cb%3E",
        "pathway=%F0",
        "zoom=75&zoom=x",
    ):
        for view in VIEWS:
            assert client.get(f"{address(view, bleeding.pk)}?{asked}").status_code == 200, asked


def test_zoom_and_choices_are_links_that_keep_the_rest(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, pathway="safety", show="all", zoom="150")
    assert "?pathway=safety&amp;show=all&amp;zoom=200" in page
    assert "?pathway=safety&amp;show=mine&amp;zoom=150" in page
    assert "?pathway=intracranial-bleed&amp;show=all&amp;zoom=150" in page


def test_what_the_policy_refuses_is_not_in_the_drawing(client: Client, bleeding: Assessment) -> None:
    for view in VIEWS:
        drawings = re.findall(r"<svg class=\"flow-chart\".*?</svg>", shown(client, bleeding, view), re.DOTALL)
        assert drawings
        assert not re.search(r"style|<script|\son[a-z]+=|foreignObject|javascript:", "".join(drawings))


def test_ids_are_said_once(client: Client, bleeding: Assessment) -> None:
    for view in VIEWS:
        ids = re.findall(r'\sid="([^"]+)"', shown(client, bleeding, view, pathway="initial-treatment", show="all"))
        assert len(ids) == len(set(ids)), view


# On paper


def test_paper_names_the_patient_the_content_and_who_printed(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, "flow_print", pathway="intracranial-bleed", show="all")
    patient = bleeding.patient
    head, foot = (re.search(rf'<td class="sheet-{part}">(.*?)</td>', page, re.DOTALL) for part in ("head", "foot"))
    assert head
    assert foot
    for words in ("TRAINING", patient.family_name.upper(), patient.hospital_number, "14-Jul-1961"):
        assert words in head[1], words
    for words in (
        "DRAFT, NOT SIGNED",
        "Release 1, under review",
        "Printed 22-Nov-2026 10:42 by Dr Samir Haddad",
        "Not a care plan",
    ):
        assert words in foot[1], words


def test_paper_shows_every_section(client: Client, bleeding: Assessment) -> None:
    page = shown(client, bleeding, "flow_print", pathway="initial-treatment", show="all", section="corticosteroids")
    assert page.count('class="flow-section"') == page.count(" as a list") > 8


# What was signed


def test_a_signed_assessment_is_shown_as_of_its_day(client: Client, plan: SignedPlan) -> None:
    for view in VIEWS:
        page = shown(client, plan.assessment, view, pathway="initial-treatment")
        assert f"Care plan {plan.number}, signed by Dr Jane Okafor. Findings as of 22-Nov-2026" in page
        assert "Do give systemic therapy" in page
        assert address("plan_detail", plan.pk) in page
        assert "#question-" not in page
        assert "NOT SIGNED" not in page


def test_a_plan_that_was_superseded_or_withdrawn_says_so(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    factories.make_plan(cast.consultant, patient)
    assert "Superseded: a later care plan" in shown(client, plan.assessment)
    withdraw_plan(plan, by=cast.consultant, reason="Of another patient")
    assert "Withdrawn as entered in error" in shown(client, plan.assessment, "flow_print")


def test_a_plan_that_is_not_what_was_signed_shows_nothing(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for view in VIEWS:

        def altered(self: SignedPlan) -> object:
            raise AlteredPlan("Care plan does not match its fingerprint.")

        monkeypatch.setattr(SignedPlan, "body_document", property(altered))
        response = client.get(address(view, plan.assessment.pk))
        assert response.status_code == 409
        assert "flow-chart" not in text_of(response)


def test_rules_that_come_out_otherwise_than_on_the_day_of_signing_are_not_drawn(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.loads(plan.body)
    body["evaluated"]["rules"]["init-systemic"] = "unknown"
    monkeypatch.setattr(SignedPlan, "body_document", body)
    page = shown(client, plan.assessment)
    assert "The rules do not come out today as they did when this was signed" in page
    assert "flow-chart" not in page


def test_a_discarded_draft_leads_to_its_own_page(cast: Cast, client: Client, bleeding: Assessment) -> None:
    discard_assessment(bleeding, by=cast.consultant, reason="Of another patient")
    response = client.get(address("flow", bleeding.pk))
    assert response.status_code == 302
    assert response["Location"] == address("assessment_edit", bleeding.pk)


@override_settings(LM_MODE="live")
def test_in_live_mode_unapproved_guidance_draws_nothing(
    client: Client, bleeding: Assessment, plan_of_another: SignedPlan
) -> None:
    for view in VIEWS:
        for assessment in (bleeding, plan_of_another.assessment):
            page = shown(client, assessment, view, show="all")
            assert "No approved guidance is in force, so there is no advice and no diagram." in page
            for words in ("flow-chart", "Not now", "Do give"):
                assert words not in page, words


@pytest.fixture
def plan_of_another(cast: Cast, release: object) -> SignedPlan:
    return factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))


# Who, and what the log is told


def test_reading_is_exactly_one_event(client: Client, bleeding: Assessment, plan_of_another: SignedPlan) -> None:
    for view, event in VIEWS.items():
        for assessment in (bleeding, plan_of_another.assessment):
            where = address(view, assessment.pk)
            assert events_of(partial(client.get, where)) == [event]


def test_outsiders(cast: Cast, client_of: ClientOf, bleeding: Assessment) -> None:
    for view in VIEWS:
        outsiders_see_nothing(cast, client_of, address(view, bleeding.pk), bleeding.patient.family_name)


def test_methods_ids_and_sign_in(client: Client, client_of: ClientOf, bleeding: Assessment) -> None:
    for view in VIEWS:
        refuses_other_methods(client, address(view, bleeding.pk), "post", "put", "delete", "patch")
        assert client.get(address(view, uuid4())).status_code == 404
        nobody_is_sent_to_sign_in(client_of(None), address(view, bleeding.pk))


def test_how_often_the_database_is_asked(client: Client, bleeding: Assessment) -> None:
    shown(client, bleeding)
    with CaptureQueriesContext(connection) as once:
        shown(client, bleeding)
    with CaptureQueriesContext(connection) as whole:
        shown(client, bleeding, pathway="initial-treatment", show="all")
    assert len(whole) == len(once)


def test_the_assessment_and_the_care_plan_lead_to_it(
    client: Client, bleeding: Assessment, plan_of_another: SignedPlan
) -> None:
    for view, record, assessment in (
        ("assessment_edit", bleeding, bleeding),
        ("plan_detail", plan_of_another, plan_of_another.assessment),
    ):
        assert f'href="{address("flow", assessment.pk)}"' in text_of(client.get(address(view, record.pk)))
