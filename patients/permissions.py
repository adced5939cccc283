"""Who may do what to a patient's record: `why_not_…` gives the reason, `can_…` asks, `check_can_…` raises it."""

from enum import Enum

from accounts.models import User, Ward
from accounts.permissions import Permission, Role
from patients.models import Assessment, BreakGlassAccess, Patient, SignedPlan
from patients.states import AssessmentState, ReviewOutcome


class Reason(Enum):
    """Why something is not allowed, in the words of the disabled button's hint."""

    NO_CLINICAL_ROLE = "Your role does not include patients' records."
    NOT_YOUR_WARD = "You are not a member of this patient's ward."
    ONLY_OPENED = (
        "You opened this record by break-glass. Only the patient's own ward moves the patient to another ward."
    )
    NOT_YOUR_NEW_WARD = "You are not a member of the ward you have chosen."
    PATIENT_HAS_DIED = "The patient has died: no new assessment."
    DRAFT_IS_OPEN = "There is an open draft. Continue or discard it."
    NO_GUIDANCE = "No guidance is in force, so no assessment can be started."
    NO_ADVICE = "No approved guidance is in force, so there is no advice to answer."
    NO_NEWER_GUIDANCE = "The assessment already uses the guidance in force."
    ASSESSMENT_SIGNED = "The assessment is signed and cannot be changed. Start a reassessment."
    ASSESSMENT_DISCARDED = "The assessment was discarded and cannot be changed."
    MAY_NOT_SIGN = "Your role does not include signing care plans."
    PLAN_WITHDRAWN = "The care plan has been withdrawn already."
    WITHDRAWN_TAKES_NONE = "The care plan has been withdrawn as entered in error. Nothing can be added to it."
    MAY_NOT_REVIEW_ACCESS = "Your role does not include reviewing accesses by break-glass."
    MAY_NOT_RECALL = "Your role does not include listing the patients whom a release of the guidance advised."
    OWN_ACCESS = "This is your own access. Another privacy officer has to review it."
    REVIEW_IS_FINAL = "This access has been reviewed already."


# Not about the person: somebody with every permission would be refused too.
STATES = frozenset(
    {
        Reason.PATIENT_HAS_DIED,
        Reason.DRAFT_IS_OPEN,
        Reason.NO_GUIDANCE,
        Reason.NO_NEWER_GUIDANCE,
        Reason.ASSESSMENT_SIGNED,
        Reason.ASSESSMENT_DISCARDED,
        Reason.PLAN_WITHDRAWN,
        Reason.WITHDRAWN_TAKES_NONE,
        Reason.REVIEW_IS_FINAL,
    }
)

RECALLING = frozenset({Role.AUDITOR, Role.PRIVACY_OFFICER})


