"""From a card to what would change it, to a trial beside the record, and back: with the keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import Assessment
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import then_the_page_is_still, when_it_is_saved
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IT = "intrathecal_chemotherapy"
OPEN = {**factories.FAVOURABLE, "csf_flow": "", "intracranial_bleed": "none", "ventricular_device": "none"}


def follows(clinic: Clinic, selector: str) -> None:
    """Reaches the link or button as the Tab key would, and presses Enter."""
    clinic.page.locator(selector).focus()
    clinic.page.keyboard.press("Enter")


def test_what_would_change_a_card_and_trying_it(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"csf_flow": "obstructed"})
    page = clinic.page
    clinic.opens_assessment(draft)
    # When the reader asks what would change the advice
    follows(clinic, f"#change-{IT}")
    changes = page.locator(f"#changes-{IT}")
    expect(changes).to_contain_text("Consider instead, if CSF flow were Unobstructed (now: Obstructed, ")
    then_the_page_is_still(clinic)
    # Then the answer has the focus, in place, and the page is still the form
    assert clinic.focus() == f"changes-title-{IT}"
    expect(page.locator("#assessment-form")).to_be_visible()
    clinic.is_accessible()
    clinic.fits()
    # When it is tried
    page.keyboard.press("Tab")  # the finding's own question
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Try it: CSF flow were Unobstructed"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What if: hypothetical findings").wait_for()
    # Then both verdicts stand side by side, and every part says that it is hypothetical
    row = page.locator(".what-if-table").first.get_by_role("row", name="Intrathecal chemotherapy")
    real, hypothetical = (clean(cell) for cell in row.get_by_role("cell").all_inner_texts())
    assert real.startswith("Do not give intrathecal chemotherapy Because: CSF flow: Obstructed")
    assert hypothetical.startswith("HYPOTHETICAL Consider: Intrathecal chemotherapy Because:")
    clinic.is_accessible()
    for width in (820, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        clinic.fits()
    with_forced_colours(clinic)
    # And back at the real assessment nothing has changed
    follows(clinic, ".what-if-back a")
    clinic.sees_card(IT, "Do not give intrathecal chemotherapy")
    revision = draft.revision
    draft.refresh_from_db()
    assert draft.revision == revision + 1  # the one save that the test began with


def with_forced_colours(clinic: Clinic) -> None:
    """The words and the dashed border stay when the colours of the page are taken away, and on paper."""
    page = clinic.page
    page.emulate_media(forced_colors="active")
    assert border_of(page) == "dashed"
    expect(page.locator(".what-if-strip").first).to_be_visible()
    page.emulate_media(forced_colors="none", media="print")
    expect(page.locator(".what-if-strip").first).to_be_visible()
    expect(page.locator(".what-if-then .what-if-mark").first).to_be_visible()
    expect(page.locator(".what-if-form")).to_be_hidden()
    page.emulate_media(media="screen")


def border_of(page: Any) -> str:
    style: str = page.locator(".what-if-then").first.evaluate("cell => getComputedStyle(cell).borderLeftStyle")
    return style


def test_a_hypothetical_answer_that_cannot_be(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"intracranial_bleed": "present"})
    page = clinic.page
    clinic.opens("what_if", draft.pk)
    page.get_by_label("Intracranial bleeding", exact=True).select_option("None")
    page.get_by_label("CSF flow", exact=True).select_option("Unobstructed")
    page.get_by_label("CSF flow", exact=True).press("Enter")
    follows(clinic, ".what-if-actions button")
    # Then it says why, at the finding itself, and nothing chosen is lost
    problem = page.locator("#problem-intracranial_bleed")
    expect(problem).to_contain_text("cannot be followed by “None”")
    expect(page.get_by_label("CSF flow", exact=True)).to_have_value("unobstructed")
    clinic.is_accessible()


def test_by_its_address_it_is_a_page_of_its_own(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN)
    clinic.opens("what_would_change", draft.pk, IT)
    main = clinic.page.get_by_role("main")
    expect(main).to_contain_text("CSF flow: if Unobstructed: Consider; if Obstructed: Do not")
    clinic.is_accessible()
    main.get_by_role("link", name="CSF flow").click()
    expect(clinic.question("csf_flow")).to_be_in_viewport()


def test_the_next_missing_finding_leads_there_and_back_and_on(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"kps": ""})
    page = clinic.page
    clinic.opens_assessment(draft)
    # When the next missing finding is followed from the recommendations
    follows(clinic, "#panel-next-missing")
    expect(clinic.question("kps")).to_be_in_viewport()
    with when_it_is_saved(clinic):
        clinic.question("kps").locator(".number-input").fill("80")
    # Then the same question leads back, and both links have moved on to the next
    follows(clinic, "#question-kps .question-back")
    assert clinic.focus() == "panel-title"
    expect(page.locator("#panel-next-missing")).to_have_attribute("href", "#question-csf_flow")
    expect(page.locator("#nav-missing")).to_have_attribute("href", "#question-csf_flow")
    clinic.is_accessible()
