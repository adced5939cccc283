"""The studio without JavaScript: writing a rule, submitting it and approving it only take more steps."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pathways.models import Release
from pathways.states import VersionState
from tests.browser.steps import when_signing_in
from tests.browser.studio import BLEED_PART, BLEEDING, Studio, desk, draft_of, stored_rule
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = "bleed-steroids"
CONDITION = "intracranial_bleed is present and raised_icp is yes"


@pytest.fixture
def plain(new_context: Callable[..., Any], live_server: Any, cast: Cast, release: Release) -> Iterator[Studio]:
    """A browser that runs no scripts; nobody is signed in yet."""
    yield from desk(new_context(java_script_enabled=False).new_page(), live_server.url)


def when_adding_a_rule(studio: Studio) -> None:
    page = studio.page
    row = page.get_by_role("row", name=BLEEDING)
    row.get_by_role("button", name="Start a working version").click()
    page.get_by_role("link", name="Add a rule").click()
    studio.field("Name of the rule").fill(KEY)
    studio.field("Intervention").select_option("Corticosteroids")
    studio.field("What the rule says").select_option("Discuss: take it to the team")
    studio.condition().fill("intracranial_bleed is presnt")
    studio.field("For professionals").fill("Take corticosteroids to the team while there is bleeding.")
    studio.field("For the patient").fill("Your team will talk about medicines against swelling.")
    page.get_by_label("Our own rule").check()
    references = page.get_by_role("group", name="References", exact=True)
    references.locator("summary").click()
    references.get_by_role("checkbox", name="Management of Intracranial Bleeding").first.check()
    page.get_by_role("button", name="Add the rule").click()


def when_correcting_the_condition(studio: Studio) -> None:
    page = studio.page
    expect(studio.assistant()).to_contain_text("Did you mean present?")
    studio.condition().fill(CONDITION)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(studio.assistant()).to_contain_text("Reads as: Intracranial bleeding is Present")


def when_submitting(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("link", name="Back to the outline").click()
    page.get_by_label("What changed and why").fill("Says what to do about swelling.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Two reviewers who did not write it")).to_be_visible()


def when_approving_after_forgetting_a_question(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("link", name=f"Review {BLEEDING}", exact=True).click()
    page.get_by_role("button", name="Start the review").click()
    first, *others = page.get_by_role("checkbox").all()
    for question in others:
        question.check()
    page.get_by_role("button", name="Approve this text").click()
    # What was ticked stays ticked; only the missing question is left
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_contain_text("whole part")
    first.check()
    page.get_by_role("button", name="Approve this text").click()
    expect(page.get_by_text("Your approval of this text is recorded.")).to_be_visible()


def test_a_rule_is_added_submitted_and_approved(plain: Studio, cast: Cast) -> None:
    page = plain.page
    page.goto(plain.server)
    when_signing_in(page, "editor")
    plain.opens("guidance")
    when_adding_a_rule(plain)
    when_correcting_the_condition(plain)
    assert stored_rule(draft_of(BLEED_PART), KEY)["when"].strip() == CONDITION
    when_submitting(plain)
    # When a reviewer signs in and forgets a question of the checklist
    page.get_by_role("button", name="Sign out").click()
    when_signing_in(page, "reviewer-1")
    plain.opens("guidance")
    when_approving_after_forgetting_a_question(plain)
    # Then one approval of this text is recorded, and the second is still wanted
    assert draft_of(BLEED_PART).state == VersionState.UNDER_REVIEW
    expect(page.get_by_role("region", name="Decisions")).to_contain_text("Dr Ines Castro")
