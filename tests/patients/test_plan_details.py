"""patients:plan_details, and what becomes of owners, days, additions, contact and outlook when the plan is signed"""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEvent
from patients.findings import board_of
from patients.form_origin import FormIsForeign
from patients.models import Assessment, Patient, SignedPlan
from patients.permissions import NotAllowed
from patients.planned import left_over, planned_interventions
from patients.services.assessments import discard_assessment
from patients.services.assessments.plan_details import (
    DetailsRefused,
    WantedAddition,
    WantedDetails,
    WantedItem,
    save_plan_details,
)
from patients.services.decisions import decide
from patients.services.plans import SigningRefused, sign_plan
from patients.signing import SignObstacle
from tests import factories
from tests.cast import PASSWORD, Cast
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

TODAY = date(2026, 11, 22)
SYSTEMIC = "systemic_therapy"
NO_EVENTS = {"intracranial_bleed": "none", "ventricular_device": "none", "radiotherapy_to_block": "no"}
CONTACT = "Sister May Lane, 01632 960 001"


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    """Everything that has to be answered is answered: systemic therapy will be done."""
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE | NO_EVENTS)
    factories.answer_what_is_required(draft, cast.consultant)
    return draft


@pytest.fixture
def url(draft: Assessment) -> str:
    return address("plan_details", draft.pk)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def added(text: str, **changed: Any) -> WantedAddition:
    row: dict[str, Any] = {"number": 0, "id": "", "text": text, "owner": "", "due": None}
    return WantedAddition(**row | changed)


def saved(draft: Assessment, by: Any, **wanted: Any) -> Assessment:
    draft.refresh_from_db()
    return save_plan_details(draft, by=by, wanted=WantedDetails(**wanted))


def answered(draft: Assessment, by: Any, intervention: str, answer: str, **more: Any) -> None:
    advice_hash = board_of(draft, today=TODAY).advice_hashes[intervention]
    decide(draft, by=by, intervention=intervention, advice_hash=advice_hash, answer=answer, **more)


# The service


def test_everything_is_kept_as_it_was_wanted(cast: Cast, draft: Assessment) -> None:
    after = saved(
        draft,
        cast.registrar,
        items={SYSTEMIC: WantedItem(" Dr Okafor ", date(2026, 11, 29))},
        additions=(added("Ask the dentist\r\nbefore steroids", owner="Ward doctor", due=TODAY),),
        contact=CONTACT,
        outlook="It cannot be cured.",
        outlook_by="Dr Okafor",
    )
    (addition,) = after.plan_details["additions"]
    assert after.plan_details["items"] == {SYSTEMIC: {"owner": "Dr Okafor", "due": "2026-11-29"}}
    assert addition["text"] == "Ask the dentist\nbefore steroids"
    assert (addition["by"], addition["at"][:10]) == ("Dr Samir Haddad", "2026-11-22")
    assert after.plan_details["contact"] == CONTACT
    assert after.plan_details["outlook"] == {"text": "It cannot be cured.", "discussed_by": "Dr Okafor"}


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        ({"items": {SYSTEMIC: WantedItem("", date(2026, 11, 21))}}, f"due-{SYSTEMIC}", "21-Nov-2026 has passed"),
        ({"items": {SYSTEMIC: WantedItem("a" * 101, None)}}, f"owner-{SYSTEMIC}", "At most 100 characters"),
        ({"items": {SYSTEMIC: WantedItem("Dr\nOkafor", None)}}, f"owner-{SYSTEMIC}", "cannot be seen"),
        ({"additions": (added("a" * 501),)}, "addition-0-text", "At most 500 characters"),
        ({"additions": (added("Give\x07it"),)}, "addition-0-text", "cannot be seen"),
        ({"additions": (added("Do \u202etog evig\u202c"),)}, "addition-0-text", "cannot be seen"),
        ({"additions": (added("Give\ud800it"),)}, "addition-0-text", "cannot be seen"),
        ({"additions": (added(" ", owner="Ward doctor"),)}, "addition-0-text", "Write what is to be done"),
        ({"additions": (added("", due=TODAY),)}, "addition-0-text", "Write what is to be done"),
        ({"additions": (added("Dentist", due=date(2026, 11, 21)),)}, "addition-0-due", "has passed"),
        ({"additions": tuple(added("x", number=row) for row in range(21))}, "additions", "At most 20 additions"),
        ({"contact": "1" * 201}, "contact", "At most 200 characters"),
        ({"contact": "Sister May Lane"}, "contact", "telephone number"),
        ({"outlook": "It cannot be cured."}, "outlook_by", "without the name it is not kept"),
        ({"outlook": "It cannot be cured.", "outlook_by": "  "}, "outlook_by", "without the name it is not kept"),
        ({"outlook_by": "Dr Okafor"}, "outlook", "Write what was said"),
        ({"outlook": "a" * 2001, "outlook_by": "Dr Okafor"}, "outlook", "At most 2000 characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_is_named_and_nothing_is_saved(
    cast: Cast, draft: Assessment, wanted: dict[str, Any], field: str, words: str
) -> None:
    before = draft.revision
    with pytest.raises(DetailsRefused) as refused:
        saved(draft, cast.registrar, **wanted)
    assert words in refused.value.problems[field]
    draft.refresh_from_db()
    assert (draft.revision, draft.plan_details) == (before, {})


