"""What stands in the way of publishing although somebody approved, checked or accepted something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pathways.gate.report import Level, Line
from pathways.models import CheckRun, Release
from pathways.permissions import Refusal
from pathways.selectors.candidates import publish_candidate
from pathways.services import publishing as publishing_module
from pathways.services.checks import accept
from pathways.services.publishing import obstacles, publish, roll_back
from pathways.services.versions import start_version, submit_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import approve_everything, approved, change, checked, refused, submitted
from tests.guidance import published as publish_release
from tests.pathways.admin.gates import Gate, installed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return installed(monkeypatch)


@pytest.fixture
def shipped(cast: Cast) -> Release:
    """The shipped content, every part of it approved."""
    release = shipped_release()
    approve_everything(cast, release)
    return release


def refused_because(cast: Cast, run: CheckRun, sentence: str) -> None:
    found = obstacles(run, by=cast.publisher)
    assert any(sentence in one for one in found), found
    error = refused(Refusal.CANNOT_PUBLISH, lambda: publish(run, by=cast.publisher, note="Approved."))
    assert any(sentence in one for one in error.details)


def test_nor_did_the_publisher_write_what_was_approved_on_the_way_and_never_published(
    cast: Cast, shipped: Release
) -> None:
    publish_release(cast, shipped)
    first = submitted(cast.editor)
    first.authorships.create(author=cast.publisher, author_name=cast.publisher.display_name)
    approved(first, cast.first_reviewer, cast.second_reviewer)
    second = submitted(cast.editor, professional="Take it to the team, all of it, before anything else.")
    approved(second, cast.first_reviewer, cast.second_reviewer)
    assert not second.authorships.filter(author=cast.publisher).exists()
    run = checked(cast.first_reviewer)
    refused_because(cast, run, "Somebody else has to decide")
    refused(Refusal.IS_AUTHOR, lambda: accept(run, by=cast.publisher, subject="impact", reason="As meant."))


def test_what_was_compared_with_other_guidance_in_force_does_not_count(cast: Cast, shipped: Release) -> None:
    first = publish_release(cast, shipped)
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    publish_release(cast, shipped)
    waiting = submitted(cast.editor, professional="Take it to the team before anything else.")
    approved(waiting, cast.first_reviewer, cast.second_reviewer)
    run = checked(cast.publisher)
    assert obstacles(run, by=cast.publisher) == []
    roll_back(first, by=cast.publisher, reason="A wording misled.")
    refused_because(cast, run, "Other guidance has come into force since")
    assert obstacles(checked(cast.publisher), by=cast.publisher) == []


def test_only_the_newest_check_counts(cast: Cast, shipped: Release) -> None:
    run = checked(cast.publisher)
    checked(cast.publisher)
    refused_because(cast, run, "There is a newer check.")


def test_another_impact_is_accepted_anew(cast: Cast, shipped: Release) -> None:
    """The records change from check to check, and the candidate does not."""
    for changed in (3, 500):
        run = checked(cast.publisher)
        report = {**run.report, "impact": {**run.report["impact"], "changed_verdicts": changed}}  # type: ignore[dict-item]
        CheckRun.objects.filter(pk=run.pk).update(report=report)
        run.refresh_from_db()
        refused_because(cast, run, "The impact on the stored records has to be accepted.")
        accept(run, by=cast.publisher, subject="impact", reason="As meant.")
        assert obstacles(run, by=cast.publisher) == []


@pytest.mark.parametrize(
    ("missing", "sentence"), [("promises", "makes no promise"), ("cases", "The guidance has no case.")]
)
def test_a_proof_of_nothing_is_none(
    cast: Cast, shipped: Release, monkeypatch: pytest.MonkeyPatch, missing: str, sentence: str
) -> None:
    candidate = publish_candidate()
    assert candidate is not None
    document = {**candidate.document, "safeguards": {**candidate.document["safeguards"], missing: []}}
    emptied = replace(candidate, document=document)
    monkeypatch.setattr(publishing_module, "publish_candidate", lambda: emptied)
    refused_because(cast, checked(cast.publisher), sentence)


def test_a_text_that_is_not_the_one_of_its_fingerprint_is_not_published(
    cast: Cast, shipped: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = publish_candidate()
    assert candidate is not None
    document = {**candidate.document, "evidence": {**candidate.document["evidence"], "questions": []}}
    monkeypatch.setattr(publishing_module, "publish_candidate", lambda: replace(candidate, document=document))
    refused_because(cast, checked(cast.publisher), "is not the text that was approved")


def test_a_broken_promise_is_not_accepted_under_the_name_of_something_else(
    cast: Cast, shipped: Release, gate: Gate
) -> None:
    gate.lines = (
        Line(Level.BLOCKING, "case-changed", "Case 7 was changed.", details={"subject": "case/case-07"}),
        Line(Level.BLOCKING, "alternative-dead", "It never holds.", details={"subject": "case/case-07"}),
    )
    run = checked(cast.publisher)
    accept(run, by=cast.publisher, subject="case/case-07", reason="As meant.")
    assert obstacles(run, by=cast.publisher) == ["It never holds."]


def test_what_was_rolled_back_comes_back_only_when_somebody_accepts_it_by_name(cast: Cast, shipped: Release) -> None:
    first = publish_release(cast, shipped)
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    publish_release(cast, shipped)
    roll_back(first, by=cast.publisher, reason="A wording misled.")
    draft = start_version("pathways/diagnosis", by=cast.editor)
    draft = change(draft, cast.editor, {"professional": "Puncture once more."}, identity="dx-repeat-lp")
    other = submit_version(draft, by=cast.editor, note="Says it in short.", seen_sha256=draft.sha256)
    approved(other, cast.first_reviewer, cast.second_reviewer)
    run = checked(cast.publisher)
    refused_because(cast, run, "(A wording misled.), and this would put it back.")
    accept(run, by=cast.publisher, subject="taken-back/pathways/safety/2", reason="The wording is not what misled.")
    assert obstacles(run, by=cast.publisher) == []