class NotAllowed(Exception):
    """The person may not do this, or not in this state of the record."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


def refuse_for(reason: Reason | None) -> None:
    if reason is not None:
        raise NotAllowed(reason)


def why_not_see(user: User, patient: Patient) -> Reason | None:
    if not user.is_clinical():
        return Reason.NO_CLINICAL_ROLE
    return None if patient.ward_id in user.ward_ids() or has_opened(user, patient) else Reason.NOT_YOUR_WARD


def has_opened(user: User, patient: Patient) -> bool:
    """By break-glass, and neither ended nor expired: it gives what the own ward gives, and is recorded as such."""
    return BreakGlassAccess.objects.open_for(user).filter(patient=patient).exists()


def why_not_add(user: User) -> Reason | None:
    return None if user.is_clinical() else Reason.NO_CLINICAL_ROLE


def why_not_place(user: User, ward: Ward) -> Reason | None:
    """A patient is put only where the person works: nobody makes a record vanish from their own sight by mistake."""
    return why_not_add(user) or (None if ward.pk in user.ward_ids() else Reason.NOT_YOUR_NEW_WARD)


def why_not_move(user: User, patient: Patient, ward: Ward) -> Reason | None:
    """Nobody makes four hours into a stay by moving a patient to a ward of their own."""
    if ward.pk == patient.ward_id:
        return None
    return Reason.ONLY_OPENED if patient.ward_id not in user.ward_ids() else why_not_place(user, ward)


def why_not_edit(user: User, patient: Patient) -> Reason | None:
    return why_not_see(user, patient)


def why_not_start(user: User, patient: Patient, *, has_draft: bool, guidance_in_force: bool) -> Reason | None:
    if reason := why_not_see(user, patient):
        return reason
    if patient.has_died:
        return Reason.PATIENT_HAS_DIED
    if has_draft:
        return Reason.DRAFT_IS_OPEN
    return None if guidance_in_force else Reason.NO_GUIDANCE


def why_not_change(user: User, assessment: Assessment) -> Reason | None:
    """Saving, withdrawing, confirming, answering and discarding all need an open draft on an own ward."""
    return why_not_see(user, assessment.patient) or why_closed(assessment)


def why_closed(assessment: Assessment) -> Reason | None:
    match AssessmentState(assessment.state):
        case AssessmentState.SIGNED:
            return Reason.ASSESSMENT_SIGNED
        case AssessmentState.DISCARDED:
            return Reason.ASSESSMENT_DISCARDED
        case AssessmentState.DRAFT:
            return None


def why_not_sign(user: User, assessment: Assessment) -> Reason | None:
    """About the person and the state; what the assessment itself still lacks is `signing.obstacles`."""
    if reason := why_not_change(user, assessment):
        return reason
    return None if user.has_perm(Permission.SIGN_PLAN) else Reason.MAY_NOT_SIGN


def why_not_withdraw_plan(user: User, plan: SignedPlan) -> Reason | None:
    if reason := why_not_see(user, plan.patient):
        return reason
    if not user.has_perm(Permission.SIGN_PLAN):
        return Reason.MAY_NOT_SIGN
    return Reason.PLAN_WITHDRAWN if plan.is_withdrawn else None


def why_not_add_addendum(user: User, plan: SignedPlan) -> Reason | None:
    """Whoever may see the plan, also one that a later plan supersedes: a late result belongs beside what it was for."""
    return why_not_see(user, plan.patient) or (Reason.WITHDRAWN_TAKES_NONE if plan.is_withdrawn else None)


def why_not_review_accesses(user: User) -> Reason | None:
    # The role first: it is known already on every page, the permission costs a statement.
    is_officer = user.is_active and Role.PRIVACY_OFFICER in user.roles and user.has_perm(Permission.REVIEW_ACCESS)
    return None if is_officer else Reason.MAY_NOT_REVIEW_ACCESS


def why_not_recall(user: User) -> Reason | None:
    """Auditors and privacy officers, who see the names of every ward's patients already; the role itself is asked for.

    Not whoever wrote or published the guidance, and not a superuser: looking after it gives nobody a patient's name.
    """
    is_theirs = user.is_active and not RECALLING.isdisjoint(user.roles)
    return None if is_theirs and user.has_perm(Permission.READ_AUDIT) else Reason.MAY_NOT_RECALL


def why_not_review(user: User, access: BreakGlassAccess) -> Reason | None:
    if reason := why_not_review_accesses(user):
        return reason
    if access.user_id == user.pk:
        return Reason.OWN_ACCESS
    is_final = access.review_outcome in {ReviewOutcome.JUSTIFIED, ReviewOutcome.NOT_JUSTIFIED}
    return Reason.REVIEW_IS_FINAL if is_final else None


def can_add(user: User) -> bool:
    return why_not_add(user) is None


def can_edit(user: User, patient: Patient) -> bool:
    return why_not_edit(user, patient) is None


def can_change(user: User, assessment: Assessment) -> bool:
    return why_not_change(user, assessment) is None


def can_sign(user: User, assessment: Assessment) -> bool:
    return why_not_sign(user, assessment) is None


def can_withdraw_plan(user: User, plan: SignedPlan) -> bool:
    return why_not_withdraw_plan(user, plan) is None


def can_add_addendum(user: User, plan: SignedPlan) -> bool:
    return why_not_add_addendum(user, plan) is None


def can_review_accesses(user: User) -> bool:
    return why_not_review_accesses(user) is None


def can_review(user: User, access: BreakGlassAccess) -> bool:
    return why_not_review(user, access) is None


def can_recall(user: User) -> bool:
    return why_not_recall(user) is None


def can_read_any_history(user: User) -> bool:
    """Auditors read the log of every record, and nothing of the record itself."""
    return user.has_perm(Permission.READ_AUDIT)


def check_can_add(user: User) -> None:
    refuse_for(why_not_add(user))


def check_can_place(user: User, ward: Ward) -> None:
    refuse_for(why_not_place(user, ward))


def check_can_move(user: User, patient: Patient, ward: Ward) -> None:
    refuse_for(why_not_move(user, patient, ward))


def check_can_review_accesses(user: User) -> None:
    refuse_for(why_not_review_accesses(user))


def check_can_recall(user: User) -> None:
    refuse_for(why_not_recall(user))


def check_can_review(user: User, access: BreakGlassAccess) -> None:
    refuse_for(why_not_review(user, access))


def check_can_edit(user: User, patient: Patient) -> None:
    refuse_for(why_not_edit(user, patient))


def check_can_start(user: User, patient: Patient, *, has_draft: bool, guidance_in_force: bool) -> None:
    refuse_for(why_not_start(user, patient, has_draft=has_draft, guidance_in_force=guidance_in_force))


def check_can_change_locked(assessment: Assessment) -> None:
    """For a row that was just locked: only who may see it gets it, so that asking for the wards again is left out."""
    refuse_for(why_closed(assessment))


def check_can_sign(user: User, assessment: Assessment) -> None:
    refuse_for(why_not_sign(user, assessment))


def check_can_withdraw_plan(user: User, plan: SignedPlan) -> None:
    refuse_for(why_not_withdraw_plan(user, plan))


def check_can_add_addendum(user: User, plan: SignedPlan) -> None:
    refuse_for(why_not_add_addendum(user, plan))
