"""A patient's page: the current plan, the draft, the timeline, the trends, the key facts, and what can be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.engine.release import Release
from pathways.engine.vocabulary import Vocabulary
from pathways.selectors import LoadedRelease, TamperedRelease, UnusableRelease, vocabulary_of
from patients.dates import short_date, short_moment
from patients.findings import Board
from patients.findings.past import Past, past_of
from patients.models import Assessment, Patient, SignedPlan
from patients.names import full_name
from patients.permissions import Reason, why_not_edit, why_not_start
from patients.presenters.compare.guidance_since import GuidanceSince, guidance_since
from patients.presenters.patient.assessment_rows import AssessmentRow, assessment_rows
from patients.presenters.patient.key_facts import FactRow, fact_rows, facts_from
from patients.presenters.patient.timeline import TimelineEntry, timeline
from patients.presenters.patient.trends import Trends, trends
from patients.presenters.worklist.rows import due_words, in_days
from patients.signing import intended_use
from patients.states import PlanState


@dataclass(frozen=True, slots=True)
class Action:
    """A button; with a reason it is disabled and the reason stands beside it."""

    label: str
    href: str
    disabled_because: str = ""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    title: str
    signed: str
    reassess: str
    is_due: bool
    since: GuidanceSince | None
    href: str
    print_href: str
    patient_copy_href: str


@dataclass(frozen=True, slots=True)
class DraftSummary:
    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """`own_list` is empty where a list has no use: for a record that was opened by break-glass."""

    heading: str
    plan: PlanSummary | None
    plan_note: str
    draft: DraftSummary | None
    timeline: tuple[TimelineEntry, ...]
    trends: Trends | None
    left_out: tuple[str, ...]
    assessments: tuple[AssessmentRow, ...]
    facts: tuple[FactRow, ...]
    facts_from: str
    without_facts: str
    start: Action
    edit: Action
    history: Action
    own_list: Action | None
    outside_use: str
    no_advice: str


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What the page is made of, read by the view; `board` is the draft's, else that of the assessment signed last."""

    patient: Patient
    plans: Sequence[SignedPlan]
    assessments: Sequence[Assessment]
    draft: Assessment | None
    board: Board | None
    in_force: LoadedRelease | None
    is_listed: bool
    no_advice: str = ""  # why there is no board although there is an assessment

    @property
    def current(self) -> SignedPlan | None:
        return next((plan for plan in self.plans if plan.state is PlanState.CURRENT), None)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Of the guidance in force, which keeps the names of what earlier releases called otherwise."""
        if self.in_force is None:
            return self.board.evaluation.release.vocabulary if self.board else None
        try:
            return vocabulary_of(self.in_force.record.sha256)
        except (TamperedRelease, UnusableRelease):
            return None

    @property
    def engine(self) -> Release | None:
        """None also where the guidance in force cannot be read: trends have no limits then, and the rest stands."""
        try:
            return self.in_force.engine if self.in_force else None
        except (TamperedRelease, UnusableRelease):
            return None


def patient_page(record: PatientRecord, *, user: User, today: date) -> PatientPage:
    patient, vocabulary, current = record.patient, record.vocabulary, record.current
    past = past_of(record.assessments, record.plans, vocabulary, today=today) if vocabulary else None
    start = start_action(record, user=user)
    return PatientPage(
        heading=full_name(patient.family_name, patient.given_names, patient.title),
        plan=plan_summary(current, today, record.in_force) if current else None,
        plan_note=withdrawn_words(record),
        draft=draft_summary(record.draft) if record.draft else None,
        timeline=timeline(patient, past, record.plans, today=today),
        trends=trends(past, vocabulary, in_force=record.engine, today=today) if past and vocabulary else None,
        left_out=left_out(past) if past else (),
        assessments=assessment_rows(patient, record.assessments, record.plans),
        facts=fact_rows(record.board, past, can_start=not start.disabled_because),
        facts_from=facts_from(record.board),
        without_facts=without_facts(record, vocabulary),
        start=start,
        edit=action("Edit details", "patients:patient_edit", patient, why_not_edit(user, patient)),
        history=action("Who saw or changed this record", "patients:patient_history", patient, None),
        own_list=None if patient.opened_access else own_list_action(record),
        outside_use=outside_use(patient, today),
        no_advice=record.no_advice,
    )


def without_facts(record: PatientRecord, vocabulary: Vocabulary | None) -> str:
    """Safety: what cannot be shown is never said not to be recorded. HZ-66"""
    if record.no_advice or (record.board is not None and vocabulary is None):
        return "Not shown now, because nothing can be evaluated. The answers stand in the assessments."
    return "Nothing recorded yet."


def action(label: str, view: str, patient: Patient, reason: Reason | None) -> Action:
    href = reverse(view, args=[patient.pk])
    return Action(label, href, disabled_because=reason.value if reason else "")


def start_action(record: PatientRecord, *, user: User) -> Action:
    label = "Start reassessment" if record.current else "Start assessment"
    has_guidance = record.in_force is not None
    reason = why_not_start(user, record.patient, has_draft=record.draft is not None, guidance_in_force=has_guidance)
    return action(label, "patients:assessment_start", record.patient, reason)


def own_list_action(record: PatientRecord) -> Action:
    if record.is_listed:
        return action("Remove from my list", "patients:own_list_remove", record.patient, None)
    return action("Add to my list", "patients:own_list_add", record.patient, None)


def plan_summary(plan: SignedPlan, today: date, in_force: LoadedRelease | None) -> PlanSummary:
    return PlanSummary(
        title=f"Care plan {plan.number}",
        signed=f"Signed {short_moment(plan.signed_at)} by {plan.signed_by['name']}",
        reassess=reassess_words(plan.reassess_by, today),
        is_due=bool(plan.reassess_by and due_words(plan.reassess_by, today)),
        since=guidance_since(plan, in_force=in_force, today=today),
        href=reverse("patients:plan_detail", args=[plan.pk]),
        print_href=reverse("patients:plan_print", args=[plan.pk]),
        patient_copy_href=reverse("patients:patient_copy", args=[plan.pk]),
    )


def withdrawn_words(record: PatientRecord) -> str:
    """Where the plan that was signed last does not count."""
    last = max(record.plans, key=lambda plan: plan.number, default=None)
    if last is None or not last.is_withdrawn:
        return ""
    day = short_date(timezone.localdate(last.withdrawal.at))
    again = f" Care plan {record.current.number} counts again." if record.current else ""
    return f"Care plan {last.number} was withdrawn as entered in error on {day}.{again}"


def reassess_words(day: date | None, today: date) -> str:
    if day is None:
        return "No day of reassessment set"
    due = due_words(day, today).lower() or f"in {in_days((day - today).days)}"
    return f"Reassess by {short_date(day)}: {due}"


def draft_summary(draft: Assessment) -> DraftSummary:
    return DraftSummary(
        sentence=f"Last saved {short_moment(draft.updated_at)} by {draft.updated_by.display_name}",
        href=reverse("patients:assessment_edit", args=[draft.pk]),
    )


def left_out(past: Past) -> tuple[str, ...]:
    """What the timeline and the trends do not show, so that nobody takes them for complete."""
    answers = {1: "1 answer"}
    said = []
    if past.left_out:
        said.append(f"Left out as withdrawn errors: {answers.get(past.left_out, f'{past.left_out} answers')}.")
    if past.unreadable:
        many = answers.get(past.unreadable, f"{past.unreadable} answers")
        said.append(f"The guidance in force has no place for {many} of earlier assessments; the care plans have them.")
    return tuple(said)


def outside_use(patient: Patient, today: date) -> str:
    return " ".join(obstacle.message for obstacle in intended_use(patient, today))
