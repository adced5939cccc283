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
from patients.dates import short_date
from patients.findings import Board, FormContext
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.panel import RecommendationPanel, recommendation_panel, review_words
from patients.presenters.assessment.colleagues import also_editing
from patients.presenters.assessment.form import Section, SectionLink, section_links, sections_of
from patients.presenters.assessment.question_notes import QuestionNote, question_notes
from patients.presenters.assessment.strips import Strip, strips_of
from patients.presenters.banner import PatientBanner, patient_banner


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
    also_editing: str


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
    release_strip: Strip | None
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
        sections=section_links(board.evaluation.release.vocabulary, notes),
        save_line=save_line(assessment),
        sign_label=f"Review and sign ({len(panel.unanswered)} to answer)" if panel.unanswered else "Review and sign",
        also_editing=also_editing(assessment, user=user),
    )


def assessment_page(
    board: Board,
    *,
    user: User,
    today: date,
    release_strip: Strip | None,
    has_earlier: bool = True,
) -> AssessmentPage:
    """`release_strip` says how its release stands to the one in force; `has_earlier`: one to compare with."""
    assessment = board.assessment
    return page_around(
        assessment,
        today=today,
        has_earlier=has_earlier,
        strips=strips_of(board, today=today),
        release_strip=release_strip,
        parts=saved_parts(board, user=user, today=today),
    )


def page_around(
    assessment: Assessment,
    *,
    today: date,
    has_earlier: bool,
    strips: tuple[Strip, ...],
    release_strip: Strip | None,
    parts: SavedParts,
) -> AssessmentPage:
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
        strips=strips,
        release_strip=release_strip,
        parts=parts,
    )


def save_line(assessment: Assessment) -> str:
    return f"Saved {timezone.localtime(assessment.updated_at):%H:%M:%S}"


def form_sections(board: Board, *, last: Mapping[str, StoredAnswer]) -> tuple[Section, ...]:
    return sections_of(board, last=last)


def assessment_href(assessment: Assessment) -> str:
    return reverse("patients:assessment_edit", args=[assessment.pk])


def compare_href_of(assessment: Assessment) -> str:
    return f"{reverse('patients:compare', args=[assessment.patient_id])}?later={assessment.pk}"


def subtitle_of(assessment: Assessment) -> str:
    started = short_date(timezone.localdate(assessment.created_at))
    return f"Draft, started {started} by {assessment.created_by.display_name}"


def content_line(release: Release) -> str:
    return f"{review_words(release)}, {proof_words(release)}"
