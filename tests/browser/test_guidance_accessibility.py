"""Each page of the studio in its main states: no accessibility fault, and no sideways scroll."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pathways.models import Release, Version
from pathways.services.comments import add_comment
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from tests.browser.studio import BLEED_PART, RESUME, Studio, address, desk
from tests.cast import Cast
from tests.guidance import change, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Desk = Callable[[Any], Studio]


@pytest.fixture
def studio(page: Any, live_server: Any, cast: Cast, release: Release) -> Iterator[Studio]:
    yield from desk(page, live_server.url)


@pytest.fixture
def commented(cast: Cast, release: Release) -> Version:
    """A draft with a comment on a rule, and a change of condition and wording."""
    version = start_version(BLEED_PART, by=cast.editor)
    add_comment(version, by=cast.first_reviewer, entry=f"rules/{RESUME}", field="when", text="Is lung different?")
    return changed(version, cast)


def changed(version: Version, cast: Cast) -> Version:
    terms = "intracranial_bleed is resolved and neuro_exam is stable and deposits is linear"
    return change(version, cast.editor, {"when": terms, "professional": "Think again."}, identity=RESUME)


def when_everything_is_open(studio: Studio) -> None:
    studio.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_the_pages_of_a_pathway(studio: Studio, cast: Cast, commented: Version) -> None:
    page = studio.page
    studio.signs_in(cast.editor)
    studio.opens_rule(commented, RESUME)
    when_everything_is_open(studio)
    studio.looks_sound("rule with everything open")
    studio.opens("head", commented.pk)
    studio.looks_sound("title, scope and owner")
    studio.opens("entry_delete", commented.pk, "rules", RESUME)
    studio.looks_sound("deleting a rule")
    studio.opens("entry_copy", commented.pk, "rules", RESUME)
    studio.looks_sound("copying a rule")
    studio.opens("cases", commented.pk)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    studio.looks_sound("cases")
    studio.opens("differences", commented.pk)
    studio.looks_sound("differences")
    preview = address("preview", commented.pk, "case-09")
    page.goto(f"{studio.server}{preview}?intervention=intrathecal_chemotherapy")
    studio.looks_sound("preview")


def test_the_pages_of_the_shared_parts(studio: Studio, cast: Cast, release: Release) -> None:
    page = studio.page
    studio.signs_in(cast.editor)
    vocabulary = start_version("vocabulary", by=cast.editor)
    promises = start_version("safeguards", by=cast.editor)
    studio.opens("entry", vocabulary.pk, "findings", "deposits")
    studio.looks_sound("finding")
    studio.field("Lowest possible").fill("a lot")
    expect(page.get_by_text("Not saved. Your text is still in the form.")).to_be_visible()
    studio.looks_sound("finding with an error")
    page.evaluate("window.onbeforeunload = null")
    studio.opens("rename", vocabulary.pk)
    page.get_by_role("combobox").first.select_option(index=3)
    page.get_by_role("button", name="Show every use").click()
    studio.looks_sound("renaming a code")
    studio.opens("entry", promises.pk, "promises", "intrathecal-only-on-known-grounds")
    when_everything_is_open(studio)
    studio.looks_sound("promise")
    studio.opens("entry", promises.pk, "cases", "case-09")
    studio.looks_sound("case")
    studio.opens("version", promises.pk)
    studio.looks_sound("promises and cases")


def test_the_pages_of_reviewers_and_publishers(studio: Studio, cast: Cast, release: Release) -> None:
    page = studio.page
    studio.signs_in(cast.first_reviewer)
    version = submitted(cast.editor)
    start_review(version, by=cast.first_reviewer)
    studio.opens("review", version.pk)
    page.get_by_role("button", name="Approve this text").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    studio.looks_sound("review with questions left")
    studio.signs_in(cast.publisher)
    studio.opens("gate")
    studio.looks_sound("gate with nothing")
    studio.opens("releases")
    studio.looks_sound("releases")
