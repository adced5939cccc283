"""Publishing: everything looked at once more, one transaction; and going back to what was in force before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from audit.models import AuditEvent
from pathways import clinic
from pathways.editing.entries import RULES
from pathways.engine.proofs import CheckKind, CheckResult, Proof
from pathways.engine.release import content_hash
from pathways.gate.report import Level, Line, Report
from pathways.models import Activation, CheckRun, ProofCertificate, Release
from pathways.permissions import Refusal
from pathways.selectors import release_in_force
from pathways.selectors.checks import certificate_of
from pathways.services.checks import accept, start_check
from pathways.services.checks import running as running_module
from pathways.services.publishing import obstacles, publish, roll_back
from pathways.services.releases import follows_files
from pathways.services.versions import start_version
from pathways.states import CheckPurpose, CheckState, ReviewStatus
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import (
    RULE,
    SAFETY,
    approve_everything,
    approved,
    entry_of,
    events,
    refused,
    submitted,
)

pytestmark = pytest.mark.django_db


class EmptyWard:
    def count_records(self) -> int:
        return 0

    def stored_records(self) -> Iterator[object]:
        return iter(())


class Gate:
    """Stands in for the gate; says these lines, and that this is proved."""

    lines: tuple[Line, ...] = ()
    proved: bool | None = True

    def check_document(self, document: dict[str, Any], **options: Any) -> Report:
        sha256 = content_hash(document)
        result = CheckResult(CheckKind.PROMISE, "p1", bool(self.proved), True, "Never while bleeding.")
        proof = None if self.proved is None else Proof(sha256, "z3 9", (result,), 1.0, 1)
        return Report(sha256, self.lines, (), proof)


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    here = Gate()
    monkeypatch.setattr(running_module, "check_document", here.check_document)
    monkeypatch.setattr(clinic, "_registered", [EmptyWard()])
    return here


@pytest.fixture
def shipped(cast: Cast) -> Release:
    """The shipped content, every part of it approved."""
    release = shipped_release()
    approve_everything(cast, release)
    return release


def checked(cast: Cast) -> CheckRun:
    return start_check(CheckPurpose.PUBLISH, by=cast.publisher)


def published(cast: Cast) -> Release:
    return publish(checked(cast), by=cast.publisher, note="Approved by the board.")


def newer_release(cast: Cast) -> Release:
    """With one more sentence changed, approved and published."""
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    return published(cast)


# Publishing


def test_what_two_people_approved_comes_into_force(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    assert obstacles(run, by=cast.publisher) == []
    release = publish(run, by=cast.publisher, note=" Approved by the board. ")
    assert (release.number, release.status, release.sha256) == (2, "approved", run.sha256)
    assert release.created_by_name == cast.publisher.display_name
    assert content_hash(json.loads(release.document)) == release.sha256
    in_force = release_in_force()
    assert in_force is not None
    assert in_force.record == release
    assert [part.part for part in release.parts.all()] == [part.part for part in shipped.parts.all()]
    assert all(part.version is not None and part.version.state == "approved" for part in release.parts.all())
    assert (events("release_published"), events("release_activated")) == (1, 1)  # the other is of the shipped content


def test_the_certificate_is_kept_with_the_release(cast: Cast, shipped: Release) -> None:
    certificate = certificate_of(published(cast))
    assert certificate is not None
    body = json.loads(certificate.certificate)
    assert body["proved"] == [{"kind": "promise", "subject": "p1", "text": "Never while bleeding."}]
    assert (body["content_sha256"], body["agreed"]) == (certificate.content_sha256, 1)


def test_the_parts_that_were_not_changed_stay_the_versions_they_were(cast: Cast, shipped: Release) -> None:
    first = {part.part: part.version for part in published(cast).parts.all()}
    second = {part.part: part.version for part in newer_release(cast).parts.all()}
    assert [part for part in first if first[part] != second[part]] == [SAFETY]


# Obstacles


def refused_because(cast: Cast, run: CheckRun, sentence: str, by: str = "publisher") -> None:
    person = getattr(cast, by)
    assert any(sentence in one for one in obstacles(run, by=person)), obstacles(run, by=person)
    error = refused(Refusal.CANNOT_PUBLISH, lambda: publish(run, by=person, note="Approved."))
    assert any(sentence in one for one in error.details)


def test_every_part_needs_an_approved_version(cast: Cast) -> None:
    shipped_release()
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    run = checked(cast)
    refused_because(cast, run, "has no approved version")
    assert sum("has no approved version" in one for one in obstacles(run, by=cast.publisher)) == len(run.parts) - 1


def test_two_people_approved_each_text(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    version = shipped.parts.get(part=SAFETY).version
    assert version is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathways.selectors.reviews.APPROVALS_NEEDED", 3)
        refused_because(cast, run, "Safety, version 1, lacks approvals of its text by two people.")


def test_a_check_of_another_candidate_does_not_count(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    refused_because(cast, run, "The approved versions are others")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": CheckPurpose.WORKING}, "Run the check before publishing"),
        ({"state": CheckState.FAILED}, "has not finished"),
        ({"state": CheckState.RUNNING}, "has not finished"),
        ({"started_at": timezone.now() - timedelta(hours=25)}, "older than 24 hours"),
        ({"sha256": "0" * 64}, "Run it again"),
    ],
)
def test_an_unfit_check(cast: Cast, shipped: Release, changes: dict[str, Any], sentence: str) -> None:
    run = checked(cast)
    CheckRun.objects.filter(pk=run.pk).update(**changes)
    run.refresh_from_db()
    refused_because(cast, run, sentence)


@pytest.mark.parametrize(("proved", "sentence"), [(False, "no proof that holds"), (None, "no proof that holds")])
def test_nothing_unproved_is_published(
    cast: Cast, shipped: Release, gate: Gate, proved: bool | None, sentence: str
) -> None:
    gate.proved = proved
    refused_because(cast, checked(cast), sentence)
    assert not ProofCertificate.objects.exists()


def test_a_blocking_line_stands_in_the_way_until_it_is_accepted(cast: Cast, shipped: Release, gate: Gate) -> None:
    gate.lines = (
        Line(Level.BLOCKING, "case-changed", "Case 7 was changed.", details={"subject": "case/case-07"}),
        Line(Level.WARNING, "upkeep", "No review date."),
    )
    run = checked(cast)
    refused_because(cast, run, "Case 7 was changed.")
    accept(run, by=cast.publisher, subject="case/case-07", reason="As meant.")
    assert obstacles(run, by=cast.publisher) == []
    publish(run, by=cast.publisher, note="Approved.")


def test_a_line_that_cannot_be_accepted_stays_in_the_way(cast: Cast, shipped: Release, gate: Gate) -> None:
    gate.lines = (Line(Level.BLOCKING, "wording", "The wording is too long."),)
    refused_because(cast, checked(cast), "The wording is too long.")


def test_the_impact_is_accepted(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    assert run.report is not None
    CheckRun.objects.filter(pk=run.pk).update(
        report={**run.report, "impact": {**run.report["impact"], "changed_verdicts": 3}}
    )
    run.refresh_from_db()
    refused_because(cast, run, "The impact on the stored records has to be accepted.")
    accept(run, by=cast.publisher, subject="impact", reason="As meant.")
    assert obstacles(run, by=cast.publisher) == []
    CheckRun.objects.filter(pk=run.pk).update(report={**run.report, "impact": None})
    run.refresh_from_db()
    refused_because(cast, run, "The impact on the stored records is missing.")


@pytest.mark.parametrize("who", ["outsider", "consultant", "editor", "first_reviewer", "auditor", "administrator"])
def test_only_publishers_publish(cast: Cast, shipped: Release, who: str) -> None:
    run, person = checked(cast), getattr(cast, who)
    assert Refusal.MAY_NOT_PUBLISH.value in obstacles(run, by=person)
    refused(Refusal.MAY_NOT_PUBLISH, lambda: publish(run, by=person, note="Approved."))
    refused(Refusal.MAY_NOT_PUBLISH, lambda: roll_back(shipped, by=person, reason="Back."))


def test_the_publisher_wrote_none_of_what_is_new(cast: Cast, shipped: Release) -> None:
    published(cast)
    waiting = submitted(cast.editor)
    waiting.authorships.create(author=cast.publisher, author_name=cast.publisher.display_name)
    approved(waiting, cast.first_reviewer, cast.second_reviewer)
    refused_because(cast, start_check(CheckPurpose.PUBLISH, by=cast.first_reviewer), "Somebody else has to decide")


def test_publishing_needs_a_note(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    refused(Refusal.NO_NOTE, lambda: publish(run, by=cast.publisher, note=" "))


def test_nothing_is_published_twice(cast: Cast, shipped: Release) -> None:
    run = checked(cast)
    publish(run, by=cast.publisher, note="Approved.")
    refused_because(cast, run, "There is nothing to publish")


def test_what_was_published_before_is_put_back_and_not_published_again(cast: Cast, shipped: Release) -> None:
    first = published(cast)
    second = newer_release(cast)
    roll_back(first, by=cast.publisher, reason="A wording misled.")
    refused_because(cast, checked(cast), f"This is release {second.number} already.")


def test_a_fault_half_way_leaves_nothing(cast: Cast, shipped: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(cast)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pathways.services.publishing.put_in_force", fail)
    with pytest.raises(ZeroDivisionError):
        publish(run, by=cast.publisher, note="Approved.")
    assert (Release.objects.count(), Activation.objects.count(), ProofCertificate.objects.count()) == (1, 1, 0)
    assert events("release_published") == 0


# Going back


def test_going_back_is_one_act(cast: Cast, shipped: Release) -> None:
    first = published(cast)
    newer_release(cast)
    before = events("release_activated")
    roll_back(first, by=cast.publisher, reason="A wording misled.")
    in_force = release_in_force()
    assert in_force is not None
    assert in_force.record == first
    assert Activation.objects.get(position=4).note == "A wording misled."
    assert AuditEvent.objects.filter(reason="A wording misled.").count() == 1
    assert events("release_activated") == before + 1


def test_why_a_release_came_into_force_is_kept_with_it(cast: Cast, shipped: Release) -> None:
    """The database holds it still: adding the column has not taken the triggers away."""
    release = publish(checked(cast), by=cast.publisher, note=" Approved by the board. ")
    activation = release.activations.get()
    assert activation.note == "Approved by the board."
    assert shipped.activations.get().note is None
    activation.note = "Never said."
    for act in (activation.save, activation.delete, Activation.objects.all().delete):
        with pytest.raises(DatabaseError, match="pathways_activation is append-only"), transaction.atomic():
            act()
    assert release.activations.get().note == "Approved by the board."


@pytest.mark.only_on("sqlite")
def test_an_activation_is_not_replaced_either(cast: Cast, shipped: Release) -> None:
    publish(checked(cast), by=cast.publisher, note="Approved.")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(
                    "INSERT OR REPLACE INTO pathways_activation (id, position, release_id, activated_at, by_name, note)"
                    " SELECT id, position, release_id, activated_at, by_name, 'Never said.' FROM pathways_activation"
                )
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")
    assert not Activation.objects.filter(note="Never said.").exists()


def test_what_cannot_be_gone_back_to(cast: Cast, shipped: Release) -> None:
    published(cast)
    in_force = newer_release(cast)
    refused(Refusal.IN_FORCE_ALREADY, lambda: roll_back(in_force, by=cast.publisher, reason="Back."))
    stored = Release.objects.create(
        number=9, sha256="0" * 64, title="x", status="approved", document="{}", created_by_name="x"
    )
    refused(Refusal.NEVER_IN_FORCE, lambda: roll_back(stored, by=cast.publisher, reason="Back."))


def test_going_back_needs_a_reason(cast: Cast, shipped: Release) -> None:
    published(cast)
    refused(Refusal.NO_REASON, lambda: roll_back(shipped, by=cast.publisher, reason=" "))


# Live and training


def test_in_live_mode_only_what_was_published_advises(cast: Cast, shipped: Release) -> None:
    with override_settings(LM_MODE="live"):
        assert release_in_force() is None
        release = published(cast)
        in_force = release_in_force()
        assert in_force is not None
        assert (in_force.record, in_force.record.status) == (release, ReviewStatus.APPROVED)
        refused(Refusal.NOT_APPROVED, lambda: roll_back(shipped, by=cast.publisher, reason="Back."))
    roll_back(shipped, by=cast.publisher, reason="In training it may.")
    with override_settings(LM_MODE="live"):
        assert release_in_force() is None


def test_preparing_again_does_not_undo_what_was_published(cast: Cast, shipped: Release) -> None:
    release = published(cast)
    call_command("load_content", stdout=StringIO())
    in_force = release_in_force()
    assert in_force is not None
    assert in_force.record == release


def test_preparing_again_does_not_undo_what_a_person_put_back(cast: Cast, shipped: Release) -> None:
    published(cast)
    roll_back(shipped, by=cast.publisher, reason="A wording misled.")
    assert not follows_files()


def test_a_draft_goes_on_from_what_was_approved(cast: Cast, shipped: Release) -> None:
    newer_release(cast)
    draft = start_version(SAFETY, by=cast.editor)
    assert entry_of(draft, RULES, RULE)["professional"].startswith("Take it to the team first")
