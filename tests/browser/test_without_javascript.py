"""Everything works without JavaScript: it is only slower."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from audit.models import AuditEvent
from patients.models import Assessment, SignedPlan
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import BLEEDING, then_the_record_holds, when_signing_in, when_signing_the_plan
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE = "Save and update the recommendations"


@pytest.fixture
def plain(new_context: Callable[..., Any], live_server: Any, cast: Cast) -> Iterator[Clinic]:
    """A browser that runs no scripts, with the consultant signed in through the form."""
    page = new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(8000)
    clinic = Clinic(page, live_server.url)
    page.goto(live_server.url)
    when_signing_in(page, "consultant")
    yield clinic
    clinic.has_no_complaints()


def when_saving(clinic: Clinic) -> None:
    with clinic.page.expect_response(lambda response: response.request.method == "POST"):
        clinic.page.get_by_role("button", name=SAVE).first.click()
    clinic.page.wait_for_load_state("load")


def test_from_the_first_answer_to_the_care_plan(plain: Clinic, draft: Assessment) -> None:
    page = plain.page
    # Given a draft, found on the worklist
    page.get_by_role("link", name="Worklist").click()
    page.get_by_role("link", name=draft.patient.family_name.upper()).click()
    page.get_by_role("link", name="Continue the draft").click()
    # When answers are chosen and saved with the button that only this reader sees
    expect(page.get_by_role("button", name=SAVE).first).to_be_visible()
    plain.chooses("lm_diagnosis", "Established")
    plain.question("kps").locator(".number-input").fill("50")
    when_saving(plain)
    # Then the panel has followed, and the draft is in the record
    plain.sees_card("best_supportive_care", "Do give best supportive care")
    then_the_record_holds(draft, "kps", "50")
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == 1
    # When the advice is answered
    plain.card("best_supportive_care").get_by_role("button", name="Will do").click()
    expect(plain.card("best_supportive_care").locator(".given-answer")).to_contain_text("Will do. Dr Jane Okafor")
    # And signed
    page.get_by_role("button", name="Review and sign", exact=True).click()
    when_signing_the_plan(plain)
    expect(page.get_by_role("heading", name="Care plan 1")).to_be_visible()
    assert "Signed by Dr Jane Okafor" in clean(page.get_by_role("main").inner_text())
    page.get_by_role("link", name="Print", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(f"{draft.patient.family_name.upper()}, Anna")
    assert SignedPlan.objects.count() == 1


def test_with_javascript_that_button_is_out_of_the_way(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    expect(clinic.page.get_by_role("button", name=SAVE).first).to_be_hidden()


def test_a_refused_number_is_shown_and_kept(plain: Clinic, draft: Assessment) -> None:
    plain.opens_assessment(draft)
    plain.question("kps").locator(".number-input").fill("65")
    plain.chooses("vte", "Established")
    when_saving(plain)
    assert "65 is not a step of 10" in plain.note("kps")
    assert plain.question("kps").locator(".number-input").input_value() == "65"
    # And what was right has been saved with it
    then_the_record_holds(draft, "vte", "established")


def test_a_question_follows_its_condition(plain: Clinic, draft: Assessment) -> None:
    plain.opens_assessment(draft)
    expect(plain.question("her2")).to_be_hidden()
    plain.chooses("primary_tumour", "Breast")
    when_saving(plain)
    expect(plain.question("her2")).to_be_visible()


def test_declining_needs_its_reason_and_keeps_nothing_back(cast: Cast, plain: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    plain.opens_assessment(draft)
    card = plain.card("best_supportive_care")
    card.locator("summary", has_text="Not doing").click()
    card.get_by_label("Patient declines").check()
    card.get_by_role("button", name="Save: not doing").click()
    expect(plain.card("best_supportive_care").locator(".given-answer")).to_contain_text("Not doing: patient declines.")


def test_a_colleague_saved_first(cast: Cast, plain: Clinic, draft: Assessment) -> None:
    plain.opens_assessment(draft)
    factories.save(draft, cast.registrar, {"kps": "80"})
    plain.question("kps").locator(".number-input").fill("50")
    when_saving(plain)
    strip = plain.page.locator("#form-moved-on")
    expect(strip).to_contain_text("Not saved")
    assert plain.question("kps").locator(".number-input").input_value() == "50"
    strip.get_by_role("button", name="Keep mine").click()
    expect(strip).not_to_contain_text("Not saved")
    then_the_record_holds(draft, "kps", "50")
