"""What is said of a signed plan after the guidance has changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from pathways.models import Release
from pathways.selectors import release_in_force
from pathways.services.releases import put_in_force
from patients.models import Patient, SignedPlan
from patients.presenters.compare.guidance_since import GuidanceSince, guidance_since, is_on_other_guidance
from tests import factories
from tests.cast import Cast
from tests.patients.comparing import MILDER, rule_changed
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: Release) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


def said(plan: SignedPlan) -> GuidanceSince | None:
    return guidance_since(plan, in_force=release_in_force(), today=TODAY)


def test_nothing_while_its_guidance_is_in_force(plan: SignedPlan) -> None:
    assert said(plan) is None
    assert not is_on_other_guidance(plan, release_in_force())


def test_which_verdicts_would_differ_and_to_what(plan: SignedPlan) -> None:
    factories.newer_release(MILDER)
    since = said(plan)
    assert since is not None
    assert since.sentence == (
        "Guidance changed since this plan: release 1 → 2 on 22-Nov-2026. "
        "1 verdict would differ on the same findings, as of today."
    )
    (changed,) = since.rows
    assert (changed.label, changed.then.word, changed.now.word) == (
        "Whole-brain radiotherapy",
        "Not advised",
        "Discuss",
    )
    assert f"earlier={plan.assessment_id}&later=in-force" in since.href
    assert is_on_other_guidance(plan, release_in_force())
    shown = render_to_string("patients/_guidance_since.html", {"since": since})
    for words in ("Whole-brain radiotherapy", "Not advised", "Discuss", "#shape-discuss", "Compare the plan with"):
        assert words in shown


def test_none_would_differ(plan: SignedPlan) -> None:
    factories.newer_release(lambda document: document.update(title="Newer"))
    since = said(plan)
    assert since is not None
    assert since.sentence.endswith("None of its verdicts would differ on the same findings, as of today.")
    assert (since.rows, since.reworded) == ((), "")


def test_other_words_alone_are_counted_apart(plan: SignedPlan) -> None:

    factories.newer_release(rule_changed("init-wbrt-routine", professional="Leave it out."))
    since = said(plan)
    assert since is not None
    assert since.rows == ()
    assert since.reworded == "1 verdict stays as it is and rests on other rules or other words."


def test_guidance_taken_back(cast: Cast, patient: Patient, release: Release) -> None:
    factories.newer_release(MILDER)
    plan = factories.make_plan(cast.consultant, patient)
    put_in_force(release, by=cast.publisher, note="The change was a mistake.")
    since = said(plan)
    assert since is not None
    assert since.sentence.startswith("Guidance taken back since this plan: release 2 → 1 on 22-Nov-2026. 1 verdict")
    assert since.reason == "The change was a mistake."
    (changed,) = since.rows
    assert (changed.then.word, changed.now.word) == ("Discuss", "Not advised")


def test_nothing_is_evaluated_that_may_not_advise(plan: SignedPlan, settings: Any) -> None:
    factories.newer_release(MILDER)
    newer = release_in_force()
    settings.LM_MODE = "live"
    assert guidance_since(plan, in_force=release_in_force(), today=TODAY) == GuidanceSince(
        "No approved guidance is in force now, so that nothing can be said about changes since this plan."
    )
    since = guidance_since(plan, in_force=newer, today=TODAY)
    assert since is not None
    assert "guidance that is not approved" in since.sentence
    assert since.rows == ()


def test_a_plan_that_is_not_what_was_signed(plan: SignedPlan) -> None:
    factories.newer_release(MILDER)
    plan.body = plan.body.replace("80", "90")
    since = said(plan)
    assert since is not None
    assert "does not match its fingerprint, so nothing is compared" in since.sentence
    assert since.rows == ()
