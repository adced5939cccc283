"""Live mode without approved guidance: every page says so, and none gives advice. Training says what it is."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.engine.release import canonical_json, content_hash
from pathways.models import Release
from pathways.selectors import document_of
from pathways.services.releases import activate_release
from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments import start_assessment
from patients.services.plans import SigningRefused, sign_plan
from patients.signing import SignObstacle
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, text_of

pytestmark = pytest.mark.django_db
STATUS = "Content: no approved guidance is in force. No advice is given."


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: Release) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


@pytest.fixture
def draft(cast: Cast, plan: SignedPlan) -> Assessment:
    return factories.save(
        start_assessment(plan.patient, by=cast.consultant), cast.consultant, factories.FAVOURABLE
    ).assessment


@pytest.fixture
def pages(draft: Assessment, plan: SignedPlan) -> dict[str, str]:
    """Every page with the frame that a clinician sees."""
    return {
        "worklist": address("worklist"),
        "patient": address("patient_detail", draft.patient_id),
        "details": address("patient_edit", draft.patient_id),
        "history": address("patient_history", draft.patient_id),
        "assessment": address("assessment_edit", draft.pk),
        "confirm": address("findings_confirm", draft.pk),
        "discard": address("assessment_discard", draft.pk),
        "sign": address("plan_sign", draft.pk),
        "plan": address("plan_detail", plan.pk),
        "withdraw": address("plan_withdraw", plan.pk),
        "about": reverse("pathways:about"),
        "help": reverse("pathways:help"),
    }


def test_every_page_says_that_no_guidance_is_approved(client: Client, pages: dict[str, str], settings: Any) -> None:
    settings.LM_MODE = "live"
    for name, url in pages.items():
        response = client.get(url)
        assert response.status_code == 200, name
        assert STATUS in text_of(response), name
        assert ">LIVE<" in text_of(response), name


def test_no_page_of_today_gives_advice(client: Client, pages: dict[str, str], settings: Any) -> None:
    advised = text_of(client.get(pages["sign"]))
    assert "answer the advice" in advised
    settings.LM_MODE = "live"
    for name in ("worklist", "patient", "assessment", "confirm", "sign", "about"):
        page = text_of(client.get(pages[name]))
        assert not re.search(r'id="card-|class="review-advice"|answer the advice|could still change', page), name


def test_each_page_says_what_that_means_there(client: Client, pages: dict[str, str], settings: Any) -> None:
    settings.LM_MODE = "live"
    expected = {
        "patient": "No guidance is in force, so no assessment can be started.",
        "assessment": "No approved guidance is in force. This assessment can be filled in, but not signed.",
        "sign": "No approved guidance is in force: a care plan cannot be signed.",
        "plan": "No approved guidance is in force now. This plan says what was advised on the day it was signed.",
        "about": "There is no advice and nothing can be signed until guidance is in force.",
    }
    for name, sentence in expected.items():
        page = text_of(client.get(pages[name]))
        # An open draft is the nearer reason on the patient's page.
        assert sentence in page or (name == "patient" and "There is an open draft" in page), name


def test_a_printed_plan_says_it_too(client: Client, plan: SignedPlan, settings: Any) -> None:
    url = address("plan_print", plan.pk)
    assert "is in force now" not in text_of(client.get(url))
    settings.LM_MODE = "live"
    assert "No approved guidance is in force now." in text_of(client.get(url))


def test_nothing_is_signed(cast: Cast, draft: Assessment, settings: Any) -> None:
    factories.answer_what_is_required(draft, cast.consultant)
    seen = factories.signing(draft)
    settings.LM_MODE = "live"
    with pytest.raises(SigningRefused) as refused:
        sign_plan(draft, by=cast.consultant, **seen)
    assert [one.kind for one in refused.value.obstacles] == [SignObstacle.NO_GUIDANCE]


def test_a_draft_on_guidance_that_is_not_approved_gets_no_advice_from_the_approved_one(
    client: Client, draft: Assessment, pages: dict[str, str], settings: Any
) -> None:
    settings.LM_MODE = "live"
    activate_release(approved(draft.release), by=None)
    page = text_of(client.get(pages["assessment"]))
    assert STATUS not in page
    assert "there is no advice" in page
    assert 'id="card-' not in page
    assert "Move to release 2" in page
    sign = text_of(client.get(pages["sign"]))
    assert "Newer guidance is in force." in sign
    assert "answer the advice" not in sign


def approved(release: Release) -> Release:
    """The same content under another title, approved."""
    document = document_of(release) | {"title": "Approved"}
    return Release.objects.create(
        number=2,
        sha256=content_hash(document),
        title="Approved",
        status="approved",
        document=canonical_json(document),
        created_by_name="test",
    )


def test_training_shows_its_state_on_every_page(client: Client, pages: dict[str, str], plan: SignedPlan) -> None:
    for name, url in pages.items():
        page = text_of(client.get(url))
        assert ">TRAINING<" in page, name
        assert "Content: release 1, under review, not proved yet" in page, name
    assert "TRAINING." in text_of(client.get(address("plan_print", plan.pk)))


def test_a_live_print_is_not_called_training(client: Client, plan: SignedPlan, settings: Any) -> None:
    settings.LM_MODE = "live"
    assert "TRAINING" not in text_of(client.get(address("plan_print", plan.pk)))


def test_the_admin_site_says_it_too(cast: Cast, client_of: ClientOf, release: Release, settings: Any) -> None:
    url = reverse("admin:index")
    page = text_of(client_of(cast.administrator).get(url))
    assert "TRAINING" in page
    assert "Content: release 1, under review, not proved yet" in page
    settings.LM_MODE = "live"
    page = text_of(client_of(cast.administrator).get(url))
    assert "TRAINING" not in page
    assert STATUS in page
