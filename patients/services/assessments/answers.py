"""Changing single answers outside of the form: withdrawing an error, and confirming what was carried forward."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.findings import board_of, does_not_count, release_of
from patients.models import Assessment
from patients.models.assessments import StoredAnswer, WithdrawnAnswer
from patients.permissions import check_can_change_locked
from patients.services.assessments.storing import changed_answers, store
from patients.services.locking import lock_assessment


class NothingToDo(Exception):
    """There is no such answer, or a reason is missing; the message says which."""


@transaction.atomic
def withdraw_finding(assessment: Assessment, code: str, *, by: User, reason: str) -> Assessment:
    """Take an answer out as entered in error. It stays listed with the reason. Raises NotAllowed, NothingToDo."""
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    if not reason.strip():
        raise NothingToDo("Say why the answer was an error.")
    before: dict[str, StoredAnswer] = dict(locked.findings)
    stored = before.get(code)
    if stored is None:
        raise NothingToDo("This answer is not recorded (any more).")
    now = timezone.now()
    withdrawn: WithdrawnAnswer = {
        "code": code,
        "value": stored["value"],
        "unit": stored["unit"],
        "observed_on": stored["observed_on"],
        "reason": reason.strip(),
        "by": by.display_name,
        "at": now.isoformat(),
    }
    locked.findings = {other: kept for other, kept in before.items() if other != code}
    locked.withdrawn = [*locked.withdrawn, withdrawn]
    store(locked, by=by, at=now, read_revision=locked.revision)
    old, new = changed_answers(before, locked.findings)
    record(
        Event.FINDING_WITHDRAWN,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before=old,
        after=new,
        reason=reason.strip(),
    )
    return locked


@transaction.atomic
def confirm_unchanged(assessment: Assessment, codes: Iterable[str], *, by: User) -> Assessment:
    """Somebody looked and it is still so. An observation gets today's date; an event keeps the date it happened on."""
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    vocabulary = release_of(locked).vocabulary.findings
    before: dict[str, StoredAnswer] = dict(locked.findings)
    confirmable = [code for code in dict.fromkeys(codes) if code in vocabulary and has_value(before.get(code))]
    if not confirmable:
        raise NothingToDo("Choose at least one recorded answer to confirm.")
    now = timezone.now()
    refuse_what_does_not_count(locked, confirmable, today=timezone.localdate(now))
    today = timezone.localdate(now).isoformat()
    confirmed: dict[str, StoredAnswer] = {
        code: {
            **before[code],
            "observed_on": before[code]["observed_on"] if vocabulary[code].event else today,
            "confirmed": True,
            "by": by.display_name,
            "at": now.isoformat(),
        }
        for code in confirmable
    }
    locked.findings = before | confirmed
    store(locked, by=by, at=now, read_revision=locked.revision)
    old, new = changed_answers(before, locked.findings)
    record(Event.FINDINGS_CONFIRMED, by=by, patient=locked.patient_id, target=str(locked.pk), before=old, after=new)
    return locked


def refuse_what_does_not_count(assessment: Assessment, codes: Iterable[str], *, today: date) -> None:
    """Safety: a scan from before the bleed does not become one of today because somebody ticked it."""
    evaluation = board_of(assessment, today=today).evaluation
    findings = evaluation.release.vocabulary.findings
    if labels := [findings[code].label for code in codes if does_not_count(evaluation, code)]:
        raise NothingToDo(
            f"{', '.join(labels)}: does not count any more, so it cannot be confirmed. "
            "Enter the new result with its date. Nothing was confirmed."
        )


def has_value(stored: StoredAnswer | None) -> bool:
    return stored is not None and stored["value"] is not None
