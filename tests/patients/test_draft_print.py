"""patients:draft_print and draft_print_style: the plan of an assessment that nobody has signed, on paper"""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments.plan_details import WantedDetails, WantedItem, save_plan_details
from patients.services.plans import sign_plan
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


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    factories.answer_what_is_required(draft, cast.consultant)
    return draft


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def test_a_printed_draft_says_on_every_sheet_that_it_is_one(cast: Cast, client: Client, draft: Assessment) -> None:
    draft.refresh_from_db()
    items = {"systemic_therapy": WantedItem("Dr Okafor", date(2026, 11, 29))}
    save_plan_details(draft, by=cast.consultant, wanted=WantedDetails(items=items))
    page = text_of(client.get(address("draft_print", draft.pk)))
    style = text_of(client.get(address("draft_print_style", draft.pk)))
    assert 'class="watermark" aria-hidden="true">DRAFT - NOT SIGNED<' in page
    assert "Do give systemic therapy" in page
    assert "by 29-Nov-2026" in page
    for words in ("Signed by", "Confirmed by the signature", "signed by"):
        assert words not in page
    assert style.count(r"DRAFT \2d  NOT SIGNED") >= 2
    assert "Signed by" not in style
    assert not SignedPlan.objects.exists()


def test_a_prohibition_is_not_confirmed_by_a_draft(cast: Cast, client: Client, release: object) -> None:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    bleeding = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE | {"intracranial_bleed": "present"})
    page = text_of(client.get(address("draft_print", bleeding.pk)))
    assert "Not confirmed: nobody has signed this" in page
    assert "Confirmed by the signature" not in page


def test_a_draft_without_approved_guidance_is_not_printed(client: Client, draft: Assessment, settings: Any) -> None:
    settings.LM_MODE = "live"
    assert client.get(address("draft_print", draft.pk)).status_code == 403
    assert client.get(address("draft_print_style", draft.pk)).status_code == 403


def test_what_printing_a_draft_writes_to_the_log_and_who_may(
    cast: Cast, client: Client, client_of: ClientOf, draft: Assessment, patient: Patient
) -> None:
    assert events_of(lambda: client.get(address("draft_print", draft.pk))) == ["patients.draft_printed"]
    assert events_of(lambda: client.get(address("draft_print_style", draft.pk))) == ["patients.plan_margins_sent"]
    for view in ("draft_print", "draft_print_style"):
        url = address(view, draft.pk)
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
        nobody_is_sent_to_sign_in(client_of(None), url)
        refuses_other_methods(client, url, "post", "put", "delete")
        assert client.get(address(view, uuid4())).status_code == 404
    draft.refresh_from_db()
    sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    assert client.get(address("draft_print", draft.pk)).status_code == 409
