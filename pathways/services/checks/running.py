"""Running a check, in the worker: lint, cases and proof, and for publishing the impact on the stored records."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.events import Event
from audit.services import record
from pathways.clinic import the_clinic
from pathways.dates import short_date
from pathways.editing.parts import part_in_words, parts_of
from pathways.engine.problems import ContentProblems
from pathways.engine.proofs import ProofCancelled
from pathways.engine.release import build_release
from pathways.gate.check import check_document
from pathways.gate.report import Level, Line
from pathways.gate.report_json import report_to_json
from pathways.impact import impact_of_candidate
from pathways.models import CheckRun
from pathways.selectors import compiled_release, document_of
from pathways.selectors.checks import IMPACT, accepted_subjects
from pathways.selectors.history import taken_back
from pathways.selectors.parts import release_built_on
from pathways.services.checks.progress import CheckCancelled, Progress
from pathways.states import CheckPurpose, CheckState

logger = logging.getLogger(__name__)

CANCELLED = "Cancelled."
FAULT = "The check stopped by a fault of the application. It is in the log; tell whoever looks after the server."


def run_check(run_id: UUID) -> None:
    """Run a check that waits; one that was cancelled or has begun already is left alone."""
    run = begun(run_id)
    if run is None:
        return
    progress = Progress(run.pk)
    try:
        report = checked(run, progress)
    except (ProofCancelled, CheckCancelled):
        ended(run, CheckState.CANCELLED, step=CANCELLED)
    except Exception:
        logger.exception("Check %s stopped", run.pk)
        ended(run, CheckState.FAILED, step=FAULT)
    else:
        ended(run, CheckState.FINISHED, report=report)


@transaction.atomic
def begun(run_id: UUID) -> CheckRun | None:
    run = CheckRun.objects.select_for_update().filter(pk=run_id, state=CheckState.QUEUED).first()
    if run is not None:
        run.state, run.heartbeat_at = CheckState.RUNNING, timezone.now()
        run.save(update_fields=["state", "heartbeat_at"])
    return run


def checked(run: CheckRun, progress: Progress) -> dict[str, Any]:
    document = json.loads(run.document)
    built_on = release_built_on()
    report = check_document(
        document,
        baseline=document_of(built_on) if built_on else None,
        accepted=accepted_subjects(run.sha256),
        today=timezone.localdate(),
        progress=progress,
        cancelled=progress.cancelled,
    )
    if run.purpose == CheckPurpose.PUBLISH:
        report = replace(report, lines=(*taken_back_lines(run, document), *report.lines))
    found = report_to_json(report)
    if run.purpose == CheckPurpose.PUBLISH:
        found[IMPACT] = impact_on_records(document, progress)
    return found


def taken_back_lines(run: CheckRun, document: dict[str, Any]) -> Iterator[Line]:
    """Safety: what was rolled back does not come back unseen with the next release. HZ-34"""
    accepted, parts = accepted_subjects(run.sha256), parts_of(document)
    for back in taken_back(UUID(part["version"]) for part in run.parts if part["version"]):
        part = back.version.part
        subject = f"taken-back/{part}/{back.version.number}"
        reason = f" ({back.reason})" if back.reason else ""
        text = (
            f"{part_in_words(part, parts[part])}, version {back.version.number}, was taken out of force on "
            f"{short_date(timezone.localdate(back.until))}{reason}, and this would put it back."
        )
        level = Level.PASSED if subject in accepted else Level.BLOCKING
        yield Line(level, "taken-back", text, part, details={"subject": subject})


def impact_on_records(document: dict[str, Any], progress: Progress) -> dict[str, Any] | None:
    """None where the candidate cannot be read, as the report says already."""
    try:
        candidate = build_release(document)
    except ContentProblems:
        return None
    clinic, in_force = the_clinic(), release_built_on()
    total = clinic.count_records()

    def tick(number: int) -> None:
        progress(number, total, "Trying the candidate on the stored records")
        if progress.cancelled():
            raise CheckCancelled

    impact = impact_of_candidate(
        clinic.stored_records(),
        before=compiled_release(in_force.sha256) if in_force else None,
        own=compiled_release,
        after=candidate,
        tick=tick,
    )
    return impact.to_json()


@transaction.atomic
def ended(run: CheckRun, state: CheckState, *, step: str = "", report: dict[str, Any] | None = None) -> None:
    """Write how it ended, unless somebody gave it up meanwhile. A finished check has read the records: audited."""
    locked = CheckRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != CheckState.RUNNING:
        return
    if locked.cancel_requested and state is CheckState.FINISHED:  # asked for after the last look
        state, step, report = CheckState.CANCELLED, CANCELLED, None
    locked.state, locked.report, locked.finished_at, locked.step = state, report, timezone.now(), step
    if state is CheckState.FINISHED:
        locked.done = locked.total
    locked.save(update_fields=["state", "report", "finished_at", "step", "done"])
    if state is CheckState.FINISHED:
        record(
            Event.CHECK_FINISHED,
            by=locked.started_by,
            target=str(locked.pk),
            after={"purpose": locked.purpose, "sha256": locked.sha256, "records": records_read(report)},
        )


def records_read(report: dict[str, Any] | None) -> dict[str, int]:
    impact = (report or {}).get(IMPACT)
    return dict(impact["records"]) if impact else {}
