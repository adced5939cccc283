"""The assessments of a patient as rows: what became of each, what can be opened, and the one before to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from patients.dates import short_date
from patients.models import Assessment, Patient, SignedPlan
from patients.states import AssessmentState, PlanState


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """`href` is empty where there is nothing to open, `compare_href` where nothing came before; `note` says why."""

    day: str
    state: str
    by: str
    href: str
    link: str
    note: str
    compare_href: str


def assessment_rows(
    patient: Patient, assessments: Sequence[Assessment], plans: Sequence[SignedPlan]
) -> tuple[AssessmentRow, ...]:
    """Newest first, as they are given."""
    plan_of = {plan.assessment_id: plan for plan in plans}
    compare = compare_hrefs(patient, [one for one in assessments if counts(one, plan_of.get(one.pk))])
    return tuple(assessment_row(one, plan_of.get(one.pk), compare.get(one.pk, "")) for one in assessments)


def counts(assessment: Assessment, plan: SignedPlan | None) -> bool:
    return assessment.is_draft or (plan is not None and not plan.is_withdrawn)


def compare_hrefs(patient: Patient, newest_first: Sequence[Assessment]) -> dict[UUID, str]:
    """Of each that counts with the one before it that counts."""
    address = reverse("patients:compare", args=[patient.pk])
    return {
        later.pk: f"{address}?{urlencode({'earlier': str(earlier.pk), 'later': str(later.pk)})}"
        for later, earlier in pairwise(newest_first)
    }


def assessment_row(assessment: Assessment, plan: SignedPlan | None, compare_href: str) -> AssessmentRow:
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
        compare_href=compare_href,
    )
