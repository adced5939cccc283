"""Slow networks and quick hands: answers that cross on their way, and buttons that are pressed twice."""

from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import Assessment, Decision, SignedPlan
from tests import factories
from tests.browser import steps
from tests.browser.clinic import Clinic
from tests.browser.steps import BLEEDING
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Held:
    """An answer that the server has given and the network has not delivered yet."""

    def __init__(self, clinic: Clinic, address: str) -> None:
        self.page = clinic.page
        self.answers: list[tuple[Any, Any]] = []
        self.page.route(address, self._hold, times=1)

    def _hold(self, route: Any) -> None:
        self.answers.append((route, route.fetch()))

    def has_come(self) -> None:
        for _ in range(100):
            if self.answers:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("The server was never asked.")

    def is_delivered(self) -> None:
        route, response = self.answers.pop()
        route.fulfill(response=response)


def given_a_witness_of_the_panel(clinic: Clinic, selector: str) -> None:
    """Notes every moment at which what was shown once is gone again."""
    clinic.page.evaluate(
        """(selector) => {
          window.gone = 0;
          new MutationObserver(() => { window.gone += document.querySelector(selector) ? 0 : 1; })
            .observe(document.getElementById("recommendation-panel"), { childList: true, subtree: true });
        }""",
        selector,
    )


def test_the_second_change_waits_for_the_first_and_wins(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    held = Held(clinic, f"**/assessments/{draft.pk}/")
    # Given a first answer that is slow to come back
    clinic.chooses("lm_diagnosis", "Established")
    held.has_come()
    # When more is entered meanwhile
    clinic.question("kps").locator(".number-input").fill("50")
    clinic.page.wait_for_timeout(700)
    held.is_delivered()
    # Then the panel ends with the newest, and the form has lost nothing
    clinic.sees_card("best_supportive_care", "Do give best supportive care")
    steps.then_the_draft_is_saved(clinic)
    steps.then_the_record_holds(draft, "kps", "50")
    steps.then_the_record_holds(draft, "lm_diagnosis", "established")


def test_a_late_answer_to_a_decision_does_not_bring_back_older_advice(
    cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    held = Held(clinic, "**/decisions/**")
    # Given a decision whose answer is still on its way
    clinic.card("best_supportive_care").get_by_role("button", name="Will do").click()
    held.has_come()
    # When the form has moved on meanwhile
    steps.when_choosing(clinic, "vte", "Established")
    clinic.sees_card("anticoagulation", "Discuss: Anticoagulation")
    given_a_witness_of_the_panel(clinic, "#card-anticoagulation")
    held.is_delivered()
    clinic.page.wait_for_load_state("networkidle")
    steps.then_the_page_is_still(clinic)
    # Then the newer advice was never gone, and the decision stands on it
    assert clinic.page.evaluate("window.gone") == 0
    expect(clinic.card("best_supportive_care").locator(".given-answer")).to_contain_text("Will do")


def test_a_late_answer_to_a_save_does_not_hide_a_decision(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    held = Held(clinic, f"**/assessments/{draft.pk}/")
    # Given a save whose answer is still on its way
    clinic.chooses("systemic_chemotherapy", "None")
    held.has_come()
    # When a decision is made and shown meanwhile
    clinic.card("best_supportive_care").get_by_role("button", name="Will do").click()
    given = "#card-best_supportive_care .given-answer"
    expect(clinic.page.locator(given)).to_contain_text("Will do")
    given_a_witness_of_the_panel(clinic, given)
    held.is_delivered()
    steps.then_the_draft_is_saved(clinic)
    clinic.page.wait_for_load_state("networkidle")
    # Then it never went away, and the next change can be saved
    assert clinic.page.evaluate("window.gone") == 0
    steps.when_choosing(clinic, "vte", "None")
    steps.then_the_draft_is_saved(clinic)
    steps.then_the_record_holds(draft, "vte", "none")


def test_a_decision_pressed_twice_is_made_once(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    clinic.card("best_supportive_care").get_by_role("button", name="Will do").dblclick()
    expect(clinic.card("best_supportive_care").locator(".given-answer")).to_contain_text("Will do")
    clinic.page.wait_for_load_state("networkidle")
    assert Decision.objects.filter(assessment=draft).count() == 1


def test_save_and_close_pressed_twice_saves_once(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    logged = steps.saves_in_the_log()
    clinic.question("kps").locator(".number-input").fill("80")
    clinic.page.get_by_role("button", name="Save and close").dblclick()
    clinic.page.wait_for_url(f"**/patients/{draft.patient_id}/")
    clinic.page.wait_for_load_state("networkidle")
    assert steps.saves_in_the_log() == logged + 1
    steps.then_the_record_holds(draft, "kps", "80")


def test_sign_pressed_twice_signs_once(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, factories.FAVOURABLE).assessment
    factories.answer_what_is_required(draft, cast.consultant)
    clinic.opens("plan_sign", draft.pk)
    page = clinic.page
    page.get_by_label("I made these decisions").check()
    page.get_by_label("I have seen which advice is not settled").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the care plan").dblclick()
    # Then there is one plan, and the person sees it and no complaint
    expect(page.get_by_role("heading", name="Care plan 1")).to_be_visible()
    assert SignedPlan.objects.filter(assessment=draft).count() == 1
