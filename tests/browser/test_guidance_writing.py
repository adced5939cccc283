"""Writing in the studio: two people at two computers, a condition nobody can read, and no mouse."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pathways.models import Release, Version
from pathways.services.versions import start_version
from tests.browser.studio import BLEED_PART, BLEEDING, RESUME, Studio, another_editor, desk, stored_rule
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINE = "Intrathecal chemotherapy may be reconsidered once the bleed has resolved."
FOCUSED = """() => {
  const one = document.activeElement;
  return [one.id, one.textContent.replace(/\\s+/g, " ").trim(), one.getAttribute("href")?.split("/").at(-2)];
}"""
THEIRS = "Intrathecal chemotherapy may be offered again after the bleed."


@pytest.fixture
def studio(page: Any, live_server: Any, cast: Cast, release: Release) -> Iterator[Studio]:
    yield from desk(page, live_server.url, cast.editor)


@pytest.fixture
def draft(cast: Cast, release: Release) -> Version:
    return start_version(BLEED_PART, by=cast.editor)


@pytest.fixture
def colleague(new_context: Callable[..., Any], live_server: Any, cast: Cast) -> Iterator[Studio]:
    """Another editor, at another computer."""
    yield from desk(new_context().new_page(), live_server.url, another_editor())


def then_the_rule_says(version: Version, wording: str) -> None:
    assert stored_rule(version)["professional"] == wording


def when_both_write(studio: Studio, colleague: Studio, draft: Version) -> None:
    studio.opens_rule(draft, RESUME)
    colleague.opens_rule(draft, RESUME)
    with colleague.saves():
        colleague.field("For professionals").fill(THEIRS)
    studio.field("For professionals").fill(MINE)
    expect(studio.conflict()).to_contain_text("Dr Lea Novak has changed this")


def test_two_editors_of_one_rule_lose_nothing(studio: Studio, colleague: Studio, draft: Version) -> None:
    # When both change the same sentence
    when_both_write(studio, colleague, draft)
    # Then the second one reads both texts, and saving has stopped
    row = studio.conflict().get_by_role("row", name="For professionals")
    expect(row).to_contain_text(MINE)
    expect(row).to_contain_text(THEIRS)
    then_the_rule_says(draft, THEIRS)
    studio.looks_sound("conflict")
    # And what is typed meanwhile does not slip through
    studio.field("For the patient").fill("We can talk about it again.")
    studio.page.wait_for_timeout(1800)
    then_the_rule_says(draft, THEIRS)
    # And keeping one's own text stores it, with what was typed since
    with studio.saves():
        studio.page.get_by_role("button", name="Keep mine").click()
    expect(studio.conflict()).to_have_count(0)
    then_the_rule_says(draft, MINE)
    assert stored_rule(draft)["patient"] == "We can talk about it again."


def test_an_unreadable_condition_is_kept_and_stops_only_the_submission(studio: Studio, draft: Version) -> None:
    page = studio.page
    studio.opens_rule(draft, RESUME)
    # When a name is written wrongly, then its place and the nearest name are said, and it is kept all the same
    with studio.saves():
        studio.condition().fill("lm_diagnosis is establisht")
    expect(studio.assistant()).to_contain_text("Did you mean established?")
    expect(page.locator("#entry-problems")).to_contain_text("Still to solve before this can be submitted")
    expect(page.frame_locator("#preview-frame").get_by_role("heading", name="No preview")).to_be_visible()
    studio.looks_sound("rule with an error")
    # And the outline shows it, and the submission is refused in words
    page.get_by_role("link", name="Back to the outline").click()
    page.get_by_label("What changed and why").fill("Try.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert").filter(has_text="This part still has problems.")).to_be_visible()


def test_a_condition_by_the_keyboard_alone(studio: Studio, draft: Version) -> None:
    page, keyboard = studio.page, studio.page.keyboard
    studio.opens("guidance")
    # Given the list, then every step is taken with Tab and Enter
    when_going_to(studio, f"Open the draft of {BLEEDING}")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"{BLEEDING}, version 2")).to_be_visible()
    when_going_to(studio, "Add a rule")
    when_going_to(studio, RESUME)
    keyboard.press("Enter")
    expect(studio.condition()).to_be_visible()
    when_going_to(studio, "field-when")
    keyboard.press("Control+End")
    # When the names are completed with the arrows and Enter
    with studio.saves():
        keyboard.type(" and raised")
        expect(page.get_by_role("option", name="raised_icp")).to_have_attribute("aria-selected", "true")
        keyboard.press("Enter")
        keyboard.type("is")
        keyboard.press("Escape")
        keyboard.type(" n")
        keyboard.press("Enter")
        keyboard.press("Control+s")
    # Then the condition is saved, and Tab leaves the field
    assert stored_rule(draft)["when"].strip().endswith("and raised_icp is no")
    keyboard.press("Tab")
    assert studio.focus() != "field-when"


def when_going_to(studio: Studio, name: str, most: int = 150) -> None:
    """Tab until what has this name, or this id, or leads there has the focus."""
    for _ in range(most):
        studio.page.keyboard.press("Tab")
        if name in studio.page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never reaches {name}")
