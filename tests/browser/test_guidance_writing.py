"""Writing in the studio: it saves by itself, two editors lose nothing, and a fault is said and put right."""

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


def test_taking_the_text_of_the_other_editor(studio: Studio, colleague: Studio, draft: Version) -> None:
    when_both_write(studio, colleague, draft)
    studio.page.get_by_role("link", name="Take theirs").click()
    expect(studio.field("For professionals")).to_have_value(THEIRS)
    then_the_rule_says(draft, THEIRS)


def test_it_saves_by_itself_and_by_the_keyboard(studio: Studio, draft: Version) -> None:
    page = studio.page
    studio.opens_rule(draft, RESUME)
    # When somebody types, and presses nothing
    with studio.saves():
        studio.field("For professionals").fill(MINE)
    then_the_rule_says(draft, MINE)
    # And when Ctrl+S is pressed
    with studio.saves():
        studio.field("For professionals").fill(THEIRS)
        page.keyboard.press("Control+s")
    then_the_rule_says(draft, THEIRS)
    # And when somebody leaves by a link at once
    studio.field("For professionals").fill(MINE)
    page.get_by_role("link", name="Back to the outline").click()
    expect(page.get_by_role("heading", name=f"{BLEEDING}, version 2")).to_be_visible()
    then_the_rule_says(draft, MINE)


def test_without_a_connection_it_says_so_and_saves_later(studio: Studio, draft: Version) -> None:
    page = studio.page
    studio.opens_rule(draft, RESUME)
    page.route("**/entries/**", lambda route: route.abort())
    studio.field("For professionals").fill(MINE)
    expect(studio.alarm()).to_contain_text("There is no connection. Your last changes are NOT SAVED.")
    expect(studio.save_line()).to_have_text("Not saved: trying again")
    # When the connection is back, then it is saved by itself
    page.unroute("**/entries/**")
    with studio.saves():
        pass
    expect(studio.alarm()).to_be_empty()
    then_the_rule_says(draft, MINE)


def test_being_signed_out_loses_nothing_typed(studio: Studio, cast: Cast, draft: Version) -> None:
    page = studio.page
    studio.opens_rule(draft, RESUME)
    page.context.clear_cookies()
    studio.field("For professionals").fill(MINE)
    expect(studio.alarm()).to_contain_text("You have been signed out. Your last changes are NOT SAVED.")
    expect(studio.field("For professionals")).to_have_value(MINE)
    # When somebody signs in again in another tab
    studio.signs_in(cast.editor)
    with studio.saves():
        page.get_by_role("button", name="I have signed in again").click()
    expect(studio.alarm()).to_be_empty()
    then_the_rule_says(draft, MINE)


def test_an_unreadable_condition_is_kept_and_stops_only_the_submission(studio: Studio, draft: Version) -> None:
    page = studio.page
    studio.opens_rule(draft, RESUME)
    # When a name is written wrongly, then its place and the nearest name are said, and it is kept all the same
    with studio.saves():
        studio.condition().fill("lm_diagnosis is establisht")
    expect(studio.assistant()).to_contain_text("Did you mean established?")
    expect(page.locator("#entry-problems")).to_contain_text("Still to solve before this can be submitted")
    studio.looks_sound("rule with an error")
    # And the outline shows it, and the submission is refused in words
    page.get_by_role("link", name="Back to the outline").click()
    page.get_by_label("What changed and why").fill("Try.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert").filter(has_text="This part still has problems.")).to_be_visible()
    studio.looks_sound("version with a problem")


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
