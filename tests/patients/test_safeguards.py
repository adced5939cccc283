"""What stands between the record and wrong advice: approved content in live mode, and plans that are as signed."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from patients.findings import board_of
from patients.models import Assessment, Patient, SignedPlan
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import ClientOf, address, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NO_ADVICE = "No approved guidance is in force, so there is no advice."


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    return factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def test_in_live_mode_content_under_review_gives_no_advice(client: Client, draft: Assessment, settings: Any) -> None:
    url = address("assessment_edit", draft.pk)
    assert "card-systemic_therapy" in text_of(client.get(url))
    settings.LM_MODE = "live"
    page = client.get(url)
    assert NO_ADVICE in text_of(page)
    assert "card-systemic_therapy" not in text_of(page)
    answer = client.post(url, form_of(page, finding_kps="60"), headers=HTMX)
    assert answer.status_code == 200
    assert "card-" not in text_of(answer)
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "60"


def test_in_live_mode_no_answer_to_unapproved_advice_is_taken(client: Client, draft: Assessment, settings: Any) -> None:
    advice_hash = board_of(draft, today=timezone.localdate()).advice_hashes["systemic_therapy"]
    filled = {"answer": "follow", "advice_hash": advice_hash}
    settings.LM_MODE = "live"
    response = client.post(address("decision_record", draft.pk, "systemic_therapy"), filled, headers=HTMX)
    assert response.status_code in {403, 409}
    assert not draft.decisions.exists()


@pytest.mark.parametrize("page", ["plan_detail", "plan_print"])
def test_a_plan_that_is_not_what_was_signed_is_not_shown(
    cast: Cast, client: Client, patient: Patient, release: object, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    url = address(page, plan.pk)
    assert client.get(url).status_code == 200
    monkeypatch.setattr(SignedPlan, "from_db", classmethod(forged_from_db))
    response = client.get(url)
    assert response.status_code == 409
    assert "not what was signed" in text_of(response)
    assert "forged words" not in text_of(response)


original_from_db = SignedPlan.from_db.__func__  # type: ignore[attr-defined]


def forged_from_db(cls: type[SignedPlan], *arguments: object) -> SignedPlan:
    """A row that somebody changed behind the back of the triggers."""
    plan: SignedPlan = original_from_db(cls, *arguments)
    plan.body = plan.body.replace("Will do", "forged words")
    return plan
