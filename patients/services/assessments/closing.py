"""Moving a draft to the guidance in force, and discarding it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.engine.release import Release
from pathways.selectors import release_in_force
from patients.findings.board import read_stored
from patients.models import Assessment
from patients.models.assessments import StoredAnswer, WithdrawnAnswer
from patients.permissions import NotAllowed, Reason, check_can_change_locked
from patients.services.assessments.answers import NothingToDo
from patients.services.assessments.storing import changed_answers, store
from patients.services.locking import lock_assessment
from patients.states import AssessmentState


@transaction.atomic
def adopt_release(assessment: Assessment, *, by: User) -> Assessment:
    """Never happens by itself: a clinician asks for it and sees what changes."""
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    newer = release_in_force()
    if newer is None:
        raise NotAllowed(Reason.NO_GUIDANCE)
    if newer.record.pk == locked.release_id:
        raise NotAllowed(Reason.NO_NEWER_GUIDANCE)
    now = timezone.now()
    before: dict[str, StoredAnswer] = dict(locked.findings)
    old_hash = locked.release.sha256
    locked.release = newer.record
    locked.findings, dropped = reread(before, newer.engine, by=by, at=now.isoformat())
    locked.withdrawn = [*locked.withdrawn, *dropped]
    store(locked, by=by, at=now, read_revision=locked.revision)
    old, new = changed_answers(before, locked.findings)
    record(
        Event.RELEASE_ADOPTED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before={"release": old_hash} | old,
        after={"release": newer.record.sha256} | new,
    )
    return locked


def reread(
    findings: dict[str, StoredAnswer], release: Release, *, by: User, at: str
) -> tuple[dict[str, StoredAnswer], list[WithdrawnAnswer]]:
    """Under another vocabulary: kept, refused where there is no such answer, listed where there is no such question."""
    kept: dict[str, StoredAnswer] = {}
    dropped: list[WithdrawnAnswer] = []
    for code, stored in findings.items():
        finding = release.vocabulary.findings.get(code)
        if finding is None:
            dropped.append(
                {
                    "code": code,
                    "value": stored["value"],
                    "unit": stored["unit"],
                    "observed_on": stored["observed_on"],
                    "reason": "The guidance in force does not ask this question.",
                    "by": by.display_name,
                    "at": at,
                }
            )
        elif stored["value"] is None or not has_lost_its_meaning(stored, release, code):
            kept[code] = stored
        else:
            kept[code] = refused_now(stored)
    return kept, dropped


def has_lost_its_meaning(stored: StoredAnswer, release: Release, code: str) -> bool:
    finding = release.vocabulary.findings[code]
    as_of = timezone.localdate()
    return read_stored(finding, stored, as_of) is None


def refused_now(stored: StoredAnswer) -> StoredAnswer:
    return {
        **stored,
        "value": None,
        "unit": None,
        "observed_on": None,
        "confirmed": False,
        "refused": {
            "entered": stored["value"] or "",
            "unit": stored["unit"] or "",
            "observed_on": stored["observed_on"] or "",
            "message": "The guidance in force does not offer this answer. Answer the question again.",
        },
    }


@transaction.atomic
def discard_assessment(assessment: Assessment, *, by: User, reason: str) -> Assessment:
    """Nothing is deleted: the draft stays in the record, closed, with the reason."""
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    if not reason.strip():
        raise NothingToDo("Say why the draft is discarded.")
    locked.state = AssessmentState.DISCARDED
    locked.discard_reason = reason.strip()
    store(locked, by=by, at=timezone.now(), read_revision=locked.revision)
    record(
        Event.ASSESSMENT_DISCARDED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before={"state": AssessmentState.DRAFT.value},
        after={"state": AssessmentState.DISCARDED.value},
        reason=reason.strip(),
    )
    return locked
