"""Reading checks: runs and how they stand, what was accepted, and certificates of proofs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from pathways.engine.release import content_hash
from pathways.models import Acceptance, CheckRun, ProofCertificate, Release
from pathways.states import CheckPurpose, CheckState

SILENT_FOR = timedelta(minutes=2)  # a run that says nothing for so long was interrupted
GOING_ON = CheckState.going_on()
IMPACT = "impact"
ACCEPTED_OF_IMPACT = ("changed_verdicts", "counts", "changes")


def get_run(pk: UUID) -> CheckRun | None:
    return CheckRun.objects.filter(pk=pk).first()


def latest_run(purpose: CheckPurpose) -> CheckRun | None:
    return CheckRun.objects.filter(purpose=purpose).order_by("-started_at").first()


def run_going_on(purpose: CheckPurpose) -> CheckRun | None:
    """A run that waits or works and was not interrupted."""
    runs = CheckRun.objects.filter(purpose=purpose, state__in=GOING_ON).order_by("-started_at")
    return next((run for run in runs if not is_interrupted(run)), None)


def is_interrupted(run: CheckRun, *, now: datetime | None = None) -> bool:
    """The process that did it has gone, or none was there to begin it."""
    if run.state not in GOING_ON:
        return False
    return (now or timezone.now()) - (run.heartbeat_at or run.started_at) > SILENT_FOR


def state_words(run: CheckRun) -> str:
    return "Interrupted" if is_interrupted(run) else CheckState(run.state).label


def accepted_subjects(sha256: str) -> frozenset[str]:
    return frozenset(Acceptance.objects.filter(sha256=sha256).values_list("subject", flat=True))


def acceptances_of(sha256: str) -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(sha256=sha256).order_by("at")


def impact_of(run: CheckRun) -> dict[str, Any] | None:
    """The impact on the stored records as JSON; see pathways.impact."""
    return (run.report or {}).get(IMPACT)


def impact_subject(run: CheckRun) -> str:
    """Safety: what is accepted is this impact. With other records or other guidance in force it is another one."""
    impact = impact_of(run) or {}
    return f"{IMPACT}/{content_hash({name: impact.get(name) for name in ACCEPTED_OF_IMPACT})}"


def certificate_of(release: Release) -> ProofCertificate | None:
    return ProofCertificate.objects.filter(content_sha256=release.sha256).first()
