"""Somebody who has never seen it breaks a promise, understands why, repairs it, and the guidance is published."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from accounts.models import User
from accounts.permissions import Role
from pathways.models import Release
from pathways.selectors.versions import open_version
from pathways.services.versions import submit_version
from pathways.states import ReviewStatus
from patients.models import Assessment
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.steps import when_signing_in
from tests.browser.studio import BLEED_PART, BLEEDING, Studio, desk, draft_of
from tests.cast import Cast
from tests.guidance import approved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = "bleed-it-resume-lung"
INTRATHECAL = "Intrathecal chemotherapy"
UNSAFE = (
    "lm_diagnosis is established and intracranial_bleed is resolved and neuro_exam is stable"
    " and csf_flow is unobstructed and prognosis is favourable and primary_tumour is lung"
)
NOTE = "Says more plainly what holds in lung cancer once a bleed has resolved."
RESUMABLE = factories.FAVOURABLE | {
    "primary_tumour": "lung",
    "neuro_exam": "stable",
    "intracranial_bleed": "resolved",
    "ventricular_device": "none",
}


@pytest.fixture
def studio(page: Any, live_server: Any, cast: Cast, release: Release) -> Iterator[Studio]:
    """Nobody is signed in yet."""
    yield from desk(page, live_server.url)


@pytest.fixture
def bleeding_stopped(cast: Cast, release: Release) -> Assessment:
    """The consultant's open draft: a patient for whom the new rule will change the verdict."""
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    return factories.make_draft(cast.consultant, patient, RESUMABLE)


# When


def when_an_editor_signs_in(studio: Studio) -> None:
    page = studio.page
    page.goto(studio.server)
    when_signing_in(page, "editor")
    expect(page.get_by_role("heading", name="Guidance", exact=True)).to_be_visible()


def when_adding_a_rule_that_forgets_the_deposits(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("link", name="Add a rule").click()
    studio.field("Name of the rule").fill(KEY)
    studio.field("Intervention").select_option(INTRATHECAL)
    studio.field("What the rule says").select_option("Consider: may be offered")
    studio.condition().press_sequentially("lm_dia")
    page.get_by_role("option", name="lm_diagnosis").click()
    expect(studio.condition()).to_have_value("lm_diagnosis ")
    studio.condition().fill(UNSAFE)
    studio.field("For professionals").fill("Intrathecal chemotherapy may be reconsidered in lung cancer.")
    studio.field("For the patient").fill("Chemotherapy into the fluid can be discussed again.")
    page.get_by_label("Our own rule").check()
    studio.picks("References", "Management of Intracranial Bleeding")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("heading", name=KEY)).to_be_visible()


