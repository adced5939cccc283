"""Starting and cancelling checks; one of a purpose runs at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.engine.release import canonical_json
from pathways.models import CheckRun
from pathways.permissions import NotAllowed, Refusal, check_can_work_on_content
from pathways.selectors.candidates import Candidate, publish_candidate, working_candidate
from pathways.selectors.checks import GOING_ON, is_interrupted, run_going_on
from pathways.states import CheckPurpose, CheckState

INTERRUPTED = "The check was interrupted: nothing was heard of it for two minutes. Start it again."


def start_check(purpose: CheckPurpose, *, by: User) -> CheckRun:
    """A check of the candidate as it is now, done by the worker. One that is going on already is returned instead."""
    check_can_work_on_content(by)
    try:
        return _start(CheckPurpose(purpose), by=by)
    except IntegrityError:  # somebody else started one in the same moment
        going_on = run_going_on(purpose)
        if going_on is None:
            raise
        return going_on


@transaction.atomic
def _start(purpose: CheckPurpose, *, by: User) -> CheckRun:
    from pathways.tasks import check

    give_up_interrupted(purpose, at=timezone.now())
    going_on = run_going_on(purpose)
    if going_on is not None:
        return going_on
    candidate = candidate_for(purpose)
    run = CheckRun.objects.create(
        purpose=purpose,
        sha256=candidate.sha256,
        document=canonical_json(candidate.document),
        parts=parts_in_short(candidate),
        started_by=by,
        started_by_name=by.display_name,
    )
    record(Event.CHECK_STARTED, by=by, target=str(run.pk), after={"purpose": purpose.value, "sha256": candidate.sha256})
    check.enqueue(str(run.pk))
    run.refresh_from_db()
    return run


def give_up_interrupted(purpose: CheckPurpose, *, at: datetime) -> None:
    for run in CheckRun.objects.select_for_update().filter(purpose=purpose, state__in=GOING_ON):
        if is_interrupted(run, now=at):
            run.state, run.step, run.finished_at = CheckState.FAILED, INTERRUPTED, at
            run.save(update_fields=["state", "step", "finished_at"])


def candidate_for(purpose: CheckPurpose) -> Candidate:
    candidate = working_candidate() if purpose is CheckPurpose.WORKING else publish_candidate()
    if candidate is None:
        raise NotAllowed(Refusal.NO_CANDIDATE)
    return candidate


def parts_in_short(candidate: Candidate) -> list[dict[str, object]]:
    return [
        {
            "part": part.part,
            "title": part.title,
            "version": str(part.version.pk) if part.version else None,
            "number": part.number,
            "state": part.state_words,
            "sha256": part.sha256,
        }
        for part in candidate.parts
    ]


@transaction.atomic
def cancel_check(run: CheckRun, *, by: User) -> CheckRun:
    """A waiting check ends at once, a running one when it next looks. Raises NotAllowed."""
    check_can_work_on_content(by)
    locked = CheckRun.objects.select_for_update().get(pk=run.pk)
    if locked.state not in GOING_ON:
        raise NotAllowed(Refusal.CHECK_IS_OVER)
    locked.cancel_requested = True
    if locked.state == CheckState.QUEUED or is_interrupted(locked):
        locked.state, locked.finished_at = CheckState.CANCELLED, timezone.now()
    locked.save(update_fields=["cancel_requested", "state", "finished_at"])
    record(Event.CHECK_CANCELLED, by=by, target=str(locked.pk), after={"sha256": locked.sha256})
    return locked
