"""Editing the guidance in a browser: saved as one types, names completed, two editors, lost connections, no faults."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pathways.editing.entries import RULES
from pathways.models import Release, Version
from pathways.services.versions import start_version
from tests.browser.clinic import Clinic
from tests.cast import PASSWORD, Cast
from tests.guidance import RULE, SAFETY, change, entry_of
from tests.pathways.admin.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(cast: Cast, release: Release) -> Version:
    return start_version(SAFETY, by=cast.editor)


@pytest.fixture
def editing(cast: Cast, clinic: Clinic, draft: Version) -> Clinic:
    """The editor has opened a rule of the draft."""
    clinic.signs_in(cast.editor)
    clinic.page.goto(clinic.server + address("entry", draft.pk, "rules", RULE))
    clinic.page.wait_for_load_state("networkidle")
    return clinic


def rule_of(draft: Version) -> dict[str, Any]:
    return entry_of(Version.objects.get(pk=draft.pk), RULES, RULE)


def is_saved(page: Page) -> None:
    page.locator("#entry-saved", has_text=re.compile(r"^Saved \d\d:\d\d")).wait_for()
    page.wait_for_timeout(700)  # the preview is renewed after that


def test_what_is_typed_is_saved_and_shown_in_the_preview(editing: Clinic, draft: Version) -> None:
    page = editing.page
    page.locator("#field-professional").fill("Words typed a moment ago.")
    is_saved(page)
    assert rule_of(draft)["professional"] == "Words typed a moment ago."
    frame = page.frame_locator("#preview-frame")
    expect(frame.get_by_text("Words typed a moment ago.").first).to_be_attached()


def test_control_s_saves_at_once(editing: Clinic, draft: Version) -> None:
    editing.page.locator("#field-professional").fill("By the keyboard.")
    editing.page.keyboard.press("Control+s")
    is_saved(editing.page)
    assert rule_of(draft)["professional"] == "By the keyboard."


def test_names_are_completed_and_the_condition_is_read(editing: Clinic) -> None:
    page, condition = editing.page, editing.page.locator("#field-when")
    condition.fill("")
    condition.press_sequentially("hydro", delay=30)
    expect(page.get_by_role("option", name="hydrocephalus").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    condition.press_sequentially("is symp", delay=30)
    page.keyboard.press("Tab")
    assert condition.input_value().strip() == "hydrocephalus is symptomatic"
    expect(page.locator("#assistant-when")).to_contain_text("Hydrocephalus is Symptomatic")
    condition.press_sequentially("and ventr", delay=30)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Tab")
    assert editing.focus() != "field-when"


def test_an_error_is_marked_while_one_types(editing: Clinic) -> None:
    editing.page.locator("#field-when").fill("hydrocephalus is symptomattic")
    expect(editing.page.locator(".fault")).to_contain_text("Did you mean symptomatic?")
    expect(editing.page.locator(".fault mark")).to_have_text("symptomattic")


def test_what_cannot_be_saved_is_marked_in_its_row_until_it_is_right(editing: Clinic) -> None:
    page, box = editing.page, editing.page.locator("#field-professional")
    row = page.locator("#row-field-professional")
    box.fill("A bell \u0007 rings")
    expect(row.locator(".field-error")).to_contain_text("control character")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile("control character"))
    editing.is_accessible()
    page.locator("#entry-saved a").click()
    assert editing.focus() == "entry-problems"
    box.fill("A bell rings")
    is_saved(page)
    expect(row.locator(".field-error")).to_have_count(0)
    expect(row).not_to_have_class(re.compile("field-bad"))
    expect(box).not_to_have_attribute("aria-invalid", "true")


def test_saving_stops_on_a_conflict_until_somebody_chooses(editing: Clinic, cast: Cast, draft: Version) -> None:
    page = editing.page
    change(draft, cast.editor, {"professional": "Their words."})
    page.locator("#field-professional").fill("My words.")
    conflict = page.locator("[data-conflict]")
    expect(conflict).to_contain_text("Their words.")
    editing.is_accessible()
    # What is typed now is not saved, and not lost
    page.locator("#field-professional").fill("My words, and more.")
    page.wait_for_timeout(1800)
    assert rule_of(draft)["professional"] == "Their words."
    page.get_by_role("button", name="Keep mine").click()
    is_saved(page)
    assert rule_of(draft)["professional"] == "My words, and more."
    expect(conflict).to_have_count(0)


def test_taking_theirs_leaves_nothing_behind(editing: Clinic, cast: Cast, draft: Version) -> None:
    page = editing.page
    change(draft, cast.editor, {"professional": "Their words."})
    page.locator("#field-professional").fill("My words.")
    page.get_by_role("link", name="Take theirs").click()
    expect(page.locator("#field-professional")).to_have_value("Their words.")
    assert rule_of(draft)["professional"] == "Their words."


def test_a_lost_connection_is_said_and_made_good(editing: Clinic, draft: Version) -> None:
    page = editing.page
    page.context.set_offline(True)
    page.locator("#field-professional").fill("Typed without a connection.")
    expect(page.locator("#studio-alarm")).to_contain_text("There is no connection.")
    page.context.set_offline(False)
    is_saved(page)
    expect(page.locator("#studio-alarm")).to_be_empty()
    assert rule_of(draft)["professional"] == "Typed without a connection."


def test_signed_out_nothing_is_lost(editing: Clinic, cast: Cast, draft: Version) -> None:
    page = editing.page
    page.context.clear_cookies(name="sessionid")
    page.locator("#field-professional").fill("Typed after the sign-out.")
    expect(page.locator("#studio-alarm")).to_contain_text("You have been signed out.")
    editing.is_accessible()
    page.get_by_role("dialog").get_by_label("Password of Dr Ruth Ellis").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    is_saved(page)
    expect(page.locator("#studio-alarm")).to_be_empty()
    assert rule_of(draft)["professional"] == "Typed after the sign-out."


def test_leaving_saves_first(editing: Clinic, draft: Version) -> None:
    editing.page.locator("#field-professional").fill("Typed just before leaving.")
    editing.page.get_by_role("link", name="Back to the outline").click()
    editing.page.wait_for_url(f"**{address('version', draft.pk)}")
    assert rule_of(draft)["professional"] == "Typed just before leaving."


def test_a_reference_is_ticked_with_its_page(editing: Clinic, draft: Version) -> None:
    page = editing.page
    picks = page.locator("#row-field-references")
    picks.locator("summary").click()
    picks.get_by_label("Filter the list").fill("EANO")
    picks.locator("li:visible").get_by_role("checkbox", checked=False).first.check()
    picks.get_by_placeholder("Page or section").locator("visible=true").last.fill("p. 7")
    expect(picks.locator("[data-chosen]")).to_contain_text("p. 7")
    page.keyboard.press("Control+s")
    is_saved(page)
    assert "p. 7" in rule_of(draft)["places"].values()


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        ("guidance", ()),
        ("pathway_add", ()),
        ("version", ("draft",)),
        ("head", ("draft",)),
        ("entry", ("draft", "rules", RULE)),
        ("entry_add", ("draft", "rules")),
        ("entry_copy", ("draft", "rules", RULE)),
        ("entry_delete", ("draft", "rules", RULE)),
        ("version_discard", ("draft",)),
    ],
)
def test_no_fault_on_any_page(cast: Cast, clinic: Clinic, draft: Version, view: str, ids: tuple[str, ...]) -> None:
    clinic.signs_in(cast.editor)
    clinic.page.goto(clinic.server + address(view, *[draft.pk if one == "draft" else one for one in ids]))
    clinic.page.wait_for_load_state("networkidle")
    clinic.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for width, height in ((1440, 900), (820, 1180)):
        clinic.page.set_viewport_size({"width": width, "height": height})
        clinic.fits()
        clinic.is_accessible()
    clinic.page.set_viewport_size({"width": 320, "height": 700})
    clinic.fits()
