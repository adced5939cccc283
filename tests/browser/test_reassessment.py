"""A reassessment by keyboard alone, from the patient's page to the signed plan, is done in under three minutes.

The time is worked out with the keystroke-level model of Card, Moran and Newell (1980), for somebody who types like an
average person: 0.28 s for each key (K), 1.35 s for each thing that is read or decided (M), and 1.0 s for each answer of
the server that is waited for (R), which is the most. The hand never goes to a mouse, so that nothing
is counted for it. Holding Tab down is faster than the model says; reading a card takes longer and counts as two M.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from patients.findings import Answer
from patients.models import Patient, SignedPlan
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.steps import then_the_page_is_still
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY, THOUGHT, ANSWER = 0.28, 1.35, 1.0
LONGEST = 180
MOST_TABS = 90


@dataclass
class Keyboard:
    """Presses keys and counts what the model counts."""

    page: Any
    keys: int = 0
    thoughts: int = 0
    answers: int = 0

    @property
    def seconds(self) -> float:
        return self.keys * KEY + self.thoughts * THOUGHT + self.answers * ANSWER

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def think(self, times: int = 1) -> None:
        self.thoughts += times

    def goes_to(self, target: Any) -> None:
        """By Tab, from wherever the focus is."""
        for _ in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{target} is not reached by {MOST_TABS} times Tab.")

    def skips(self, link: str) -> None:
        """From the top of a page, with one of its first links."""
        self.goes_to(self.page.get_by_role("link", name=link))
        self.press("Enter")

    def opens(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.press(key)
        self.answers += 1

    def saves(self, clinic: Clinic) -> None:
        then_the_page_is_still(clinic)
        clinic.is_saved()
        self.answers += 1


@pytest.fixture
def earlier(cast: Cast, patient: Patient) -> SignedPlan:
    """Signed with a Karnofsky status that has become too old since and a flow study of before a bleed."""
    answers = {
        "kps": Answer("80", observed_on="-16d"),
        "csf_flow": Answer("unobstructed", observed_on="-12d"),
        "intracranial_bleed": Answer("resolved", observed_on="-9d"),
        "neuro_exam": Answer("stable", observed_on="-1d"),
    }
    return factories.make_plan(cast.consultant, patient, answers)


def when_confirming_what_is_unchanged(clinic: Clinic, keyboard: Keyboard) -> None:
    page = clinic.page
    keyboard.skips("Skip to the form")
    keyboard.think()
    keyboard.goes_to(page.get_by_role("link", name=re.compile("^Look at")))
    keyboard.opens()
    rows = page.locator("input[name=codes]")
    keyboard.skips("Skip to main content")
    keyboard.goes_to(page.get_by_role("link", name=re.compile("^Tick all")))
    keyboard.opens()
    expect(page.get_by_role("status").filter(has_text="nothing is confirmed yet")).to_be_visible()
    assert rows.count() > 10
    keyboard.think(rows.count())  # each is read before it is confirmed
    keyboard.goes_to(page.get_by_role("button", name="Confirm the ticked answers"))
    keyboard.opens()


def when_entering_the_new_results(clinic: Clinic, keyboard: Keyboard) -> None:
    page = clinic.page
    for code, answer in (("kps", "70"), ("csf_flow", "")):
        question = clinic.question(code)
        keyboard.think(2)
        if answer:
            keyboard.goes_to(question.locator(".number-input"))
            keyboard.press("Control+A")
            keyboard.write(answer)
        keyboard.goes_to(question.locator(".date-input"))
        keyboard.write("-0d")
        with page.expect_response(lambda response: response.request.method == "POST"):
            keyboard.press("Tab")
        keyboard.saves(clinic)


def when_answering_the_advice(clinic: Clinic, keyboard: Keyboard) -> None:
    page = clinic.page
    for _ in range(12):
        waiting = page.get_by_role("listitem").filter(has_text="Answer before signing")
        if not waiting.count():
            return
        keyboard.think(2)
        keyboard.goes_to(waiting.first.get_by_role("button", name="Will do"))
        with page.expect_response(lambda response: response.request.method == "POST"):
            keyboard.press("Enter")
        keyboard.saves(clinic)
    raise AssertionError("An answered card asks again.")


def when_signing(clinic: Clinic, keyboard: Keyboard) -> None:
    page = clinic.page
    keyboard.goes_to(page.get_by_role("button", name=re.compile("^Review and sign")))
    keyboard.opens()
    keyboard.think(4)  # what the page sums up
    keyboard.goes_to(page.get_by_label("I made these decisions"))
    keyboard.press("Space")
    unsettled = page.get_by_label("I have seen which advice is not settled")
    if unsettled.count():
        keyboard.goes_to(unsettled)
        keyboard.press("Space")
    keyboard.goes_to(page.get_by_label("Your password"))
    keyboard.write(PASSWORD)
    keyboard.goes_to(page.get_by_role("button", name="Sign the care plan"))
    keyboard.opens()


def test_a_reassessment_by_keyboard_takes_less_than_three_minutes(clinic: Clinic, earlier: SignedPlan) -> None:
    page = clinic.page
    keyboard = Keyboard(page)
    # Given a patient whose last plan rests on an old Karnofsky status and on a flow study of before a bleed
    clinic.opens("patient_detail", earlier.patient_id)
    keyboard.think()
    keyboard.skips("Skip to main content")
    keyboard.goes_to(page.get_by_role("button", name=re.compile("^Start")))
    keyboard.opens()
    # Then the page says what was taken over, and of what does not count any more, why
    strip = page.locator(".strip", has_text="carried forward")
    expect(strip).to_contain_text("Does not count: 16 days old, counts for 14.")
    expect(strip).to_contain_text("it predates “Intracranial bleeding”")
    # When what is unchanged is confirmed, the rest entered, and the advice answered and signed
    when_confirming_what_is_unchanged(clinic, keyboard)
    when_entering_the_new_results(clinic, keyboard)
    when_answering_the_advice(clinic, keyboard)
    when_signing(clinic, keyboard)
    # Then it is signed, and nobody needed a mouse or three minutes
    expect(page.get_by_role("heading", name=re.compile("^Care plan 2"))).to_be_visible()
    told = f"{keyboard.keys} keys, {keyboard.thoughts} thoughts, {keyboard.answers} answers: {keyboard.seconds:.0f} s"
    assert keyboard.seconds < LONGEST, told


def test_the_list_to_be_confirmed_is_accessible(clinic: Clinic, cast: Cast, earlier: SignedPlan) -> None:
    draft = factories.make_draft(cast.consultant, earlier.patient)
    clinic.opens("findings_confirm", draft.pk)
    clinic.page.get_by_role("link", name=re.compile("^Tick all")).click()
    clinic.page.get_by_role("status").filter(has_text="nothing is confirmed yet").wait_for()
    clinic.is_accessible()
    clinic.fits()
