"""Two people in one draft, or at one computer: no answer is lost, and nobody writes under another's name."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from audit.models import AuditEvent
from patients.models import Assessment
from tests.browser import steps
from tests.browser.clinic import Clinic
from tests.browser.steps import when_choosing, when_signing_in, when_typing
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "To be at home for the birthday."


@pytest.fixture
def colleague(new_context: Callable[..., Any], live_server: Any, cast: Cast) -> Iterator[Clinic]:
    """The registrar, at another computer."""
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(8000)
    other = Clinic(page, live_server.url)
    other.signs_in(cast.registrar)
    yield other
    other.has_no_complaints()


@pytest.fixture
def both_have_it_open(clinic: Clinic, colleague: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    colleague.opens_assessment(draft)


def when_both_answer(clinic: Clinic, colleague: Clinic) -> Any:
    """The consultant first; returns what the registrar is shown then."""
    when_typing(clinic, "kps", "80")
    when_choosing(clinic, "vte", "None")
    steps.then_the_draft_is_saved(clinic)
    colleague.question("kps").locator(".number-input").fill("50")
    colleague.chooses("vte", "Established")
    colleague.page.get_by_label("What matters to the patient").fill(TEXT)
    strip = colleague.page.locator("#form-moved-on")
    expect(strip).to_contain_text("Not saved")
    steps.then_the_page_is_still(colleague)
    return strip


def then_both_values_are_shown(colleague: Clinic, strip: Any) -> None:
    colleague.page.wait_for_load_state("networkidle")
    saved, mine = strip.get_by_role("row", name="Karnofsky").locator("td").all_inner_texts()
    assert saved.startswith("80")
    assert mine.startswith("50")


@pytest.mark.usefixtures("both_have_it_open")
def test_keep_mine(clinic: Clinic, colleague: Clinic, draft: Assessment) -> None:
    strip = when_both_answer(clinic, colleague)
    then_both_values_are_shown(colleague, strip)
    steps.then_the_record_holds(draft, "kps", "80")  # nothing was overwritten so far
    # When the registrar insists
    with steps.when_it_is_saved(colleague):
        strip.get_by_role("button", name="Keep mine").click()
    steps.then_the_draft_is_saved(colleague)
    # Then every answer of the registrar stands, and the log says whose it is
    steps.then_the_record_holds(draft, "kps", "50")
    steps.then_the_record_holds(draft, "vte", "established")
    assert draft.priorities == TEXT
    assert draft.findings["kps"]["by"] == "Dr Samir Haddad"
    # And the consultant, who changes something else, is told and has the new answers in the form
    clinic.page.get_by_label("Ceilings of care").fill("Ward level")
    told = clinic.page.locator("#taken-over")
    expect(told).to_contain_text(
        "3 answers were changed meanwhile, by somebody else or in another tab, and put into this form:"
    )
    expect(told).to_contain_text(re.compile(r"Karnofsky.*: 50.*\(Dr Samir Haddad, \d\d:\d\d\)"))
    expect(clinic.question("kps").locator(".number-input")).to_have_value("50")
    expect(clinic.question("vte").get_by_label("Established", exact=True)).to_be_checked()
    expect(clinic.page.get_by_label("What matters to the patient")).to_have_value(TEXT)
    # And the next change writes nothing of them back
    steps.then_the_draft_is_saved(clinic)
    when_choosing(clinic, "antithrombotic", "None")
    steps.then_the_record_holds(draft, "kps", "50")
    assert draft.ceilings == "Ward level"


@pytest.mark.usefixtures("both_have_it_open")
def test_use_the_saved_values(clinic: Clinic, colleague: Clinic, draft: Assessment) -> None:
    strip = when_both_answer(clinic, colleague)
    strip.get_by_role("link", name="Use the saved values").click()
    expect(colleague.question("kps").locator(".number-input")).to_have_value("80")
    expect(colleague.question("vte").get_by_label("None", exact=True)).to_be_checked()
    steps.then_the_record_holds(draft, "kps", "80")
    # And from there the registrar can go on
    when_choosing(colleague, "vte", "Established")
    steps.then_the_draft_is_saved(colleague)
    steps.then_the_record_holds(draft, "vte", "established")


@pytest.mark.usefixtures("both_have_it_open")
def test_what_is_said_stays_in_sight_wherever_the_page_stands(clinic: Clinic, colleague: Clinic) -> None:
    strip = when_both_answer(clinic, colleague)
    # The registrar is at the end of the form, the strip above it: the line beside the buttons says it too
    expect(colleague.page.locator("#save-line")).to_have_text("NOT SAVED. See above the form.")
    expect(colleague.page.locator("#save-line")).to_be_in_viewport()
    expect(strip.get_by_role("alert")).to_have_count(1)


def test_another_person_at_the_same_computer_does_not_write_for_the_first(clinic: Clinic, draft: Assessment) -> None:
    # Given the consultant's form, left open
    clinic.opens_assessment(draft)
    when_typing(clinic, "kps", "80")
    # When the registrar signs in on the same computer, in another tab
    tab = clinic.page.context.new_page()
    tab.goto(clinic.server)
    tab.get_by_role("button", name="Sign out").click()
    when_signing_in(tab, "registrar")
    # And somebody goes on in the first tab
    clinic.page.get_by_label("What matters to the patient").fill(TEXT)
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for(state="attached")
    # Then it is refused, in words: the page is covered until its owner is back, and the text stays
    expect(clinic.page.get_by_role("dialog")).to_contain_text("Dr Samir Haddad is signed in on this computer now.")
    expect(clinic.page.locator("#assessment-form")).to_be_hidden()
    assert clinic.page.locator("[name=priorities]").input_value() == TEXT
    draft.refresh_from_db()
    assert draft.priorities == ""
    assert set(AuditEvent.objects.filter(action="patients.assessment_saved").values_list("actor_name", flat=True)) == {
        "Dr Jane Okafor"
    }