def test_a_name_that_needs_a_joiner_is_taken(cast: Cast, draft: Assessment) -> None:
    name = "Sister Ni\u200dla"
    after = saved(draft, cast.registrar, items={SYSTEMIC: WantedItem(name, None)})
    assert after.plan_details["items"][SYSTEMIC]["owner"] == name


def test_who_changes_an_additions_words_has_added_it(cast: Cast, draft: Assessment) -> None:
    first = saved(draft, cast.consultant, additions=(added("Dentist"), added("Scan", number=1)))
    dentist, scan = first.plan_details["additions"]
    after = saved(
        draft,
        cast.registrar,
        additions=(
            added("Dentist, before steroids", id=dentist["id"]),
            added("Scan", number=1, id=scan["id"], owner="Dr Haddad", due=TODAY),
        ),
    )
    assert [one["by"] for one in after.plan_details["additions"]] == ["Dr Samir Haddad", "Dr Jane Okafor"]
    assert [one["id"] for one in after.plan_details["additions"]] == [dentist["id"], scan["id"]]


def test_a_cleared_addition_is_removed_and_an_invented_id_is_not_taken(cast: Cast, draft: Assessment) -> None:
    saved(draft, cast.consultant, additions=(added("Dentist"),))
    assert saved(draft, cast.consultant, additions=(added(""),)).plan_details["additions"] == []
    (made,) = saved(draft, cast.consultant, additions=(added("Scan", id="mine"),)).plan_details["additions"]
    assert made["id"] != "mine"


def test_one_event_says_in_words_what_was_and_what_is(cast: Cast, client: Client, draft: Assessment) -> None:
    saved(draft, cast.consultant, contact=CONTACT, items={SYSTEMIC: WantedItem("Dr Okafor", None)})
    later = {SYSTEMIC: WantedItem("Dr Haddad", date(2026, 11, 29))}
    saved(draft, cast.registrar, contact=CONTACT, items=later, additions=(added("Ask the dentist"),))
    event = AuditEvent.objects.get(action="patients.plan_details_saved", actor_name="Dr Samir Haddad")
    assert event.before == {SYSTEMIC: "Dr Okafor, no day set"}
    assert event.after == {
        SYSTEMIC: "Dr Haddad, by 29-Nov-2026",
        "additions": ["Ask the dentist (nobody named, no day set)"],
    }
    history = text_of(client.get(address("patient_history", draft.patient_id)))
    for words in ("Wrote who does what in the care plan", "Dr Haddad, by 29-Nov-2026", "Ask the dentist"):
        assert words in history


def test_somebody_elses_change_is_not_overwritten(cast: Cast, draft: Assessment) -> None:
    stale = Assessment.objects.get(pk=draft.pk)
    saved(draft, cast.consultant, contact=CONTACT)
    with pytest.raises(FormIsForeign):
        save_plan_details(stale, by=cast.registrar, wanted=WantedDetails())
    draft.refresh_from_db()
    assert draft.plan_details["contact"] == CONTACT


def test_only_an_open_draft_of_the_own_ward(cast: Cast, draft: Assessment) -> None:
    with pytest.raises(NotAllowed):
        saved(draft, cast.outsider, contact=CONTACT)
    discard_assessment(draft, by=cast.consultant, reason="Error")
    with pytest.raises(NotAllowed):
        saved(draft, cast.consultant, contact=CONTACT)


# What is to be done


def test_what_is_followed_used_or_discussed_is_to_be_done(cast: Cast, draft: Assessment) -> None:
    assert SYSTEMIC in planned_interventions(board_of(draft, today=TODAY))
    assert "whole_brain_radiotherapy" not in planned_interventions(board_of(draft, today=TODAY))
    answered(draft, cast.consultant, "whole_brain_radiotherapy", "follow")  # agreed that it is not advised
    assert "whole_brain_radiotherapy" not in planned_interventions(board_of(draft, today=TODAY))
    answered(draft, cast.consultant, "whole_brain_radiotherapy", "use", reason_text="The patient asks for it")
    assert "whole_brain_radiotherapy" in planned_interventions(board_of(draft, today=TODAY))


