"""The assessment page as a whole, and the parts of it that every save renews."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.models import Release
from pathways.proof_status import proof_words
from pathways.selectors.notes import GuidanceChange
from patients.dates import short_date
from patients.findings import Board, FormContext
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.panel import RecommendationPanel, recommendation_panel, review_words
from patients.presenters.assessment.form import Section, SectionLink, section_links, sections_of
from patients.presenters.assessment.question_notes import QuestionNote, question_notes
from patients.presenters.assessment.strips import Strip, strips_of
from patients.presenters.banner import PatientBanner, patient_banner
from patients.services.assessments import FormMovedOn, MovedOn

CANNOT_KEEP = (MovedOn.OTHER_USER, MovedOn.OTHER_PATIENT)


@dataclass(frozen=True, slots=True)
class FormState:
    """What the form carries out of sight: who writes about whom on top of what, and what was last shown."""

    context: str
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class SavedParts:
    """Everything that a save renews, none of it the form itself."""

    panel: RecommendationPanel
    state: FormState
    notes: tuple[QuestionNote, ...]
    sections: tuple[SectionLink, ...]
    save_line: str
    sign_label: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    label: str
    saved: str
    yours: str


@dataclass(frozen=True, slots=True)
class MovedOnStrip:
    """`keep` is the renewed context under which "Keep mine" saves; empty where mine must not be saved."""

    reason: str
    rows: tuple[DifferenceRow, ...]
    reload_href: str
    keep: str


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    title: str
    heading: str
    subtitle: str
    today: str
    href: str
    sign_href: str
    discard_href: str
    flow_href: str
    compare_href: str
    patient_href: str
    banner: PatientBanner
    strips: tuple[Strip, ...]
    parts: SavedParts


def saved_parts(board: Board, *, user: User, today: date, seen: Mapping[str, str] | None = None) -> SavedParts:
    assessment = board.assessment
    panel = recommendation_panel(board, seen=seen, wording=user.wording)
    notes = question_notes(board)
    context = FormContext.of(assessment, user=user, today=today).sign()
    return SavedParts(
        panel=panel,
        state=FormState(context, str(uuid4()), panel.shown),
        notes=notes,
        sections=section_links(board, notes),
        save_line=f"Saved {timezone.localtime(assessment.updated_at):%H:%M:%S}",
        sign_label=f"Review and sign ({len(panel.unanswered)} to answer)" if panel.unanswered else "Review and sign",
    )


def assessment_page(
    board: Board,
    *,
    user: User,
    today: date,
    in_force: Release | None,
    change: GuidanceChange | None = None,
    has_earlier: bool = True,
) -> AssessmentPage:
    """`change` lies between the release of the assessment and the one in force; `has_earlier`: one to compare with."""
    assessment = board.assessment
    banner = patient_banner(assessment.patient, today=today)
    return AssessmentPage(
        title=f"Assessment - {banner.short_name}",
        heading=f"Assessment {short_date(today)}",
        subtitle=subtitle_of(assessment),
        today=short_date(today),
        href=assessment_href(assessment),
        sign_href=reverse("patients:plan_sign", args=[assessment.pk]),
        discard_href=reverse("patients:assessment_discard", args=[assessment.pk]),
        flow_href=reverse("patients:flow", args=[assessment.pk]),
        compare_href=compare_href_of(assessment) if has_earlier else "",
        patient_href=reverse("patients:patient_detail", args=[assessment.patient_id]),
        banner=banner,
        strips=strips_of(board, today=today, in_force=in_force, change=change),
        parts=saved_parts(board, user=user, today=today),
    )


def form_sections(board: Board, *, last: Mapping[str, StoredAnswer]) -> tuple[Section, ...]:
    return sections_of(board, last=last)


def assessment_href(assessment: Assessment) -> str:
    return reverse("patients:assessment_edit", args=[assessment.pk])


def compare_href_of(assessment: Assessment) -> str:
    return f"{reverse('patients:compare', args=[assessment.patient_id])}?later={assessment.pk}"


def subtitle_of(assessment: Assessment) -> str:
    started = short_date(timezone.localdate(assessment.created_at))
    return f"Draft, started {started} by {assessment.created_by.display_name}"


def moved_on_strip(moved: FormMovedOn, assessment: Assessment, *, user: User, today: date) -> MovedOnStrip:
    may_keep = moved.reason not in CANNOT_KEEP
    return MovedOnStrip(
        reason=moved.reason.value,
        rows=tuple(DifferenceRow(one.label, one.saved, one.yours) for one in moved.differences),
        reload_href=assessment_href(assessment),
        keep=FormContext.of(assessment, user=user, today=today).sign() if may_keep else "",
    )


def content_line(release: Release) -> str:
    return f"{review_words(release)}, {proof_words(release)}"
