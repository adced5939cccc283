"""Each page in each state: no accessibility fault, no sideways scroll, and every stop of the Tab key in sight."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from patients.models import Assessment, Patient
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.steps import BLEEDING, when_typing
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FULL = factories.FAVOURABLE | {
    "intracranial_bleed": "none",
    "ventricular_device": "none",
    "radiotherapy_to_block": "no",
}
State = Callable[[Cast, Clinic, Assessment], None]


def signed_out(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.page.context.clear_cookies()
    clinic.page.goto(clinic.server)


def wrong_password(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    signed_out(cast, clinic, draft)
    clinic.page.get_by_label("User name").fill("consultant")
    clinic.page.get_by_label("Password").fill("wrong")
    clinic.page.get_by_role("button", name="Sign in", exact=True).click()
    clinic.page.get_by_text("is not right").wait_for()


def worklist(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens("worklist")


def nobody_found(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens("worklist")
    clinic.page.get_by_label("Find a patient").fill("Nobody")
    clinic.page.keyboard.press("Enter")
    clinic.page.wait_for_url("**/patients/search/")


def patient_page(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens("patient_detail", draft.patient_id)


def patient_history(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens("patient_history", draft.patient_id)


def patient_form_with_errors(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens("patient_add")
    clinic.page.get_by_label("Date of birth").fill("yesterday-ish")
    clinic.page.get_by_label("NHS number").fill("999 000 0019")
    clinic.page.get_by_role("button", name="Add patient").click()
    clinic.page.get_by_text("There is a problem").wait_for()


def partial(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, {"lm_diagnosis": "established", "primary_tumour": "breast"})
    clinic.opens_assessment(draft)


def full_with_everything_open(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, FULL)
    clinic.opens_assessment(draft)
    clinic.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def open_editor(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    card = clinic.card("intrathecal_chemotherapy")
    card.locator("summary", has_text="Give anyway").click()
    # Nothing is chosen yet: the answer is refused on the card
    card.get_by_role("button", name="Save: give anyway").click()
    card.locator(".field-error").wait_for()


def refused_field(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    when_typing(clinic, "kps", "65")


def sign_page_with_problems(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens("plan_sign", draft.pk)
    clinic.page.get_by_role("button", name="Sign the care plan").click()
    clinic.page.get_by_text("There is a problem").wait_for()


STATES = (
    signed_out,
    wrong_password,
    worklist,
    nobody_found,
    patient_page,
    patient_history,
    patient_form_with_errors,
    partial,
    full_with_everything_open,
    open_editor,
    refused_field,
    sign_page_with_problems,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_fault_in_any_state(state: State, cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    state(cast, clinic, draft)
    for width, height in ((1440, 900), (820, 1180)):
        clinic.page.set_viewport_size({"width": width, "height": height})
        clinic.fits()
        clinic.is_accessible()
    clinic.page.set_viewport_size({"width": 320, "height": 700})
    clinic.fits()


def test_errors_take_the_focus_and_lead_to_their_fields(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    patient_form_with_errors(cast, clinic, draft)
    expect(clinic.page).to_have_title("Error: New patient - LM Pathways")
    summary = clinic.page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="NHS number").click()
    assert clinic.focus() == "id_nhs_number"
    assert clinic.page.locator("#id_nhs_number").input_value() == "999 000 0019"


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("Skip to the form", "main"),
        ("Skip to the recommendations", "panel-scroller"),
        ("Skip to save and sign", "action-bar"),
    ],
)
def test_the_skip_links_come_first_and_lead_there(clinic: Clinic, draft: Assessment, link: str, place: str) -> None:
    clinic.opens_assessment(draft)
    for _ in range(3):
        clinic.page.keyboard.press("Tab")
        if clinic.page.evaluate("document.activeElement.textContent.trim()") == link:
            break
    expect(clinic.page.get_by_role("link", name=link)).to_be_in_viewport()
    clinic.page.keyboard.press("Enter")
    assert clinic.focus() == place
    clinic.page.keyboard.press("Tab")
    assert clinic.page.evaluate(f"document.getElementById('{place}').contains(document.activeElement)")


# Whether the middle of the element that has the focus, or any corner of it, can be seen: nothing sticky lies on it.
COVERED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) { return null; }
  const box = (one.closest("label.option") ?? one).getBoundingClientRect();
  const seen = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]].some(([across, down]) => {
    const top = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
    return top && (one.contains(top) || top.contains(one) || top.closest("label")?.contains(one));
  });
  return { name: one.id || one.textContent.trim().slice(0, 40), covered: !seen };
}"""


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_is_never_covered(
    cast: Cast, clinic: Clinic, patient: Patient, size: dict[str, int], key: str
) -> None:
    # Given a page full of cards, whose bars stay where they are while it scrolls
    draft = factories.make_draft(cast.consultant, patient, BLEEDING)
    clinic.page.set_viewport_size(size)
    clinic.opens_assessment(draft)
    # When every stop of the Tab key is visited
    visited: list[str] = []
    covered = []
    for _ in range(400):
        clinic.page.keyboard.press(key)
        stop = clinic.page.evaluate(COVERED)
        if stop is None:
            break
        visited.append(stop["name"])
        if stop["covered"]:
            covered.append(stop["name"])
    # Then the round was complete and nothing was hidden
    assert {"id_finding-kps", "id_ceilings", "review-and-sign"} <= set(visited)
    assert covered == []
