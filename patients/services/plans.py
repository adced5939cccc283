"""Signing a care plan, and withdrawing one that was entered in error."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import PasswordAnswer, own_password_answer
from audit.events import Event
from audit.payloads import canonical
from audit.services import record
from pathways.selectors import release_in_force
from patients.dates import short_date
from patients.findings import AdviceUnavailable, Board, board_of
from patients.models import Assessment, PlanWithdrawal, SignedPlan
from patients.models.assessments import StoredAnswer, WithdrawnAnswer
from patients.models.decisions import snapshot_of
from patients.permissions import check_can_sign, check_can_withdraw_plan
from patients.presenters.plan.body import plan_body
from patients.services.assessments.answers import NothingToDo
from patients.services.assessments.start import carried_days, last_plan_to_carry_from, texts_taken_over
from patients.services.assessments.storing import changed_answers, store
from patients.services.locking import lock_assessment, lock_patient, lock_plan
from patients.services.moments import moment_of
from patients.services.own_list import PUT_ON_LIST, put_on_own_list
from patients.services.unavailable import record_sign_refused
from patients.signing import (
    Obstacle,
    Signature,
    SignForm,
    SignObstacle,
    obstacles_of_form,
    obstacles_of_record,
)
from patients.states import AssessmentState, Origin, SignatureMeaning


class SigningRefused(Exception):
    """Nothing was signed; `obstacles` names everything that stood in the way, not only the first thing."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        super().__init__(", ".join(obstacle.kind.value for obstacle in obstacles))


def sign_plan(
    assessment: Assessment,
    *,
    by: User,
    password: str,
    board_hash: str,
    meaning: str,
    on_behalf_of: str = "",
    reassess_by: date | None = None,
    acknowledged_unsettled: bool = False,
    discussed_with: str = "",
    at: datetime | None = None,
) -> SignedPlan:
    """Raises NotAllowed, AdviceUnavailable, or SigningRefused. A refused attempt is logged after all was rolled back.

    `at` is for demo patients: `moments`.
    """
    form = SignForm(
        board_hash=board_hash,
        meaning=meaning,
        on_behalf_of=on_behalf_of.strip(),
        reassess_by=reassess_by,
        acknowledged_unsettled=acknowledged_unsettled,
        discussed_with=discussed_with.strip(),
    )
    answer = own_password_answer(by, password)  # outside of the transaction: a wrong password counts for good
    try:
        return _sign(assessment, by=by, password=answer, form=form, at=at)
    except AdviceUnavailable:
        record_sign_refused(assessment, by=by)
        raise
    except SigningRefused as refused:
        with transaction.atomic():
            record(
                Event.SIGN_REFUSED,
                by=by,
                patient=assessment.patient_id,
                target=str(assessment.pk),
                reason=str(refused),
                outcome="refused",
            )
        raise


@transaction.atomic
def _sign(
    assessment: Assessment, *, by: User, password: PasswordAnswer, form: SignForm, at: datetime | None
) -> SignedPlan:
    lock_patient(assessment.patient_id, by=by)  # always before the assessment, so that no two wait for each other
    locked = lock_assessment(assessment.pk, by=by)
    check_can_sign(by, locked)
    now = moment_of(at)
    board = board_of(locked, today=timezone.localdate(now))
    refuse_obstacles(board, form, password=password, today=timezone.localdate(now))
    latest = SignedPlan.objects.visible_to(by).filter(patient=locked.patient_id).order_by("-number").first()
    signature = signature_of(form, by=by, at=now, number=latest.number + 1 if latest else 1)
    carried = carried_days(locked, last_plan_to_carry_from(locked.patient, by=by))
    body = canonical(plan_body(board, signature, carried=carried)).decode()
    locked.state = AssessmentState.SIGNED
    store(locked, by=by, at=now, read_revision=locked.revision)
    plan = SignedPlan.objects.create(
        patient=locked.patient,
        assessment=locked,
        release=locked.release,
        number=signature.number,
        body=body,
        body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        signed_at=now,
        signed_by=signature.signed_by,
        meaning=signature.meaning,
        on_behalf_of=signature.on_behalf_of,
        reassess_by=signature.reassess_by,
    )
    is_new_on_list = put_on_own_list(locked.patient, by=by, at=now)
    record(
        Event.PLAN_SIGNED,
        by=by,
        patient=plan.patient_id,
        target=str(plan.pk),
        after={
            "number": plan.number,
            "assessment": str(locked.pk),
            "release": locked.release.sha256,
            "body_sha256": plan.body_sha256,
            "meaning": plan.meaning,
        }
        | (PUT_ON_LIST if is_new_on_list else {}),
    )
    return plan


