"""A clinician searches the guidance by keyboard, asks the content team, and reads the answer of an editor."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pathways.models import GuidanceQuestion, Release
from pathways.services.questions import answer_question
from tests.browser.clinic import Clinic
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_question_to_its_answer(clinic: Clinic, cast: Cast, release: Release) -> None:
    page = clinic.page
    page.set_viewport_size({"width": 820, "height": 900})
    clinic.signs_in(cast.registrar)
    page.goto(f"{clinic.server}/guidance/search/")

    when_searching(clinic, "Ommaya chemo due today but fresh brain bleed on CT, go ahead?")
    first = page.locator(".search-result").first
    expect(first.get_by_role("heading")).to_have_text("Not now: Intrathecal chemotherapy")
    expect(first.locator("mark").first).to_have_text("Withhold intrathecal chemotherapy")
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_text("Applies when")).to_be_visible()
    clinic.is_accessible()
    for width in (820, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        clinic.fits()

    when_searching(clinic, "bleed in 999 000 0018")
    expect(page.get_by_text("this looks like an NHS number")).to_be_visible()
    expect(page).to_have_title("Error: Search guidance - LM Pathways")
    clinic.is_accessible()

    when_searching(clinic, "pemetrexed")
    expect(page.get_by_role("heading", name="Nothing in the guidance in force matches “pemetrexed”")).to_be_visible()
    clinic.is_accessible()
    expect(page.get_by_label("Your question", exact=True)).to_have_value("pemetrexed")
    page.get_by_role("button", name="Send the question to the content team").press("Enter")
    expect(page.get_by_text("Not answered yet.")).to_be_visible()

    answer_question(GuidanceQuestion.objects.get(), by=cast.editor, answer="No source speaks of it.")
    clinic.opens("worklist")
    page.get_by_role("link", name="1 new answer to your questions").press("Enter")
    expect(page.get_by_text("No source speaks of it.")).to_be_visible()
    clinic.is_accessible()
    page.get_by_role("button", name="I have read this").press("Enter")
    expect(page.get_by_role("button", name="I have read this")).to_have_count(0)


def when_searching(clinic: Clinic, question: str) -> None:
    box = clinic.page.get_by_role("search").get_by_label("Question or words")
    box.fill(question)
    box.press("Enter")
    clinic.page.wait_for_load_state()


def test_a_problem_is_reported_from_a_rule_and_answered_in_the_queue(
    clinic: Clinic, cast: Cast, release: Release
) -> None:
    page = clinic.page
    clinic.signs_in(cast.registrar)
    page.goto(f"{clinic.server}/guidance/ask/?rule=bleed-lmwh&intervention=anticoagulation&kind=problem")
    expect(page.get_by_text("also call your clinical safety officer now")).to_be_visible()
    clinic.is_accessible()
    page.get_by_label("What is wrong or unclear").fill("The source says the opposite.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Problem with the guidance of")).to_be_visible()

    clinic.signs_in(cast.editor)
    page.goto(f"{clinic.server}/admin/pathways/guidance/")
    page.get_by_role("link", name="Questions (1, 1 problem reported)").click()
    clinic.is_accessible()
    page.get_by_role("link", name="The source says the opposite.").click()
    clinic.is_accessible()
    page.get_by_role("textbox", name="Answer", exact=True).fill("It is mended with the next release.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The question is answered.")).to_be_visible()
    clinic.is_accessible()
