"""Checking known patients, and allowing advice again after they were advised otherwise."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.context import Program, acting
from audit.events import Event
from audit.services import record
from pathways.known_patients import Differing, Outcome, outcome_of, own_outcome
from pathways.models import CanaryAcknowledgement, CanaryRun, Release
from pathways.permissions import NotAllowed, Refusal, check_can_resume
from pathways.selectors.canaries import STALE_AFTER, newest_run, standing_runs
from pathways.selectors.releases import LoadedRelease, TamperedRelease, UnusableRelease, latest_activated
from pathways.services.versions.closing import refuse_bad_note

logger = logging.getLogger(__name__)

CHECK = Program(audit_id="known-patients", audit_name="Check of known patients")
LONGEST_MACHINE = 200


class NothingToCheck(RuntimeError):
    """No guidance is in force, or it has no worked case: nothing was learned, and nothing is stored."""


def check_known_patients(*, by: User | None) -> CanaryRun:
    """Evaluates them with the engine of this process and stores what came out. Raises NothingToCheck."""
    in_force = latest_activated()
    if in_force is None:
        raise NothingToCheck("No guidance is in force, so there are no known patients.")
    outcome = outcome_in_force(in_force)
    if not outcome.cases and outcome.passed:
        raise NothingToCheck("The guidance in force has no worked cases, so there are no known patients.")
    return store_run(in_force.record, outcome, by=by)


def outcome_in_force(in_force: LoadedRelease) -> Outcome:
    """Guidance that cannot be evaluated at all is the worst of differences."""
    try:
        return outcome_of(in_force.engine)
    except (TamperedRelease, UnusableRelease) as fault:
        return Outcome(0, (Differing("all", str(fault)),))


@transaction.atomic
def store_run(release: Release, outcome: Outcome, *, by: User | None) -> CanaryRun:
    """Safety: one run that differs stops all advice until somebody has acknowledged it. HZ-65"""
    if not outcome.passed:
        logger.critical(
            "Known patients of release %s are advised otherwise than expected; advice is stopped: %s",
            release.number,
            outcome.names,
        )
    with acting(by or CHECK):
        run = CanaryRun.objects.create(
            release=release,
            at=timezone.now(),
            passed=outcome.passed,
            cases=outcome.cases,
            differences=[{"case": one.case, "text": one.text} for one in outcome.differing],
            made_with=settings.VERSION,
            machine=socket.gethostname()[:LONGEST_MACHINE],
        )
        record(
            Event.KNOWN_PATIENTS_CHECKED,
            by=by or CHECK,
            target=str(run.pk),
            after={
                "number": release.number,
                "cases": run.cases,
                "machine": run.machine,
                "differing": outcome.names,
            },
            outcome="done" if outcome.passed else "failed",
        )
    return run


_reported: set[str] = set()


def report_own_difference(release: Release) -> CanaryRun | None:
    """What this process found of itself becomes known to all others: one wrong server stops every one.

    Once, and again when advice was resumed while this process was as wrong as before.

    Only of the release in force: older guidance may rightly come out otherwise with a newer version of the application,
    and then its drafts alone get no advice.
    """
    in_force = latest_activated()
    if in_force is None or in_force.record.pk != release.pk:
        return None
    if release.sha256 in _reported and in_force.stopped_since is not None:
        return None
    outcome = own_outcome(in_force.engine)
    if outcome.passed:
        return None
    run = store_run(release, outcome, by=None)
    _reported.add(release.sha256)
    return run


def check_at_start() -> None:
    """Of a web process, before it answers anybody. Guidance that cannot be read keeps no signed plan from anybody."""
    try:
        in_force = latest_activated()
        if in_force is not None and not own_outcome(in_force.engine).passed:
            report_own_difference(in_force.record)
    except (TamperedRelease, UnusableRelease) as fault:
        logger.critical("%s No advice can be given.", fault)
    except DatabaseFault:
        logger.critical("Known patients could not be checked at the start: the database does not answer as it should.")


def resume_advice(*, by: User, reason: str, seen: Iterable[UUID]) -> CanaryRun:
    """Checks the known patients anew, and only where all are as expected acknowledges the runs that were seen.

    Raises NotAllowed. The new check stays stored also where it differs.
    """
    check_can_resume(by)
    refuse_bad_note(reason, Refusal.NO_REASON)
    if not standing_runs():
        raise NotAllowed(Refusal.NOT_STOPPED)
    run = check_known_patients(by=by)
    if not run.passed:
        raise NotAllowed(Refusal.STILL_DIFFER, [one["text"] for one in run.differences])
    if not own_outcome(LoadedRelease(run.release).engine).passed:
        raise NotAllowed(Refusal.RESTART_FIRST)
    try:
        _acknowledge(run, by=by, reason=reason.strip(), seen=frozenset(seen))
    except IntegrityError:
        raise NotAllowed(Refusal.NOT_STOPPED) from None  # somebody was faster
    return run


@transaction.atomic
def _acknowledge(run: CanaryRun, *, by: User, reason: str, seen: frozenset[UUID]) -> None:
    standing = standing_runs()
    if any(one.pk not in seen for one in standing):
        raise NotAllowed(Refusal.DIFFERED_SINCE)
    for one in standing:
        CanaryAcknowledgement.objects.create(run=one, reason=reason, by=by, by_name=by.audit_name)
    record(
        Event.ADVICE_RESUMED,
        by=by,
        target=str(run.pk),
        after={"number": run.release.number, "runs": len(standing), "cases": run.cases},
        reason=reason,
    )


def warn_of_silence() -> None:
    """Before a check: says in the log where the checks before it are missing."""
    in_force = latest_activated()
    newest = newest_run(in_force.record) if in_force else None
    if newest is not None and timezone.now() - newest.at > STALE_AFTER:
        logger.warning("Known patients were not checked between %s and now.", newest.at.isoformat(timespec="minutes"))