def refuse_obstacles(board: Board, form: SignForm, *, password: PasswordAnswer, today: date) -> None:
    in_force = release_in_force()
    obstacles = [
        *obstacles_of_record(board, in_force.record if in_force else None, today=today),
        *obstacles_of_form(board, form, today=today),
    ]
    if not password.right:
        message = f"{password.refusal} Nothing you entered is lost."
        obstacles.append(Obstacle(SignObstacle.WRONG_PASSWORD, message, "password"))
    if obstacles:
        raise SigningRefused(tuple(obstacles))


def signature_of(form: SignForm, *, by: User, at: datetime, number: int) -> Signature:
    meaning = SignatureMeaning(form.meaning)
    return Signature(
        number=number,
        signed_at=at,
        signed_by=snapshot_of(by),
        meaning=meaning,
        on_behalf_of=form.on_behalf_of if meaning is SignatureMeaning.ON_BEHALF else "",
        reassess_by=form.reassess_by,
        discussed_with=form.discussed_with,
    )


@transaction.atomic
def withdraw_plan(plan: SignedPlan, *, by: User, reason: str) -> PlanWithdrawal:
    """The plan itself stays as it was signed. Raises NotAllowed, NothingToDo."""
    lock_patient(plan.patient_id, by=by)
    locked = lock_plan(plan.pk, by=by)
    check_can_withdraw_plan(by, locked)
    if not reason.strip():
        raise NothingToDo("Say why the care plan was an error.")
    now = timezone.now()
    withdrawal = PlanWithdrawal.objects.create(plan=locked, reason=reason.strip(), by=snapshot_of(by), at=now)
    before, after = withdraw_from_draft(locked, by=by, at=now)
    record(
        Event.PLAN_WITHDRAWN,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before=before,
        after={"number": locked.number} | after,
        reason=reason.strip(),
    )
    return withdrawal


def withdraw_from_draft(plan: SignedPlan, *, by: User, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Safety: what an open draft took over from the plan, and nobody has confirmed since, goes with the plan."""
    drafts = Assessment.objects.visible_to(by).filter(patient=plan.patient_id, state=AssessmentState.DRAFT)
    open_draft = drafts.first()
    if open_draft is None:
        return {}, {}
    draft = lock_assessment(open_draft.pk, by=by)
    before: dict[str, StoredAnswer] = dict(draft.findings)
    texts = texts_taken_over(draft, plan)
    draft.findings = {code: one for code, one in before.items() if not rests_on(one, plan)}
    if draft.findings == before and not texts:
        return {}, {}
    taken = {
        code: (one["value"], one["unit"], one["observed_on"]) for code, one in before.items() if rests_on(one, plan)
    }
    taken |= {name: (text, None, None) for name, text in texts.items()}
    reason = (
        f"Carried forward from the care plan of {short_date(timezone.localdate(plan.signed_at))}, "
        "which was withdrawn as entered in error."
    )
    withdrawn: list[WithdrawnAnswer] = [
        {
            "code": code,
            "value": value,
            "unit": unit,
            "observed_on": observed_on,
            "reason": reason,
            "by": by.display_name,
            "at": at.isoformat(),
        }
        for code, (value, unit, observed_on) in taken.items()
    ]
    draft.withdrawn = [*draft.withdrawn, *withdrawn]
    for name in texts:
        setattr(draft, name, "")
    store(draft, by=by, at=at, read_revision=draft.revision)
    old, new = changed_answers(before, draft.findings)
    return old | texts, new | dict.fromkeys(texts, "")


def rests_on(stored: StoredAnswer, plan: SignedPlan) -> bool:
    carried = stored["origin"] == Origin.CARRIED_FORWARD.value and not stored["confirmed"]
    return carried and stored["carried_from"] == str(plan.assessment_id)