def test_what_is_not_followed_any_more_is_kept_and_not_part_of_the_plan(cast: Cast, draft: Assessment) -> None:
    draft = saved(draft, cast.consultant, items={SYSTEMIC: WantedItem("Dr Okafor", TODAY)})
    answered(draft, cast.consultant, SYSTEMIC, "decline", reason_code="patient_declines")
    board = board_of(draft, today=TODAY)
    assert (SYSTEMIC in planned_interventions(board), left_over(board)) == (False, (SYSTEMIC,))
    after = saved(draft, cast.consultant, contact=CONTACT)
    assert after.plan_details["items"][SYSTEMIC]["owner"] == "Dr Okafor"
    plan = sign_plan(after, by=cast.consultant, **factories.signing(after))
    assert plan.body_document["left_over"] == [
        {"label": "Systemic therapy", "owner": "Dr Okafor", "due": "22-Nov-2026"}
    ]
    card = card_in(plan, SYSTEMIC)
    assert (card["is_planned"], card["owner"], card["due"]) == (False, "", "")


def test_unapproved_content_plans_nothing_in_live_mode(draft: Assessment, settings: Any) -> None:
    settings.LM_MODE = "live"
    assert planned_interventions(board_of(draft, today=TODAY)) == ()


def card_in(plan: SignedPlan, intervention: str) -> dict[str, Any]:
    cards = [card for group in plan.body_document["groups"] for card in group["cards"]]
    return next(card for card in cards if card["intervention"] == intervention)


# Signing


def test_the_signed_plan_says_who_and_by_when_and_what_was_added(cast: Cast, client: Client, draft: Assessment) -> None:
    after = saved(
        draft,
        cast.registrar,
        items={SYSTEMIC: WantedItem("Dr Okafor", date(2026, 11, 29))},
        additions=(added("Ask the dentist <b>"),),
        contact=CONTACT,
    )
    plan = sign_plan(after, by=cast.consultant, **factories.signing(after))
    card = card_in(plan, SYSTEMIC)
    assert (card["is_planned"], card["owner"], card["due"]) == (True, "Dr Okafor", "29-Nov-2026")
    for view in ("plan_detail", "plan_print"):
        page = text_of(client.get(address(view, plan.pk)))
        assert "Dr Okafor</span>" in page
        assert "by 29-Nov-2026" in page
        assert "Ask the dentist &lt;b&gt;" in page
        assert "Added by Dr Samir Haddad, not from the guidance" in page
        assert CONTACT in page


def test_the_sections_stand_in_the_order_of_a_sheet(cast: Cast, draft: Assessment) -> None:
    answered(draft, cast.consultant, "intrathecal_chemotherapy", "use")
    draft.refresh_from_db()
    plan = sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    headings = [group["heading"].rpartition(" (")[0] for group in plan.body_document["groups"]]
    assert headings == ["Do", "Chosen: will be used", "Not advised, or considered and not used"]


def test_a_day_that_has_passed_is_not_signed(cast: Cast, client_of: ClientOf, draft: Assessment) -> None:
    item = {SYSTEMIC: WantedItem("Dr Okafor", TODAY)}
    saved(draft, cast.consultant, items=item, additions=(added("Dentist", due=TODAY),))
    with time_machine.travel("2026-11-23T09:00:00+00:00", tick=False):
        draft.refresh_from_db()
        with pytest.raises(SigningRefused) as refused:
            sign_plan(draft, by=cast.consultant, **factories.signing(draft))
        found = [one for one in refused.value.obstacles if one.kind is SignObstacle.DUE_IN_THE_PAST]
        assert [one.field for one in found] == [f"due-{SYSTEMIC}", "addition-0-due"]
        page = text_of(client_of(cast.consultant).get(address("plan_sign", draft.pk)))
        assert f'href="{address("plan_details", draft.pk)}#id_due-{SYSTEMIC}"' in page


def test_a_change_after_the_page_was_opened_is_not_signed_unseen(
    cast: Cast, client_of: ClientOf, draft: Assessment
) -> None:
    client, url = client_of(cast.consultant), address("plan_sign", draft.pk)
    found = re.search(r'name="board_hash" value="([^"]+)"', text_of(client.get(url)))
    assert found
    saved(draft, cast.registrar, additions=(added("Ask the dentist"),))
    filled = {"board_hash": found[1], "meaning": "own_decisions", "password": PASSWORD, "acknowledged_unsettled": "on"}
    response = client.post(url, filled)
    assert response.status_code == 422
    assert "Changed since you opened this page: who does what in the plan." in text_of(response)
    assert not SignedPlan.objects.exists()


