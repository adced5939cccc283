"""The timeline of a patient: what happened by its own day, the plans signed and withdrawn, today, the reassessment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.urls import reverse
from django.utils import timezone

from pathways.engine.vocabulary import Finding, Kind
from patients.dates import short_date
from patients.findings.answers import value_in_words
from patients.findings.past import Assessed, Past, PastAnswer
from patients.models import Patient, SignedPlan
from patients.presenters.worklist.rows import due_words, in_days
from patients.states import PlanState

# What belongs on a timeline although the vocabulary neither dates it nor calls it an event; codes that a vocabulary
# does not have are left out.
TREATMENTS = ("intrathecal_therapy", "systemic_chemotherapy", "craniospinal_rt", "antithrombotic")
STEPS = ("lm_diagnosis", "csf_cytology", "vte", *TREATMENTS)
# Answers by which nothing has happened; after another answer they say that it is over.
NOTHING = frozenset({"none", "no", "not_done"})
NOTED = "Noted on this day; it may have begun earlier"


class EntryKind(Enum):
    """In the order in which the entries of one day stand; the words go before each of them for screen readers."""

    FACT = "fact"
    PLAN = "plan"
    VOID = "void"
    DRAFT = "draft"
    DEATH = "death"
    TODAY = "today"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """`iso` is the machine's form of the day; without `href` there is nothing to open."""

    on: date
    kind: EntryKind
    title: str
    detail: str = ""
    href: str = ""

    @property
    def day(self) -> str:
        return short_date(self.on)

    @property
    def iso(self) -> str:
        return self.on.isoformat()


def timeline(
    patient: Patient, past: Past | None, plans: Iterable[SignedPlan], *, today: date
) -> tuple[TimelineEntry, ...]:
    """Oldest first. Empty where nothing is recorded; answers that were withdrawn are not in `past`."""
    in_order = sorted(plans, key=lambda plan: plan.number)
    found = [*fact_entries(past), *draft_entries(past), *(one for plan in in_order for one in plan_entries(plan))]
    if not found:
        return ()
    if patient.died_on:
        found.append(TimelineEntry(patient.died_on, EntryKind.DEATH, "Died"))
    found.append(TimelineEntry(today, EntryKind.TODAY, "Today"))
    current = next((plan for plan in in_order if plan.state is PlanState.CURRENT), None)
    if current and current.reassess_by and not patient.died_on:
        found.append(due_entry(current, current.reassess_by, today))
    kinds = list(EntryKind)
    return tuple(sorted(found, key=lambda entry: (entry.on, kinds.index(entry.kind))))


def fact_entries(past: Past | None) -> list[TimelineEntry]:
    return [fact_entry(answer) for answer in happenings(past)] if past else []


def happenings(past: Past) -> tuple[PastAnswer, ...]:
    """By day: each event, and each change of anything else that belongs on a timeline."""
    codes = dict.fromkeys(one.finding.code for one in past.answers if is_on_timeline(one.finding))
    found = [one for code in codes for one in changes_of(past.of(code))]
    return tuple(sorted(found, key=lambda one: one.day))


def is_on_timeline(finding: Finding) -> bool:
    is_dated = finding.event or bool(finding.date_label) or finding.code in STEPS
    return is_dated and finding.kind is not Kind.NUMBER


def has_own_day(finding: Finding) -> bool:
    """Whether the form asks by name for the day on which it happened. Otherwise nobody was asked when it began."""
    return bool(finding.date_label)


def is_treatment_or_event(finding: Finding) -> bool:
    return finding.event or finding.code in TREATMENTS


def changes_of(answers: tuple[PastAnswer, ...]) -> Iterator[PastAnswer]:
    """The same scan result of another day is another event; the same state seen again is no change."""
    before: str | None = None
    for one in answers:
        now = str(one.observation.value)
        is_again = now == before and (not one.finding.event or now in NOTHING)
        if not is_again and (before is not None or now not in NOTHING):
            yield one
        before = now


def fact_entry(answer: PastAnswer) -> TimelineEntry:
    title = f"{answer.finding.label}: {value_in_words(answer.finding, answer.stored)}"
    href = source_href(answer.source, answer.finding.code)
    detail = source_words(answer.source) + ("" if has_own_day(answer.finding) else f". {NOTED}")
    return TimelineEntry(answer.day, EntryKind.FACT, title, detail, href)


def source_words(source: Assessed) -> str:
    return f"Care plan {source.plan.number}" if source.plan else "Draft, not signed"


def source_href(source: Assessed, code: str) -> str:
    """The plan that holds the answer, or the question in the open draft."""
    if source.plan:
        return reverse("patients:plan_detail", args=[source.plan.pk])
    return f"{reverse('patients:assessment_edit', args=[source.assessment.pk])}#question-{code}"


def draft_entries(past: Past | None) -> list[TimelineEntry]:
    drafts = [one for one in past.assessed if one.assessment.is_draft] if past else []
    return [
        TimelineEntry(
            one.day,
            EntryKind.DRAFT,
            "Draft begun",
            f"Not signed; {one.assessment.created_by.display_name}",
            reverse("patients:assessment_edit", args=[one.assessment.pk]),
        )
        for one in drafts
    ]


def plan_entries(plan: SignedPlan) -> Iterator[TimelineEntry]:
    href = reverse("patients:plan_detail", args=[plan.pk])
    signed_on = timezone.localdate(plan.signed_at)
    name = f"Care plan {plan.number}"
    by = plan.signed_by["name"]
    if plan.is_withdrawn:
        withdrawal = plan.withdrawal
        withdrawn_on = timezone.localdate(withdrawal.at)
        void = f"{name} signed, later withdrawn as entered in error"
        yield TimelineEntry(signed_on, EntryKind.VOID, void, f"{by}. Its answers are not shown here.", href)
        yield TimelineEntry(
            withdrawn_on, EntryKind.VOID, f"{name} withdrawn as entered in error", withdrawal.by["name"], href
        )
        return
    is_current = plan.state is PlanState.CURRENT
    yield TimelineEntry(
        signed_on, EntryKind.PLAN, f"{name} signed", f"{by}. {'Current' if is_current else 'Superseded'}.", href
    )


def due_entry(plan: SignedPlan, day: date, today: date) -> TimelineEntry:
    left = (day - today).days
    words = due_words(day, today) or f"In {in_days(left)}"
    return TimelineEntry(day, EntryKind.DUE, "Reassess by this day", f"Care plan {plan.number}. {words}.")
