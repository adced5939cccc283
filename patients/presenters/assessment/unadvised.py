"""The assessment page without an evaluation: the form as it is saved, no card, and nothing that a rule decides."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from django.urls import reverse

from accounts.models import User
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import FormContext, vocabulary_for
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.panel import RecommendationPanel, panel_that_says_nothing, review_words
from patients.presenters.assessment.colleagues import also_editing
from patients.presenters.assessment.form import Section, section_links, sections_from
from patients.presenters.assessment.page import AssessmentPage, FormState, SavedParts, page_around, save_line
from patients.presenters.assessment.question_notes import QuestionNote, is_carried, is_locked
from patients.presenters.assessment.strips import Strip, answers_not_used, has_died
from patients.presenters.assessment.withdrawn import not_used_documents
from patients.signing import intended_use

SIGN_LABEL = "Review and sign (not possible now)"


def panel_without_advice(assessment: Assessment, why: str) -> RecommendationPanel:
    """Safety: no card stays from before, and what is shown is newer than any card. HZ-66"""
    answered = assessment.decisions.order_by("-number").values_list("number", flat=True).first()
    return panel_that_says_nothing(
        revision=assessment.revision,
        answers=answered or 0,
        unavailable=why,
        summary="No recommendations",
        review=review_words(assessment.release),
        announcement=why,
    )


def parts_without_advice(assessment: Assessment, why: str, *, user: User, today: date) -> SavedParts:
    notes = notes_without_advice(assessment)
    context = FormContext.of(assessment, user=user, today=today).sign()
    return SavedParts(
        panel=panel_without_advice(assessment, why),
        state=FormState(context, str(uuid4()), ""),
        notes=notes,
        sections=section_links(vocabulary_for(assessment), notes),
        save_line=save_line(assessment),
        sign_label=SIGN_LABEL,
        also_editing=also_editing(assessment, user=user),
    )


def page_without_advice(
    assessment: Assessment, why: str, *, user: User, today: date, has_earlier: bool = True
) -> AssessmentPage:
    return page_around(
        assessment,
        today=today,
        has_earlier=has_earlier,
        strips=strips_without_advice(assessment, today),
        release_strip=None,
        parts=parts_without_advice(assessment, why, user=user, today=today),
    )


def strips_without_advice(assessment: Assessment, today: date) -> tuple[Strip, ...]:
    """What is to be known of patient and answers; why there is no advice stands in the place of the advice."""
    strips = [Strip(obstacle.message) for obstacle in intended_use(assessment.patient, today)]
    if assessment.patient.has_died:
        strips.append(has_died())
    if not_used := not_used_documents(assessment):
        strips.append(answers_not_used(not_used))
    return tuple(strips)


def sections_without_advice(assessment: Assessment, *, last: Mapping[str, StoredAnswer]) -> tuple[Section, ...]:
    vocabulary, notes = vocabulary_for(assessment), notes_without_advice(assessment)
    return sections_from(vocabulary, notes, assessment.findings, last=last)


def notes_without_advice(assessment: Assessment) -> tuple[QuestionNote, ...]:
    return tuple(note_without_advice(assessment, one) for one in vocabulary_for(assessment).findings.values())


def note_without_advice(assessment: Assessment, finding: Finding) -> QuestionNote:
    """Every question is asked, because nobody knows which matter; of no answer is it said that it counts."""
    stored: StoredAnswer | None = assessment.findings.get(finding.code)
    has_answer = stored is not None and (stored["value"] is not None or stored["refused"] is not None)
    withdraw = reverse("patients:finding_withdraw", args=[assessment.pk, finding.code])
    return QuestionNote(
        code=finding.code,
        label=finding.label,
        is_shown=True,
        is_answered=stored is not None and (has_answer or bool(stored["why_unknown"])),
        error=stored["refused"]["message"] if stored and stored["refused"] else "",
        warning="",
        tag="Carried forward, confirm" if is_carried(stored) else "",
        text=observed_text(stored),
        can_repeat=False,
        withdraw_href=withdraw if is_locked(finding, stored) else "",
    )


def observed_text(stored: StoredAnswer | None) -> str:
    if stored is None or stored["value"] is None or not stored["observed_on"]:
        return ""
    return short_date(date.fromisoformat(stored["observed_on"]))