def test_the_page_before_the_signature_sums_it_up(cast: Cast, client_of: ClientOf, draft: Assessment) -> None:
    saved(draft, cast.registrar, items={SYSTEMIC: WantedItem("Dr Okafor", None)}, additions=(added("Dentist"),))
    page = text_of(client_of(cast.consultant).get(address("plan_sign", draft.pk)))
    for words in (
        "1\N{NO-BREAK SPACE}to do, 1\N{NO-BREAK SPACE}added",
        "1\N{NO-BREAK SPACE}without a name, 2\N{NO-BREAK SPACE}without a day",
        "Added by Dr Samir Haddad, not from the guidance",
        address("plan_details", draft.pk),
        "Nobody named",
        "Nothing written",
    ):
        assert words in page, words


# The page


def test_the_page_saves_without_javascript(client: Client, url: str, draft: Assessment) -> None:
    page = text_of(client.get(url))
    assert "Do give systemic therapy" in page
    assert "Will do." in page
    filled = {
        f"owner-{SYSTEMIC}": "Dr Okafor",
        f"due-{SYSTEMIC}": "29-Nov-2026",
        "addition-0-text": "Dentist",
        "contact": CONTACT,
    }
    response = client.post(url, filled)
    assert response["Location"] == address("plan_sign", draft.pk)
    draft.refresh_from_db()
    assert draft.plan_details["items"] == {SYSTEMIC: {"owner": "Dr Okafor", "due": "2026-11-29"}}
    again = text_of(client.get(url))
    assert 'value="29-Nov-2026"' in again
    assert "added by Dr Samir Haddad" in again


def test_more_rows_come_with_saving(client: Client, url: str) -> None:
    assert text_of(client.get(url)).count("What is to be done") == 2
    response = client.post(url, {"addition-0-text": "Dentist", "addition-1-text": "Scan", "more": "yes"})
    assert response["Location"] == url
    assert text_of(client.get(url)).count("What is to be done") == 4


def test_what_was_typed_wrongly_stays_in_the_form(client: Client, url: str, draft: Assessment) -> None:
    filled = {f"due-{SYSTEMIC}": "next week", "contact": "May", "outlook": "It cannot be cured.", "addition-0-due": "x"}
    response = client.post(url, filled)
    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Who does what by when" in page
    assert f'<a href="#id_due-{SYSTEMIC}">Systemic therapy, by when: “next week” is not a date.' in page
    assert '<a href="#id_addition-0-due">Addition 1, by when: “x” is not a date.' in page
    for words in ('value="next week"', 'value="May"', "It cannot be cured."):
        assert words in page
    response = client.post(url, filled | {f"due-{SYSTEMIC}": "", "addition-0-due": ""})
    page = text_of(response)
    assert '<a href="#id_contact">Name and telephone number: Write the telephone number' in page
    assert '<a href="#id_outlook_by">' in page
    draft.refresh_from_db()
    assert draft.plan_details == {}


def test_without_answers_nothing_is_to_be_done(cast: Cast, client: Client, release: object) -> None:
    other = factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    assert "Nothing is to be done yet." in text_of(client.get(address("plan_details", other.pk)))


def test_an_old_form_is_not_taken_and_its_text_is_shown_again(
    cast: Cast, client: Client, url: str, draft: Assessment
) -> None:
    found = re.search(r'name="origin" value="([^"]+)"', text_of(client.get(url)))
    assert found
    saved(draft, cast.consultant, contact=CONTACT)
    response = client.post(url, {"origin": found[1], "addition-0-text": "Ask the dentist"})
    assert response.status_code == 409
    assert "Ask the dentist" in text_of(response)
    assert "Nothing was changed." in text_of(response)


def test_what_is_written_to_the_log(client: Client, url: str) -> None:
    assert events_of(lambda: client.get(url)) == ["patients.assessment_viewed"]
    assert events_of(lambda: client.post(url, {"contact": CONTACT})) == ["patients.plan_details_saved"]
    assert events_of(lambda: client.post(url, {"contact": "May"})) == ["patients.form_shown_again"]


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, url: str, patient: Patient) -> None:
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    nobody_is_sent_to_sign_in(client_of(None), url)
    refuses_other_methods(client, url, "put", "delete")
    assert client.get(address("plan_details", uuid4())).status_code == 404


def test_after_the_signature_nothing_is_changed(cast: Cast, client: Client, url: str, draft: Assessment) -> None:
    sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    assert client.get(url).status_code == 409
    assert client.post(url, {"contact": CONTACT}).status_code == 409
