"""Whom a release advised, as the lines of the page and of the file: who it is, which record, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pathways.clinic import Advised
from pathways.models import Release
from patients.dates import short_date, short_moment
from patients.models import Assessment, Patient, SignedPlan
from patients.names import full_name
from patients.nhs_number import in_groups
from patients.selectors.recalls import Found, RecallQuestion
from patients.states import AssessmentState

MOST_SHOWN = 200
MOST_IN_A_FILE = 100_000
UNREADABLE = "The record cannot be read as it was stored, so it is not known whether it fits"


@dataclass(frozen=True, slots=True)
class RecallLine:
    """`fits` is empty where the record fits for certain."""

    name: str
    born: str
    died: str
    nhs_number: str
    hospital_number: str
    ward: str
    consultant: str
    record: str
    state: str
    day: str
    by: str
    release: str
    fits: str
    id: str


@dataclass(frozen=True, slots=True)
class RecallList:
    """`cut` says so where the page does not hold everybody; `too_many` where not even a file does."""

    count: str
    lines: tuple[RecallLine, ...]
    cut: str
    too_many: str


@dataclass(frozen=True, slots=True)
class RecallPage:
    title: str
    advised: str


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    title: str
    advised: str
    href: str


def recall_page(release: Release, advised: Advised) -> RecallPage:
    return RecallPage(title=f"Who got advice from release {release.number}", advised=advised_words(advised))


def advised_words(advised: Advised) -> str:
    plans, drafts = numbered(advised.plans, "signed plan"), numbered(advised.assessments, "assessment")
    verb = "rests" if advised.plans + advised.assessments == 1 else "rest"
    return f"{plans} and {drafts} without a signed plan {verb} on it."


def numbered(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def recall_list(found: Found, lines: Iterable[RecallLine]) -> RecallList:
    shown = tuple(lines)
    return RecallList(
        count=f"{numbered(found.all_patients, 'patient')}: {numbered(found.all_plans, 'signed plan')}, "
        f"{numbered(found.all_assessments, 'assessment')} without one.",
        lines=shown,
        cut=f"The first {len(shown)} of {found.records:,} are shown." if found.records > len(shown) else "",
        too_many=too_many_words(found.records),
    )


def too_many_words(records: int) -> str:
    if records <= MOST_IN_A_FILE:
        return ""
    return f"A file holds {MOST_IN_A_FILE:,} records. Choose shorter periods, and take a file of each."


def plan_line(plan: SignedPlan, *, is_certain: bool) -> RecallLine:
    return line_of(
        plan.patient,
        record=f"Care plan {plan.number}",
        state=plan.state.value,
        day=plan.signed_at,
        by=str(plan.signed_by["name"]),
        release=plan.release.number,
        is_certain=is_certain,
        key=plan.pk,
    )


def assessment_line(assessment: Assessment, *, is_certain: bool) -> RecallLine:
    return line_of(
        assessment.patient,
        record="Assessment without a plan",
        state=AssessmentState(assessment.state).label,
        day=assessment.updated_at,
        by=assessment.updated_by.display_name,
        release=assessment.release.number,
        is_certain=is_certain,
        key=assessment.pk,
    )


def line_of(
    patient: Patient, *, record: str, state: str, day: datetime, by: str, release: int, is_certain: bool, key: UUID
) -> RecallLine:
    return RecallLine(
        name=full_name(patient.family_name, patient.given_names, patient.title),
        born=short_date(patient.birth_date),
        died=short_date(patient.died_on, missing=""),
        nhs_number=in_groups(patient.nhs_number) if patient.nhs_number else "Not recorded",
        hospital_number=patient.hospital_number,
        ward=patient.ward.name,
        consultant=patient.consultant or "Not recorded",
        record=record,
        state=state,
        day=short_moment(day),
        by=by,
        release=f"Release {release}",
        fits="" if is_certain else UNREADABLE,
        id=str(key),
    )


def told_of(question: RecallQuestion, found: Found) -> dict[str, object]:
    """For the log: what was asked, and how many were found."""
    asked = {
        "rule": question.rule,
        "intervention": question.intervention,
        "stance": question.stance,
        "signed_from": question.first.isoformat() if question.first else "",
        "signed_to": question.last.isoformat() if question.last else "",
        "releases": len(question.releases) if len(question.releases) > 1 else "",
    }
    counted = {"plans": found.all_plans, "assessments": found.all_assessments}
    return {**{name: said for name, said in asked.items() if said}, **counted}