def when_checking(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("link", name="Guidance", exact=True).first.click()
    page.get_by_role("link", name="Check the working versions").click()
    page.get_by_role("button", name=re.compile("^(Start the check|Check again)$")).click()
    expect(page.locator("#run-head")).to_contain_text("Finished", timeout=60_000)


def when_making_the_witness_a_case(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("button", name="Make this a case").first.click()
    page.get_by_role("button", name="Fill in what the guidance says now").click()
    verdict = page.get_by_label(INTRATHECAL, exact=True)
    expect(verdict.locator("option:checked")).to_have_text("Consider, not settled")
    # The specialist expects something else than what the guidance says now
    verdict.select_option("Not addressed, not settled")
    page.get_by_label("I have read each proposed verdict, and it is what should be advised").check()
    page.get_by_role("button", name="Add the case").click()
    expect(page.get_by_role("link", name="Delete…")).to_be_visible()


def when_repairing_the_condition(studio: Studio) -> None:
    page = studio.page
    studio.opens("check")
    page.get_by_role("link", name=f"Open the rule {KEY}").first.click()
    studio.condition().focus()
    page.keyboard.press("Control+End")
    with studio.saves():
        studio.condition().press_sequentially(" and deposits is lin")
        page.keyboard.press("Enter")
    expect(studio.assistant()).to_contain_text("Leptomeningeal deposits on MRI is Linear")
    with studio.saves():
        studio.field("What the rule says").select_option("Do: advised")


def when_submitting(studio: Studio) -> None:
    page = studio.page
    page.get_by_role("link", name="Back to the outline").click()
    page.get_by_label("What changed and why").fill(NOTE)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Two reviewers who did not write it")).to_be_visible()


def when_approving(studio: Studio, reviewer: User, part: str) -> None:
    page = studio.page
    studio.signs_in(reviewer)
    studio.opens("guidance")
    page.get_by_role("link", name=f"Review {part}", exact=True).click()
    expect(page.get_by_role("heading", name=f"Review: {part}", level=1)).to_be_visible()
    start, approve = (page.get_by_role("button", name=name) for name in ("Start the review", "Approve this text"))
    if start.count():
        start.click()
    approve.wait_for()
    for question in page.get_by_role("checkbox").all():
        question.check()
    approve.click()
    expect(page.get_by_text("Your approval of this text is recorded.")).to_be_visible()


def when_everything_else_is_approved(cast: Cast, release: Release) -> None:
    promises = draft_of("safeguards")
    submit_version(promises, by=cast.editor, note="The witness is a case.", seen_sha256=promises.sha256)
    for part in release.parts.all():
        waiting = open_version(part.part)
        if waiting is not None and part.part != "pathways/safety":
            approved(waiting, cast.first_reviewer, cast.second_reviewer)


def when_opening_the_gate(studio: Studio) -> None:
    page = studio.page
    studio.opens("guidance")
    page.get_by_role("link", name="Publish gate").click()


def when_publishing(studio: Studio) -> None:
    page = studio.page
    impact = page.get_by_role("region", name="Impact on stored records")
    expect(page.get_by_label("Why this is right")).to_have_count(1)  # nothing else wants to be accepted
    impact.get_by_label("Why this is right").fill("This is what the rule is for.")
    impact.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Nothing stands in the way")).to_be_visible()
    studio.looks_sound("gate, ready")
    page.get_by_role("button", name="Publish this release").click()
    expect(page.get_by_text("Release 2 is published and in force.")).to_be_visible()


# Then


def then_the_condition_is_explained(studio: Studio) -> None:
    assistant = studio.assistant()
    expect(assistant).to_contain_text("Reads as: Leptomeningeal metastasis is Established")
    expect(assistant).to_contain_text("Test patients, compared with")
    expect(assistant.get_by_role("row", name=KEY)).to_contain_text("this rule")
    card = studio.page.frame_locator("#preview-frame").get_by_text(INTRATHECAL).first
    expect(card).to_be_visible()


def then_the_witness_is_understood(studio: Studio) -> None:
    blocking = studio.page.get_by_role("region", name=re.compile("^Blocking"))
    expect(blocking).to_contain_text("only where these are known: an established diagnosis")
    expect(blocking).to_contain_text("Intracranial bleeding: Resolved")
    expect(blocking).to_contain_text("Not recorded of this patient: Leptomeningeal deposits on MRI.")
    expect(blocking).to_contain_text(KEY)


def then_the_draft_is_told_and_not_switched(studio: Studio, cast: Cast, draft: Assessment) -> None:
    clinic = Clinic(studio.page, studio.server, studio.complaints)
    clinic.signs_in(cast.consultant)
    clinic.opens_assessment(draft)
    expect(clinic.page.get_by_role("main")).to_contain_text("Release 2 of the guidance came into force")
    expect(clinic.page.get_by_role("button", name="Move to release 2")).to_be_visible()
    clinic.sees_card("intrathecal_chemotherapy", "Consider")


def test_a_broken_promise_is_understood_repaired_and_published(
    studio: Studio, cast: Cast, release: Release, bleeding_stopped: Assessment
) -> None:
    page = studio.page
    # Given an editor who comes upon the guidance and begins to work on a pathway
    when_an_editor_signs_in(studio)
    row = page.get_by_role("row", name=re.compile(f"^{BLEEDING}"))
    row.get_by_role("button", name="Start a working version").click()
    expect(page.get_by_text("Version 2 is started")).to_be_visible()
    # When a rule is added that forgets the linear deposits
    when_adding_a_rule_that_forgets_the_deposits(studio)
    then_the_condition_is_explained(studio)
    # And everything is checked, then a patient shows in words what is wrong
    when_checking(studio)
    then_the_witness_is_understood(studio)
    studio.looks_sound("check with a witness")
    # And the patient becomes a case, the condition is repaired, and the check passes
    when_making_the_witness_a_case(studio)
    when_repairing_the_condition(studio)
    when_checking(studio)
    expect(page.get_by_role("heading", name="Blocking (0)")).to_be_visible()
    # And it is submitted, the two reviewers approve this text and one part of the rest, and the rest is approved
    studio.opens_rule(draft_of(BLEED_PART), KEY)
    when_submitting(studio)
    when_approving(studio, cast.first_reviewer, BLEEDING)
    when_approving(studio, cast.second_reviewer, BLEEDING)
    when_everything_else_is_approved(cast, release)
    when_approving(studio, cast.first_reviewer, "Safety")
    when_approving(studio, cast.second_reviewer, "Safety")
    # Then the editor, even with a publisher's role, cannot publish what is their own
    cast.editor.groups.add(Group.objects.get(name=Role.PUBLISHER))
    studio.signs_in(cast.editor)
    when_opening_the_gate(studio)
    page.get_by_role("button", name="Start the check").click()
    expect(page.get_by_text("You wrote a part of this. Somebody else has to decide on it.")).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_role("button", name="Publish this release")).to_be_disabled()
    # And the publisher can, once the impact is accepted
    studio.signs_in(cast.publisher)
    when_opening_the_gate(studio)
    expect(page.get_by_text("The impact on the stored records has to be accepted.")).to_be_visible()
    studio.looks_sound("gate, blocked")
    when_publishing(studio)
    studio.looks_sound("release")
    assert Release.objects.latest("number").status == ReviewStatus.APPROVED
    # And whoever has a draft open is told, and nothing has switched
    then_the_draft_is_told_and_not_switched(studio, cast, bleeding_stopped)
