"""Moving a draft to the guidance in force, and discarding it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.selectors import release_in_force
from patients.findings import release_of
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.permissions import NotAllowed, Reason, check_can_change_locked
from patients.services.assessments.answers import NothingToDo
from patients.services.assessments.rereading import reread
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
    found = reread(before, from_release=release_of(locked), to_release=newer.engine, by=by, at=now.isoformat())
    locked.release = newer.record
    locked.findings = found.findings
    locked.withdrawn = [*locked.withdrawn, *found.not_used]
    store(locked, by=by, at=now, read_revision=locked.revision)
    old, new = changed_answers(before, locked.findings)
    record(
        Event.RELEASE_ADOPTED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before={"release": old_hash} | old,
        after={"release": newer.record.sha256} | found.told() | new,
    )
    return locked


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
