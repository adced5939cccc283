"""Two tabs, two people, two patients: whatever stands open in a tab, nothing lands in the wrong record or name. HZ-7"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from audit.models import AuditEvent
from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from tests import factories
from tests.browser.clinic import Clinic
from tests.cast import PASSWORD, Cast
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BLEED = {"intracranial_bleed": Answer("present", observed_on="-3d"), "kps": "50"}
REFUSED = "opened by somebody else"
SEED = 20261122
JOURNEYS = 4
STEPS = 8


@dataclass
class Record:
    patient: Patient
    draft: Assessment
    plan: SignedPlan


@pytest.fixture
def records(cast: Cast, release: object) -> list[Record]:
    made = []
    for _ in range(2):
        patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
        plan = factories.make_plan(cast.consultant, patient)
        made.append(Record(patient, factories.make_draft(cast.consultant, patient, BLEED), plan))
    return made


def fills_reason(page: Any, text: str) -> None:
    page.locator("textarea[name=reason]").fill(text)
    page.locator("input[name=send]").click()


def edits_details(page: Any, text: str) -> None:
    page.locator("input[name=consultant]").fill(text)
    page.get_by_role("button", name="Save", exact=True).click()


def confirms(page: Any, text: str) -> None:
    page.locator("input[name=codes]").first.check()
    page.get_by_role("button", name="Confirm the ticked answers").click()


def signs(page: Any, text: str) -> None:
    page.get_by_label("Who made the decisions").fill(text)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the care plan").click()


FORMS: dict[str, Callable[[Any, str], None]] = {
    "patient_edit": edits_details,
    "finding_withdraw": fills_reason,
    "findings_confirm": confirms,
    "assessment_discard": fills_reason,
    "plan_sign": signs,
    "plan_withdraw": fills_reason,
}


def opened(view: str, record: Record) -> str:
    about = {"patient_edit": record.patient, "plan_withdraw": record.plan}.get(view, record.draft)
    return address(view, about.pk, *(["intracranial_bleed"] if view == "finding_withdraw" else []))


def written() -> list[Any]:
    """Everything that says that somebody wrote something about a patient."""
    reads = ("_viewed", "form_refused", "form_shown_again", "access_denied")
    events = [event for event in AuditEvent.objects.order_by("pk") if event.patient_id]
    return [
        (event.action, event.actor_id, event.patient_id) for event in events if not event.action.endswith(reads)
    ] + [list(table._base_manager.order_by("pk").values()) for table in (Patient, Assessment, SignedPlan)]


def changes_person(clinic: Clinic, user: User) -> None:
    """Somebody else signs in at the same computer: the cookie of the session is theirs now, in every tab."""
    clinic.signs_in(user)


def test_a_form_left_open_is_not_sent_under_the_next_name(clinic: Clinic, cast: Cast, records: list[Record]) -> None:
    """Every form in a tab of its own; then another person is signed in, and each of them is sent."""
    tabs = {}
    for view in FORMS:
        tabs[view] = clinic.page.context.new_page()
        tabs[view].goto(clinic.server + opened(view, records[0]))
    changes_person(clinic, cast.registrar)
    before = written()
    for view, page in tabs.items():
        if view in {"plan_sign", "plan_withdraw"}:
            continue  # the registrar may not sign at all; the next test sends these
        # As when the page has taken over the new session's token, which alone would let the form through
        take_over_the_token(page, clinic)
        FORMS[view](page, f"Typed in the tab {view}")
        page.wait_for_load_state()
        assert REFUSED in page.content(), view
        if view != "findings_confirm":
            assert f"Typed in the tab {view}" in page.content()
    assert written() == before


def test_a_signature_and_a_withdrawal_are_not_made_under_the_next_name(
    clinic: Clinic, cast: Cast, records: list[Record]
) -> None:
    colleague = factories_senior(cast)
    tabs = {}
    for view in ("plan_sign", "plan_withdraw"):
        tabs[view] = clinic.page.context.new_page()
        tabs[view].goto(clinic.server + opened(view, records[0]))
    changes_person(clinic, colleague)
    before = written()
    for view, page in tabs.items():
        take_over_the_token(page, clinic)
        FORMS[view](page, "Typed before")
        page.wait_for_load_state()
        assert REFUSED in page.content(), view
        assert PASSWORD not in page.content()
    assert written() == before


def test_an_answer_to_the_advice_is_not_given_under_the_next_name(
    clinic: Clinic, cast: Cast, records: list[Record]
) -> None:
    """The buttons on the cards send by themselves, without the form around the questions."""
    clinic.opens_assessment(records[0].draft)
    changes_person(clinic, cast.registrar)
    before = written()
    take_over_the_token(clinic.page, clinic)
    editor = clinic.page.locator(".decision-editor").first
    editor.locator("summary").click()
    editor.locator("button[name=answer]").click()
    expect(clinic.page.locator("#form-moved-on")).to_contain_text(REFUSED)
    assert written() == before


@pytest.mark.parametrize("seed", range(JOURNEYS))
def test_two_tabs_two_people_two_patients(clinic: Clinic, cast: Cast, records: list[Record], seed: int) -> None:
    """Random steps; after each of them, what was written stands under the person and in the record on that tab."""
    chance = Random(SEED + seed)  # noqa: S311  -- nothing secret
    people = [cast.consultant, cast.registrar]
    tabs = [clinic.page, clinic.page.context.new_page()]
    shown: list[tuple[Record, User] | None] = [None, None]
    signed_in = cast.consultant
    for step in range(STEPS):
        which = chance.randrange(2)
        match chance.choice(["open", "open", "write", "write", "change person"]):
            case "open":
                shown[which] = (chance.choice(records), signed_in)
                tabs[which].goto(clinic.server + opened("patient_edit", shown[which][0]))
            case "change person":
                signed_in = chance.choice(people)
                changes_person(clinic, signed_in)
            case "write" if shown[which]:
                record, opener = shown[which]
                known = set(AuditEvent.objects.values_list("pk", flat=True))
                before = {one.patient.pk: consultant_of(one) for one in records}
                take_over_the_token(tabs[which], clinic)
                text = f"Tab {which} step {step}"
                edits_details(tabs[which], text)
                tabs[which].wait_for_load_state()
                edits = AuditEvent.objects.exclude(pk__in=known).filter(action="patients.patient_edited")
                after = {one.patient.pk: consultant_of(one) for one in records}
                if signed_in == opener:
                    assert (
                        after == before | {record.patient.pk: text} or "while you were editing" in tabs[which].content()
                    )
                    assert {(e.actor_id, e.patient_id) for e in edits} <= {(str(opener.pk), record.patient.pk)}
                else:
                    assert REFUSED in tabs[which].content()
                    assert text in tabs[which].content()
                    assert after == before
                    assert not edits.exists()
                shown[which] = None


def consultant_of(record: Record) -> str:
    return Patient._base_manager.get(pk=record.patient.pk).consultant


def take_over_the_token(page: Any, clinic: Clinic) -> None:
    """Pages renew the token of their forms when somebody signs in again; here the person is another one."""
    page.evaluate(
        """async () => {
          const answer = await fetch("/help/", { cache: "no-store" });
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
          const token = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
          document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
        }"""
    )


def factories_senior(cast: Cast) -> User:
    """A second person of the ward who may sign."""
    from accounts.permissions import Role
    from accounts.services import Person, add_person

    person = Person(
        username="second-consultant",
        title="Dr",
        first_name="Ada",
        last_name="Berg",
        role_title="Consultant",
        registration_number="TEST-second",
        roles=frozenset({Role.SENIOR}),
    )
    return add_person(person, password=PASSWORD, wards=[cast.neuro_oncology], by=None)
