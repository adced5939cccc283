"""The one statement that writes a draft, and what the log is told of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from patients.findings import Refusal
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.states import AssessmentState

TOLD = ("value", "unit", "observed_on", "why_unknown", "origin", "confirmed")


class RevisionMovedOn(RuntimeError):
    """Somebody wrote between our reading and our writing although the row was locked: nothing is saved."""


def store(assessment: Assessment, *, by: User, at: datetime, read_revision: int) -> None:
    """Compare and set: writes only on top of the revision that was read."""
    assessment.revision = read_revision + 1
    assessment.day = timezone.localdate(at)
    assessment.updated_at = at
    assessment.updated_by = by
    drafts = Assessment.objects.visible_to(by).filter(state=AssessmentState.DRAFT)
    written = drafts.filter(pk=assessment.pk, revision=read_revision).update(
        findings=assessment.findings,
        withdrawn=assessment.withdrawn,
        priorities=assessment.priorities,
        ceilings=assessment.ceilings,
        plan_details=assessment.plan_details,
        release=assessment.release_id,
        state=assessment.state,
        discard_reason=assessment.discard_reason,
        revision=assessment.revision,
        day=assessment.day,
        updated_at=at,
        updated_by=by,
    )
    if written != 1:
        raise RevisionMovedOn(f"Revision {read_revision} of {assessment.pk} is not the current one.")


def changed_answers(
    before: Mapping[str, StoredAnswer], after: Mapping[str, StoredAnswer]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the changed findings only, what was and what is."""
    codes = [code for code in sorted({*before, *after}) if told(before.get(code)) != told(after.get(code))]
    return {code: told(before.get(code)) for code in codes}, {code: told(after.get(code)) for code in codes}


def told(stored: StoredAnswer | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    values: dict[str, Any] = {name: stored[name] for name in TOLD if stored[name] is not None}  # type: ignore[literal-required]
    if stored["refused"]:
        values["refused"] = stored["refused"]["entered"]
    return values


def refusals_of(assessment: Assessment) -> dict[str, Refusal]:
    """The refused answers as they stand in the draft."""
    return {
        code: Refusal(stored["refused"]["message"], stored["refused"]["entered"])
        for code, stored in assessment.findings.items()
        if stored["refused"]
    }
