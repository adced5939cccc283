"""Opening the record of another ward's patient for a few hours, ending that, and reviewing it afterwards."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import own_password_answer
from audit.events import Event
from audit.services import record
from patients.models import BreakGlassAccess, Patient
from patients.permissions import NotAllowed, Reason, check_can_review
from patients.states import BreakGlassReason, ReviewOutcome

# For whoever watches the machine's log: ids only, and the queue of the privacy officer says the rest.
notice = logging.getLogger("audit.notice")
SHORTEST_REASON = 10
LONGEST_REASON = 1000


class BreakGlassRefused(Exception):
    """Nothing was opened or reviewed; `problems` holds a sentence per field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


@transaction.atomic
def record_asking(patient_id: UUID, *, by: User) -> None:
    record(Event.BREAK_GLASS_ASKED, by=by, patient=patient_id, target=str(patient_id))


def open_by_break_glass(
    patient_id: UUID, *, by: User, reason_code: str, reason_text: str, password: str
) -> BreakGlassAccess:
    """The access, or the one that is open already. Raises NotAllowed, or BreakGlassRefused, which is recorded."""
    problems = problems_of_reason(reason_code, reason_text.strip())
    if not password:
        problems["password"] = "Enter your password."  # noqa: S105 (a sentence; nothing was tried, so nothing counts)
    else:
        answer = own_password_answer(by, password)  # outside of the transaction: a wrong password counts for good
        if not answer.right:
            problems["password"] = f"{answer.refusal} What you entered is still in the form."
    if problems:
        _record_refusal(patient_id, by=by, fields=sorted(problems))
        raise BreakGlassRefused(problems)
    access, is_new = _open(patient_id, by=by, reason_code=reason_code, reason_text=reason_text.strip())
    if is_new:
        notice.warning("Break-glass access %s: user %s opened patient %s.", access.pk, by.pk, access.patient_id)
        warn_of_many(by)
    return access


def problems_of_reason(reason_code: str, reason_text: str) -> dict[str, str]:
    problems = {}
    if reason_code not in BreakGlassReason.values:
        problems["reason_code"] = "Choose why you open this record."
    if reason_code == BreakGlassReason.OTHER and len(reason_text) < SHORTEST_REASON:
        problems["reason_text"] = f"Write the reason, with at least {SHORTEST_REASON} characters."
    elif len(reason_text) > LONGEST_REASON:
        problems["reason_text"] = f"Shorten this to {LONGEST_REASON} characters."
    return problems


@transaction.atomic
def _open(patient_id: UUID, *, by: User, reason_code: str, reason_text: str) -> tuple[BreakGlassAccess, bool]:
    elsewhere = Patient.objects.of_other_wards(by).select_for_update(
        of=("self",)
    )  # the button pressed twice waits here
    patient = elsewhere.filter(pk=patient_id).first()
    if patient is None:
        raise NotAllowed(Reason.NOT_YOUR_WARD if by.is_clinical() else Reason.NO_CLINICAL_ROLE)
    if already := BreakGlassAccess.objects.open_for(by).filter(patient=patient).first():
        return already, False
    now = timezone.now()
    access = BreakGlassAccess.objects.create(
        patient=patient,
        user=by,
        reason_code=reason_code,
        reason_text=reason_text,
        opened_at=now,
        expires_at=now + timedelta(hours=settings.BREAK_GLASS_HOURS),
    )
    record(
        Event.BREAK_GLASS_OPENED,
        by=by,
        patient=patient.pk,
        target=str(access.pk),
        after={"reason_code": reason_code, "until": access.expires_at.isoformat()},
        reason=": ".join(part for part in (BreakGlassReason(reason_code).label, reason_text) if part),
    )
    return access, True


def warn_of_many(user: User) -> None:
    since = timezone.now() - timedelta(hours=24)
    openings = BreakGlassAccess.objects.filter(user=user, opened_at__gt=since).count()
    if openings > settings.BREAK_GLASS_ALARM_ABOVE:
        notice.warning("Break-glass ALARM: user %s opened %s records within 24 hours.", user.pk, openings)


@transaction.atomic
def _record_refusal(patient_id: UUID, *, by: User, fields: list[str]) -> None:
    record(
        Event.BREAK_GLASS_REFUSED,
        by=by,
        patient=patient_id,
        target=str(patient_id),
        after={"fields": fields},
        outcome="refused",
    )


@transaction.atomic
def end_access(access_id: UUID, *, by: User) -> BreakGlassAccess | None:
    """Only one's own. None where it was over already: then there is nothing to tell."""
    open_now = BreakGlassAccess.objects.filter(user=by, ended_at__isnull=True).select_for_update(of=("self",))
    access = open_now.filter(pk=access_id).first()
    if access is None or not access.is_open(timezone.now()):
        return None
    access.ended_at = max(timezone.now(), access.opened_at)
    access.save(update_fields=["ended_at"])
    record(Event.BREAK_GLASS_ENDED, by=by, patient=access.patient_id, target=str(access.pk))
    return access


@transaction.atomic
def review_access(access_id: UUID, *, by: User, outcome: str, note: str) -> BreakGlassAccess:
    """Raises NotAllowed, or BreakGlassRefused."""
    access = BreakGlassAccess.objects.select_for_update(of=("self",)).get(pk=access_id)
    check_can_review(by, access)
    refuse_review(outcome, note.strip())
    before = {"review_outcome": access.review_outcome} if access.review_outcome else None
    access.reviewed_at, access.reviewed_by = timezone.now(), by
    access.review_outcome, access.review_note = outcome, note.strip()
    access.save(update_fields=["reviewed_at", "reviewed_by", "review_outcome", "review_note"])
    record(
        Event.BREAK_GLASS_REVIEWED,
        by=by,
        patient=access.patient_id,
        target=str(access.pk),
        before=before,
        after={"review_outcome": outcome},
        reason=note.strip(),
    )
    return access


def refuse_review(outcome: str, note: str) -> None:
    problems = {}
    if outcome not in ReviewOutcome.values:
        problems["outcome"] = "Choose an outcome."
    elif outcome != ReviewOutcome.JUSTIFIED and len(note) < SHORTEST_REASON:
        problems["note"] = f"Write what is to be asked or done, with at least {SHORTEST_REASON} characters."
    if len(note) > LONGEST_REASON:
        problems["note"] = f"Shorten this to {LONGEST_REASON} characters."
    if problems:
        raise BreakGlassRefused(problems)


@transaction.atomic
def record_looking(patients: list[UUID], *, by: User, target: str = "") -> None:
    """The officer's own looking through the queue."""
    record(Event.BREAK_GLASS_LISTED, by=by, shown=patients, target=target)
