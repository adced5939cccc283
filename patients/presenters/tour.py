"""The tour: short steps with a practice patient, each done when its record says so, and six worked patients."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from patients.demo_worked import WORKED, Worked
from patients.names import full_name
from patients.practice import MOST_PER_PERSON
from patients.selectors.practice import PracticeState, WorkedPatient

FIRST_FINDINGS = frozenset({"lm_diagnosis", "kps"})
BLEED = "intracranial_bleed"


@dataclass(frozen=True, slots=True)
class TourStep:
    """`state` is done, next or later; `href` is empty where the step cannot be opened yet."""

    title: str
    task: str
    look: str
    href: str
    link: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class WorkedRow:
    title: str
    notice: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Tour:
    """`may_start`: whether the button for another practice patient is shown."""

    patient: str
    done: int
    steps: tuple[TourStep, ...]
    may_start: bool
    worked: tuple[WorkedRow, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A step as it is written, and whether the record shows that it was done."""

    title: str
    task: str
    look: str
    href: str
    link: str
    done: bool


def tour_of(state: PracticeState | None, worked: Mapping[str, WorkedPatient]) -> Tour:
    told = told_steps(state)
    first_open = next((number for number, one in enumerate(told) if not one.done), len(told))
    return Tour(
        patient=full_name(state.patient.family_name, state.patient.given_names, "") if state else "",
        done=sum(one.done for one in told),
        steps=tuple(step_of(one, is_next=number == first_open) for number, one in enumerate(told)),
        may_start=state is None or state.made < MOST_PER_PERSON,
        worked=tuple(worked_row(one, worked[one.hospital_number]) for one in WORKED if one.hospital_number in worked),
    )


def step_of(told: Told, *, is_next: bool) -> TourStep:
    state = "done" if told.done else "next" if is_next else "later"
    words = {"done": "Done", "next": "Next", "later": "Later"}[state]
    return TourStep(told.title, told.task, told.look, told.href, told.link, state, words)


def told_steps(state: PracticeState | None) -> tuple[Told, ...]:
    assessment = state.assessment if state else None
    patient_href = reverse("patients:patient_detail", args=[state.patient.pk]) if state else ""
    form = reverse("patients:assessment_edit", args=[assessment.pk]) if assessment else ""
    sign = reverse("patients:plan_sign", args=[assessment.pk]) if assessment else ""
    plan = reverse("patients:plan_detail", args=[state.plan]) if state and state.plan else ""
    answered = state.answered if state else frozenset()
    is_signed = bool(plan)
    return (
        Told(
            "Make a practice patient",
            "Press the button above. The patient is invented, belongs to your ward, and is called Practice.",
            "TRAINING stands at the top of every page. Real patients never belong here.",
            patient_href,
            "Open the practice patient",
            state is not None,
        ),
        Told(
            "Start an assessment",
            "On the patient’s page press “Start assessment”.",
            "Nothing is filled in and nothing is advised. The panel names the findings that decide most.",
            patient_href,
            "Open the practice patient",
            assessment is not None,
        ),
        Told(
            "Enter two findings",
            "Leptomeningeal metastasis: Established. Karnofsky performance status: 80.",
            "It is saved at once, and the panel follows. “Not settled” means: not advice yet, because something "
            "that is missing could still rule it out. Unknown is never “no”.",
            f"{form}#question-kps" if form else "",
            "Open the assessment",
            is_signed or answered >= FIRST_FINDINGS,
        ),
        Told(
            "Let a bleed forbid something",
            "Intracranial bleeding: Present, and type -1d as the date of the scan.",
            "A prohibition holds although most findings are still missing. Open “Why, cautions and sources”: what it "
            "rests on, what is wrong with the source, what would lift it.",
            f"{form}#question-{BLEED}" if form else "",
            "Go to the question",
            is_signed or BLEED in answered,
        ),
        Told(
            "Answer the advice",
            "On a card choose an answer, such as “Will do”.",
            "Every “Do” and every “Discuss” wants an answer before you sign. “Do not” is confirmed by signing.",
            form,
            "Open the assessment",
            is_signed or bool(state and state.decisions),
        ),
        Told(
            "Review and sign",
            "Press “Review and sign”, or Ctrl+Enter. Choose what your signature means, and enter your password.",
            "The page lists what is not settled. A missing finding never keeps you from signing.",
            sign if not is_signed else "",
            "Review and sign",
            is_signed,
        ),
        Told(
            "Read the plan, and begin again",
            "Look at the care plan and its print page, then start a reassessment on the patient’s page.",
            "The plan keeps words, findings and release as they were signed. The reassessment starts with your "
            "answers, each with its own date and marked “carried forward”.",
            plan,
            "Open the care plan",
            bool(state and state.plan and state.assessments > 1),
        ),
    )


def worked_row(one: Worked, found: WorkedPatient) -> WorkedRow:
    page = (
        reverse("patients:assessment_edit", args=[found.assessment])
        if found.assessment
        else reverse("patients:patient_detail", args=[found.patient.pk])
    )
    return WorkedRow(one.title, one.notice, full_name(found.patient.family_name, found.patient.given_names, ""), page)
