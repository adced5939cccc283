"""accounts:wording_choose: in whose words the advice stands on the screen, and nothing else."""

import json
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Wording
from accounts.services import choose_wording
from audit.models import AuditEvent
from patients.findings import board_of
from patients.models import Assessment, Patient
from patients.presenters.plan.body import plan_body
from patients.signing import Signature
from patients.states import SignatureMeaning
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
URL = "/accounts/wording/"
PLAIN = "We will not put chemotherapy into the fluid"
PROFESSIONAL = "Withhold intrathecal chemotherapy while there is any intracranial bleeding"


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    bleeding = {"intracranial_bleed": "present", "bleed_effect": "asymptomatic_microbleeds"}
    return factories.make_draft(cast.consultant, patient, factories.FAVOURABLE | bleeding)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def choose(client: Client, wording: str = "plain", **sent: str) -> object:
    return client.post(URL, {"wording": wording, **sent})


def page_of(client: Client, draft: Assessment) -> str:
    return unescape(text_of(client.get(address("assessment_edit", draft.pk))))


def test_professional_wording_comes_first_and_the_switch_is_offered(client: Client, draft: Assessment) -> None:
    page = page_of(client, draft)
    assert PROFESSIONAL in page
    assert PLAIN not in page
    assert "Wording for professionals is shown." in page
    assert "Switch to plain wording" in page


def test_plain_wording_takes_the_place_of_the_professional_one_and_is_said_to(
    client: Client, draft: Assessment
) -> None:
    choose(client)
    page = page_of(client, draft)
    assert PLAIN in page
    assert PROFESSIONAL not in page
    assert "Plain wording is shown." in page
    assert "Switch to professional wording" in page
    assert '<span class="tag">plain wording</span>' in page


def test_a_rule_without_plain_wording_keeps_its_words_and_says_so(client: Client, draft: Assessment) -> None:
    choose(client)
    assert 'like any other bleed. <span class="tag">no plain wording</span>' in page_of(client, draft)


def test_the_same_panel_with_and_without_htmx(client: Client, draft: Assessment) -> None:
    choose(client)
    panel = unescape(text_of(client.get(address("assessment_edit", draft.pk), headers={"HX-Request": "true"})))
    assert PLAIN in panel
    assert PROFESSIONAL not in panel


@pytest.mark.parametrize("view", ["assessment_edit", "patient_detail", "worklist"])
def test_it_leads_back_to_the_page(client: Client, draft: Assessment, view: str) -> None:
    ids = {"assessment_edit": [draft.pk], "patient_detail": [draft.patient_id], "worklist": []}
    here = address(view, *ids[view])
    assert f'name="next" value="{here}"' in text_of(client.get(here))
    assert choose(client, next=here)["Location"] == here  # type: ignore[index]


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "admin:index", ""]
)
def test_it_leads_nowhere_else(client: Client, cast: Cast, elsewhere: str) -> None:
    assert choose(client, next=elsewhere)["Location"] == "/"  # type: ignore[index]


def test_one_event_says_who_chose_what(client: Client, cast: Cast) -> None:
    assert events_of(lambda: choose(client)).count("accounts.wording_chosen") == 1
    event = AuditEvent.objects.get(action="accounts.wording_chosen")
    assert event.actor_id == str(cast.consultant.pk)
    assert json.loads(bytes(event.payload))["values"]["after"] == {"wording": "plain"}


def test_another_word_is_no_wording(client: Client, cast: Cast) -> None:
    assert choose(client, "poetry").status_code == 400  # type: ignore[attr-defined]
    cast.consultant.refresh_from_db()
    assert cast.consultant.wording == Wording.PROFESSIONAL


def test_it_is_only_posted_and_only_by_somebody(client: Client) -> None:
    refuses_other_methods(client, URL, "get", "put", "delete")
    nobody_is_sent_to_sign_in(Client(), URL)


def test_everybody_chooses_for_themselves(client: Client, cast: Cast, client_of: ClientOf, draft: Assessment) -> None:
    choose(client)
    assert PROFESSIONAL in page_of(client_of(cast.registrar), draft)


def test_who_sees_no_cards_finds_the_choice_on_the_own_account(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.editor)
    assert "Switch to plain wording" in text_of(client.get("/accounts/"))
    assert "Switch to plain wording" not in text_of(client.get("/help/"))


def test_content_and_hash_and_the_body_that_is_signed_are_the_same_whatever_is_chosen(
    cast: Cast, draft: Assessment
) -> None:
    """Safety: the record never follows a preference of the screen."""
    seen = {}
    for wording in Wording:
        choose_wording(wording, by=cast.consultant)
        board = board_of(draft, today=timezone.localdate())
        seen[wording] = (board.sha256, json.dumps(plan_body(board, signature_of(cast.consultant), carried={})))
    assert seen[Wording.PLAIN] == seen[Wording.PROFESSIONAL]
    assert PROFESSIONAL in seen[Wording.PLAIN][1]


def signature_of(user: User) -> Signature:
    return Signature(
        number=1,
        signed_at=datetime(2026, 11, 22, 10, 42, tzinfo=UTC),
        signed_by={"id": str(user.pk), "name": "Dr Okafor", "role": "Consultant", "registration": "1"},
        meaning=SignatureMeaning.OWN_DECISIONS,
        on_behalf_of="",
        reassess_by=None,
        discussed_with="",
    )


def test_a_plan_signed_by_somebody_who_reads_plain_wording_is_professional(
    cast: Cast, client: Client, patient: Patient, release: object
) -> None:
    choose_wording(Wording.PLAIN, by=cast.consultant)
    plan = factories.make_plan(cast.consultant, patient, {"intracranial_bleed": "present"})
    assert PROFESSIONAL in plan.body
    page = text_of(client.get(address("plan_print", plan.pk)))
    assert PROFESSIONAL in page
    assert "plain wording" not in page
