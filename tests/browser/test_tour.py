"""A newcomer takes the tour by keyboard; the printed pathways and plain wording look sound."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Wording
from accounts.services import choose_wording
from patients.models import Assessment
from patients.selectors.practice import practice_state
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.conftest import SIZES
from tests.browser.steps import then_the_page_is_still, when_it_is_saved
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOUR = "/tour/"


@pytest.fixture
def newcomer(page: Page, live_server: Any, cast: Cast, release: object) -> Iterator[Clinic]:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_default_timeout(8000)
    clinic = Clinic(page, live_server.url)
    clinic.signs_in(cast.registrar)
    yield clinic
    clinic.has_no_complaints()


def when_pressing(clinic: Clinic, what: Any, key: str = "Enter") -> None:
    """By keyboard alone: it takes the focus, and then the key."""
    what.focus()
    expect(what).to_be_focused()
    clinic.page.keyboard.press(key)


def then_the_tour_says(clinic: Clinic, words: str) -> None:
    clinic.page.goto(clinic.server + TOUR)
    expect(clinic.page.get_by_text(words)).to_be_visible()


def test_from_an_empty_form_to_a_reassessment_by_keyboard(newcomer: Clinic, cast: Cast) -> None:
    page = newcomer.page
    page.goto(newcomer.server + TOUR)
    newcomer.is_accessible()
    when_pressing(newcomer, page.get_by_role("button", name="Start the practice patient"))
    expect(page.get_by_text("1 of 7 steps done")).to_be_visible()
    when_pressing(newcomer, page.get_by_role("link", name="Open the practice patient (step 2)"))
    when_pressing(newcomer, page.get_by_role("button", name="Start assessment"))
    when_the_findings_are_typed(newcomer)
    then_the_tour_says(newcomer, "4 of 7 steps done")
    when_pressing(newcomer, page.get_by_role("link", name="Open the assessment (step 5)"))
    when_the_advice_is_answered(newcomer, cast)
    page.keyboard.press("Control+Enter")
    when_the_plan_is_signed(newcomer)
    then_the_tour_says(newcomer, "6 of 7 steps done")
    when_pressing(newcomer, page.get_by_role("link", name="Open the practice patient (step 1)"))
    when_pressing(newcomer, page.get_by_role("button", name="Start reassessment"))
    page.locator("#assessment-form").wait_for()
    then_the_tour_says(newcomer, "7 of 7 steps done")
    newcomer.is_accessible()
    page.set_viewport_size(SIZES["tablet"])
    newcomer.fits()
    newcomer.is_accessible()


def when_the_findings_are_typed(clinic: Clinic) -> None:
    page = clinic.page
    page.locator("#assessment-form").wait_for()
    with when_it_is_saved(clinic):
        when_pressing(clinic, clinic.question("lm_diagnosis").get_by_label("Established", exact=True), "Space")
    with when_it_is_saved(clinic):
        clinic.question("kps").locator(".number-input").focus()
        page.keyboard.type("80")
        page.keyboard.press("Tab")
    with when_it_is_saved(clinic):
        when_pressing(clinic, clinic.question("intracranial_bleed").get_by_label("Present", exact=True), "Space")
    with when_it_is_saved(clinic):
        clinic.question("intracranial_bleed").locator(".date-input").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("-1d")
        page.keyboard.press("Tab")
    clinic.sees_card("intrathecal_chemotherapy", "Not now")


def when_the_advice_is_answered(clinic: Clinic, cast: Cast) -> None:
    for code in ("best_supportive_care", "neuroimaging"):
        clinic.sees_card(code, "Do")
        when_pressing(clinic, clinic.card(code).get_by_role("button", name="Will do"))
        clinic.card(code).locator(".given-answer").wait_for()
        then_the_page_is_still(clinic)
    state = practice_state(cast.registrar)
    assert state is not None
    assert state.decisions == 2


def when_the_plan_is_signed(clinic: Clinic) -> None:
    page = clinic.page
    when_pressing(clinic, page.get_by_label("I made these decisions"), "Space")
    when_pressing(clinic, page.get_by_label("I have seen which advice is not settled"), "Space")
    page.get_by_label("Your password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Care plan", exact=False).first.wait_for()


def test_f1_opens_help_beside_the_form_and_nothing_typed_is_lost(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.question("kps").locator(".number-input").focus()
    clinic.page.keyboard.type("70")
    with clinic.page.context.expect_page() as opened:
        clinic.page.keyboard.press("F1")
    expect(opened.value.get_by_role("heading", name="Help", exact=True)).to_be_visible()
    assert clinic.question("kps").locator(".number-input").input_value() == "70"
    opened.value.close()
    clinic.page.keyboard.press("Tab")
    clinic.is_saved()


def test_the_printed_pathways_look_sound(clinic: Clinic, release: object) -> None:
    clinic.page.goto(clinic.server + "/help/printed-pathways/")
    clinic.is_accessible()
    for width in (1280, 1920, 820):
        clinic.page.set_viewport_size({"width": width, "height": 900})
        clinic.fits()


def test_plain_wording_is_chosen_by_keyboard_and_looks_sound(clinic: Clinic, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, {"intracranial_bleed": "present"})
    clinic.opens_assessment(draft)
    when_pressing(clinic, clinic.page.get_by_role("button", name="Switch to plain wording"))
    expect(clinic.page.get_by_text("Plain wording is shown.")).to_be_visible()
    expect(clinic.page.locator("#recommendation-panel").get_by_text("plain wording").first).to_be_attached()
    clinic.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    clinic.is_accessible()
    clinic.page.set_viewport_size(SIZES["tablet"])
    clinic.fits()


def test_without_javascript_the_choice_leads_back_to_the_assessment(
    browser: Any, live_server: Any, cast: Cast, draft: Assessment
) -> None:
    choose_wording(Wording.PROFESSIONAL, by=cast.consultant)
    page = browser.new_context(java_script_enabled=False).new_page()
    clinic = Clinic(page, live_server.url)
    clinic.signs_in(cast.consultant)
    clinic.opens_assessment(draft)
    here = page.url
    page.get_by_role("button", name="Switch to plain wording").click()
    assert page.url == here
    assert "Plain wording is shown." in page.content()
    page.context.close()
