"""The pages around the editor in their main states: no accessibility fault, and no sideways scroll."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pathways.models import Release, Version
from pathways.services.comments import add_comment
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from tests.browser.studio import BLEED_PART, RESUME, Studio, desk
from tests.cast import Cast
from tests.guidance import change, submitted
from tests.pathways.admin.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def studio(page: Any, live_server: Any, cast: Cast, release: Release) -> Iterator[Studio]:
    yield from desk(page, live_server.url)


@pytest.fixture
def commented(cast: Cast, release: Release) -> Version:
    """A draft with a comment on a rule, and a change of condition and wording."""
    version = start_version(BLEED_PART, by=cast.editor)
    add_comment(version, by=cast.first_reviewer, entry=f"rules/{RESUME}", field="when", text="Is lung different?")
    terms = "intracranial_bleed is resolved and neuro_exam is stable and deposits is linear"
    return change(version, cast.editor, {"when": terms, "professional": "Think again."}, identity=RESUME)


def when_everything_is_open(studio: Studio) -> None:
    studio.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_the_pages_beside_a_draft(studio: Studio, cast: Cast, commented: Version) -> None:
    page = studio.page
    studio.signs_in(cast.editor)
    studio.opens("cases", commented.pk)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    studio.looks_sound("cases")
    studio.opens("differences", commented.pk)
    page.get_by_role("link", name="Rules (1)").click()
    expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
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
    studio.field("Lowest possible").fill("a lot")
    expect(page.get_by_text("Not saved. Your text is still in the form.")).to_be_visible()
    studio.looks_sound("finding with an error")
    studio.opens("rename", vocabulary.pk)
    page.get_by_role("combobox").first.select_option(index=3)
    page.get_by_role("button", name="Show every use").click()
    studio.looks_sound("renaming a code")
    studio.opens("entry", promises.pk, "promises", "intrathecal-only-on-known-grounds")
    when_everything_is_open(studio)
    studio.looks_sound("promise")
    studio.opens("entry", promises.pk, "cases", "case-09")
    studio.looks_sound("case")


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
