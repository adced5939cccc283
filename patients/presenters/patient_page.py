"""A patient's page: the current plan, the draft, the key facts with their days, and what can be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.engine.currency import Status
from pathways.engine.vocabulary import Finding
from pathways.selectors import LoadedRelease
from patients.dates import short_date, short_moment
from patients.findings import Board, value_in_words
from patients.findings.answers import day_of
from patients.models import Assessment, Patient, SignedPlan
from patients.names import full_name
from patients.permissions import Reason, why_not_edit, why_not_start
from patients.presenters.question_notes import why_it_does_not_count
from patients.presenters.worklist import due_words
from patients.signing import intended_use
from patients.states import AssessmentState, PlanState

# What somebody who opens a record looks for first; codes that a vocabulary does not have are left out.
KEY_FACTS = (
    "lm_diagnosis",
    "primary_tumour",
    "kps",
    "life_expectancy",
    "deposits",
    "csf_flow",
    "intracranial_bleed",
    "ventricular_device",
    "antithrombotic",
    "intrathecal_therapy",
    "craniospinal_rt",
)


@dataclass(frozen=True, slots=True)
class Action:
    """A button; with a reason it is disabled and the reason stands beside it. `is_post` marks what writes."""

    label: str
    href: str
    is_post: bool = False
    disabled_because: str = ""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    title: str
    signed: str
    reassess: str
    is_due: bool
    guidance_changed: bool
    href: str
    print_href: str


@dataclass(frozen=True, slots=True)
class DraftSummary:
    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """`href` is empty where there is nothing to open; `note` says why."""

    day: str
    state: str
    by: str
    href: str
    link: str
    note: str


@dataclass(frozen=True, slots=True)
class FactRow:
    label: str
    value: str
    day: str
    note: str
    is_recorded: bool


@dataclass(frozen=True, slots=True)
class PatientPage:
    heading: str
    plan: PlanSummary | None
    draft: DraftSummary | None
    assessments: tuple[AssessmentRow, ...]
    facts: tuple[FactRow, ...]
    facts_from: str
    start: Action
    edit: Action
    history: Action
    outside_use: str


def patient_page(
    patient: Patient,
    *,
    user: User,
    today: date,
    plans: Iterable[SignedPlan],
    assessments: Iterable[Assessment],
    draft: Assessment | None,
    board: Board | None,
    in_force: LoadedRelease | None,
) -> PatientPage:
    """`board` is the draft's, else the one of the last plan that is not withdrawn, evaluated as of today."""
    plan_of = {plan.assessment_id: plan for plan in plans}
    current = next((plan for plan in plan_of.values() if not plan.is_withdrawn), None)
    return PatientPage(
        heading=full_name(patient.family_name, patient.given_names, patient.title),
        plan=plan_summary(current, today, in_force) if current else None,
        draft=draft_summary(draft) if draft else None,
        assessments=tuple(assessment_row(one, plan_of.get(one.pk)) for one in assessments),
        facts=fact_rows(board) if board else (),
        facts_from=facts_from(board),
        start=start_action(patient, user=user, draft=draft, current=current, in_force=in_force),
        edit=action("Edit details", "patients:patient_edit", patient, why_not_edit(user, patient)),
        history=action("Who saw or changed this record", "patients:patient_history", patient, None),
        outside_use=outside_use(patient, today),
    )


def action(label: str, view: str, patient: Patient, reason: Reason | None, *, is_post: bool = False) -> Action:
    href = reverse(view, args=[patient.pk])
    return Action(label, href, is_post=is_post, disabled_because=reason.value if reason else "")


def start_action(
    patient: Patient,
    *,
    user: User,
    draft: Assessment | None,
    current: SignedPlan | None,
    in_force: LoadedRelease | None,
) -> Action:
    label = "Start reassessment" if current else "Start assessment"
    reason = why_not_start(user, patient, has_draft=draft is not None, guidance_in_force=in_force is not None)
    return action(label, "patients:assessment_start", patient, reason, is_post=True)


def plan_summary(plan: SignedPlan, today: date, in_force: LoadedRelease | None) -> PlanSummary:
    due = due_words(plan.reassess_by, today) if plan.reassess_by else ""
    reassess = f"Reassess by {short_date(plan.reassess_by)}" if plan.reassess_by else "No day of reassessment set"
    return PlanSummary(
        title=f"Care plan {plan.number}",
        signed=f"Signed {short_moment(plan.signed_at)} by {plan.signed_by['name']}",
        reassess=f"{reassess}: {due.lower()}" if due else reassess,
        is_due=bool(due),
        guidance_changed=in_force is not None and plan.release_id != in_force.record.pk,
        href=reverse("patients:plan_detail", args=[plan.pk]),
        print_href=reverse("patients:plan_print", args=[plan.pk]),
    )


def draft_summary(draft: Assessment) -> DraftSummary:
    return DraftSummary(
        sentence=f"Last saved {short_moment(draft.updated_at)} by {draft.updated_by.display_name}",
        href=reverse("patients:assessment_edit", args=[draft.pk]),
    )


def assessment_row(assessment: Assessment, plan: SignedPlan | None) -> AssessmentRow:
    state = AssessmentState(assessment.state)
    href, link, note, words = "", "", "", state.label
    match state:
        case AssessmentState.DRAFT:
            href, link = reverse("patients:assessment_edit", args=[assessment.pk]), "Continue"
        case AssessmentState.DISCARDED:
            note = assessment.discard_reason
        case AssessmentState.SIGNED:
            if plan is not None:
                href, link = reverse("patients:plan_detail", args=[plan.pk]), f"Care plan {plan.number}"
                words = "Signed" if plan.state is PlanState.CURRENT else f"Signed; {plan.state.value.lower()}"
    return AssessmentRow(
        day=short_date(assessment.day),
        state=words,
        by=assessment.updated_by.display_name,
        href=href,
        link=link,
        note=note,
    )


def facts_from(board: Board | None) -> str:
    if board is None:
        return ""
    if board.assessment.is_draft:
        return "From the draft; not signed."
    return f"From the assessment signed {short_date(timezone.localdate(board.assessment.updated_at))}."


def fact_rows(board: Board) -> tuple[FactRow, ...]:
    findings = board.evaluation.release.vocabulary.findings
    return tuple(fact_row(board, findings[code]) for code in KEY_FACTS if code in findings)


def fact_row(board: Board, finding: Finding) -> FactRow:
    stored = board.assessment.findings.get(finding.code)
    if stored is None or stored["value"] is None:
        words = value_in_words(finding, stored) if stored else "Not recorded"
        if board.evaluation.findings[finding.code].status is Status.NOT_APPLICABLE:
            words = "Not applicable"
        return FactRow(finding.label, words, "", "", is_recorded=False)
    note = why_it_does_not_count(board.evaluation, finding)
    return FactRow(finding.label, value_in_words(finding, stored), short_date(day_of(stored)), note, is_recorded=True)


def outside_use(patient: Patient, today: date) -> str:
    return " ".join(obstacle.message for obstacle in intended_use(patient, today))
