"""Checks: started once, run beside the server, cancelled, interrupted; and accepting what they show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from pathways import clinic
from pathways.engine.proofs import Proof, ProofCancelled
from pathways.engine.release import content_hash
from pathways.gate.report import Level, Line, Report
from pathways.gate.report_json import report_to_json
from pathways.models import CheckRun
from pathways.permissions import Refusal
from pathways.selectors.checks import (
    accepted_subjects,
    impact_of,
    impact_subject,
    is_interrupted,
    latest_run,
    run_going_on,
    state_words,
)
from pathways.services.checks import accept, cancel_check, run_check, start_check
from pathways.services.checks import running as running_module
from pathways.services.checks.progress import Progress
from pathways.services.versions import submit_version
from pathways.states import CheckPurpose, CheckState
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import approve_everything, approved, changed_draft, events, refused, submitted
from tests.stored_records import Stored, Ward

pytestmark = pytest.mark.django_db

DUMMY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def ward(monkeypatch: pytest.MonkeyPatch) -> Ward:
    here = Ward()
    monkeypatch.setattr(clinic, "_registered", [here])
    return here


@pytest.fixture
def _waiting() -> Iterator[None]:
    """No worker is there: what is started waits."""
    with override_settings(TASKS=DUMMY):
        yield


def gate(monkeypatch: pytest.MonkeyPatch, *lines: Line, act: Callable[[], object] | None = None) -> None:
    """The gate says these lines at once, and that everything is proved."""

    def check_document(document: dict[str, Any], **options: Any) -> Report:
        options["progress"](1, 2, "Looking")
        if act is not None:
            act()
        if options["cancelled"]():
            raise ProofCancelled
        sha256 = content_hash(document)
        return Report(sha256, lines, (), Proof(sha256, "test", (), 0.0, 0))

    monkeypatch.setattr(running_module, "check_document", check_document)
    monkeypatch.setattr("pathways.services.checks.progress.SECONDS_APART", 0.0)


# Starting


def test_a_check_of_the_working_versions_is_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    gate(monkeypatch, Line(Level.WARNING, "x", "A warning."))
    release = shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    assert (run.state, run.sha256, state_words(run)) == ("finished", release.sha256, "Finished")
    assert run.report is not None
    assert run.report["lines"][0]["text"] == "A warning."
    assert (run.done, run.total, run.step) == (2, 2, "")
    assert impact_of(run) is None
    assert content_hash(json.loads(run.document)) == run.sha256
    assert [part["part"] for part in run.parts] == [part.part for part in release.parts.all()]
    assert (events("check_started"), events("check_finished")) == (1, 1)


@pytest.mark.usefixtures("_waiting")
def test_one_check_of_a_purpose_at_a_time(cast: Cast) -> None:
    release = shipped_release()
    first = start_check(CheckPurpose.WORKING, by=cast.editor)
    assert start_check(CheckPurpose.WORKING, by=cast.first_reviewer) == first
    assert events("check_started") == 1
    approve_everything(cast, release)
    other = start_check(CheckPurpose.PUBLISH, by=cast.publisher)
    assert other != first
    assert latest_run(CheckPurpose.PUBLISH) == other


@pytest.mark.usefixtures("_waiting")
def test_an_interrupted_check_is_given_up_and_another_started(cast: Cast) -> None:
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    CheckRun.objects.filter(pk=run.pk).update(
        state=CheckState.RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=2, seconds=1)
    )
    run.refresh_from_db()
    assert is_interrupted(run)
    assert state_words(run) == "Interrupted"
    assert run_going_on(CheckPurpose.WORKING) is None
    again = start_check(CheckPurpose.WORKING, by=cast.editor)
    run.refresh_from_db()
    assert (again != run, run.state) == (True, "failed")
    assert "interrupted" in run.step
    progress = Progress(run.pk)  # should its process come back, it stops
    assert progress.cancelled()


@pytest.mark.parametrize("who", ["outsider", "consultant", "auditor", "administrator"])
def test_only_who_works_on_the_guidance_checks_it(cast: Cast, who: str) -> None:
    shipped_release()
    refused(Refusal.NO_CONTENT_ROLE, lambda: start_check(CheckPurpose.WORKING, by=getattr(cast, who)))


def test_without_anything_to_publish_there_is_no_check(cast: Cast) -> None:
    shipped_release()
    refused(Refusal.NO_CANDIDATE, lambda: start_check(CheckPurpose.PUBLISH, by=cast.publisher))


# Running


@pytest.mark.usefixtures("_waiting")
def test_a_check_is_run_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    gate(monkeypatch)
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    run_check(run.pk)
    run_check(run.pk)
    run_check(uuid4())
    assert events("check_finished") == 1


@pytest.mark.usefixtures("_waiting")
def test_a_fault_is_told_in_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    gate(monkeypatch, act=fail)
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    run_check(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report) == ("failed", None)
    assert "fault of the application" in run.step
    assert "ZeroDivisionError" in caplog.text
    assert start_check(CheckPurpose.WORKING, by=cast.editor) != run


@pytest.mark.usefixtures("_waiting")
def test_a_waiting_check_is_cancelled_at_once(cast: Cast) -> None:
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    assert cancel_check(run, by=cast.publisher).state == CheckState.CANCELLED
    assert events("check_cancelled") == 1
    refused(Refusal.CHECK_IS_OVER, lambda: cancel_check(run, by=cast.publisher))
    run_check(run.pk)
    run.refresh_from_db()
    assert run.state == CheckState.CANCELLED


@pytest.mark.usefixtures("_waiting")
def test_a_running_check_is_cancelled_when_it_next_looks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    steps: list[str] = []

    def cancel() -> None:
        steps.append(CheckRun.objects.get(pk=run.pk).step)
        cancel_check(run, by=cast.editor)

    gate(monkeypatch, act=cancel)
    run_check(run.pk)
    run.refresh_from_db()
    assert steps == ["Looking"]
    assert (run.state, run.report, run.step) == ("cancelled", None, "Cancelled.")
    assert events("check_finished") == 0


@pytest.mark.usefixtures("_waiting")
def test_a_check_that_is_cancelled_as_it_ends_shows_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)

    def cancel(report: Report) -> dict[str, Any]:
        cancel_check(run, by=cast.editor)
        return report_to_json(report)

    gate(monkeypatch)
    monkeypatch.setattr(running_module, "report_to_json", cancel)
    run_check(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report, run.step) == ("cancelled", None, "Cancelled.")
    assert (events("check_cancelled"), events("check_finished")) == (1, 0)


@pytest.mark.usefixtures("_waiting")
def test_only_who_works_on_the_guidance_cancels(cast: Cast) -> None:
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    refused(Refusal.NO_CONTENT_ROLE, lambda: cancel_check(run, by=cast.outsider))


def test_progress_is_written_twice_a_second_at_most(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    gate(monkeypatch)
    shipped_release()
    run = start_check(CheckPurpose.WORKING, by=cast.editor)
    CheckRun.objects.filter(pk=run.pk).update(state=CheckState.RUNNING)
    monkeypatch.setattr("pathways.services.checks.progress.SECONDS_APART", 60.0)
    progress = Progress(run.pk)
    with django_assert_num_queries(1):
        for done in range(1000):
            progress(done, 1000, "Looking")
            progress.cancelled()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_worker_does_the_whole_gate(cast: Cast) -> None:
    """The queue of the database, the real worker, the real proof."""
    shipped_release()
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        run = start_check(CheckPurpose.WORKING, by=cast.editor)
        assert run.state == CheckState.QUEUED
        call_command("db_worker", "--batch", "--no-reload", "--no-startup-delay", "--verbosity", "0")
    run.refresh_from_db()
    assert run.state == CheckState.FINISHED, run.step
    assert run.report is not None
    assert run.report["proof"]["content_sha256"] == run.sha256


def test_before_publishing_every_stored_record_is_tried(
    cast: Cast, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate(monkeypatch)
    ward.records = (Stored("yes"), Stored("no"))
    approve_everything(cast, shipped_release())
    run = start_check(CheckPurpose.PUBLISH, by=cast.publisher)
    found = impact_of(run)
    assert found is not None
    assert (found["records"], found["changed_verdicts"]) == ({"draft": 2}, 0)


# Accepting


@pytest.fixture
def run(cast: Cast, ward: Ward, monkeypatch: pytest.MonkeyPatch) -> CheckRun:
    line = Line(Level.BLOCKING, "case-changed", "Changed.", details={"subject": "case/case-07"})
    promise = Line(Level.BLOCKING, "promise-removed", "Not made.", details={"subject": "promise/never-it"})
    broken = Line(Level.BLOCKING, "promise-not-proved", "Not kept.", details={"subject": "case/never"})
    gate(monkeypatch, line, promise, broken, Line(Level.BLOCKING, "wording", "Too long."))
    approve_everything(cast, shipped_release())
    return start_check(CheckPurpose.PUBLISH, by=cast.publisher)


@pytest.mark.parametrize("subject", ["case/case-07", "promise/never-it", "impact"])
def test_what_was_shown_is_accepted_of_this_candidate(cast: Cast, run: CheckRun, subject: str) -> None:
    acceptance = accept(run, by=cast.publisher, subject=subject, reason=" As meant. ")
    assert (acceptance.sha256, acceptance.reason) == (run.sha256, "As meant.")
    assert accepted_subjects(run.sha256) == {impact_subject(run) if subject == "impact" else subject}
    assert events("check_accepted") == 1
    refused(Refusal.ALREADY_ACCEPTED, lambda: accept(run, by=cast.first_reviewer, subject=subject, reason="As meant."))


@pytest.mark.parametrize(
    ("who", "subject", "reason", "refusal"),
    [
        ("outsider", "impact", "As meant.", Refusal.MAY_NOT_PUBLISH),
        ("editor", "impact", "As meant.", Refusal.MAY_NOT_PUBLISH),
        ("publisher", "wording", "As meant.", Refusal.NOTHING_TO_ACCEPT),
        ("publisher", "case/other", "As meant.", Refusal.NOTHING_TO_ACCEPT),
        ("publisher", "case/never", "As meant.", Refusal.NOTHING_TO_ACCEPT),
        ("publisher", "impact", " ", Refusal.NO_REASON),
    ],
)
def test_what_is_not_accepted(cast: Cast, run: CheckRun, who: str, subject: str, reason: str, refusal: Refusal) -> None:
    refused(refusal, lambda: accept(run, by=getattr(cast, who), subject=subject, reason=reason))


def test_only_a_finished_check_before_publishing_is_accepted(cast: Cast, run: CheckRun) -> None:
    CheckRun.objects.filter(pk=run.pk).update(state=CheckState.FAILED)
    run.refresh_from_db()
    refused(Refusal.CHECK_NOT_FINISHED, lambda: accept(run, by=cast.publisher, subject="impact", reason="x"))
    CheckRun.objects.filter(pk=run.pk).update(purpose=CheckPurpose.WORKING, state=CheckState.FINISHED)
    run.refresh_from_db()
    refused(Refusal.NOT_FOR_PUBLISHING, lambda: accept(run, by=cast.publisher, subject="impact", reason="x"))


def test_an_author_does_not_accept(cast: Cast, ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    gate(monkeypatch)
    release = shipped_release()
    draft = changed_draft(cast.editor)
    draft.authorships.create(author=cast.publisher, author_name="x")
    submit_version(draft, by=cast.editor, note="Plainer.", seen_sha256=draft.sha256)
    approve_everything(cast, release)
    run = start_check(CheckPurpose.PUBLISH, by=cast.first_reviewer)
    refused(Refusal.IS_AUTHOR, lambda: accept(run, by=cast.publisher, subject="impact", reason="x"))


def test_what_an_earlier_candidate_showed_is_not_accepted(cast: Cast, run: CheckRun) -> None:
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    refused(Refusal.CHECK_OUTDATED, lambda: accept(run, by=cast.publisher, subject="impact", reason="As meant."))
