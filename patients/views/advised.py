"""The assessment page with its advice or, where there is none, with the sentence that says why."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.models import User
from pathways.selectors import release_in_force
from pathways.selectors.notes import change_since
from patients.findings import AdviceUnavailable, board_of, guarded_engine, vocabulary_for
from patients.models import Assessment, SignedPlan
from patients.presenters.assessment.form import Section
from patients.presenters.assessment.page import (
    AssessmentPage,
    SavedParts,
    assessment_page,
    form_sections,
    saved_parts,
)
from patients.presenters.assessment.strips import Strip, no_guidance, other_release
from patients.presenters.assessment.unadvised import (
    page_without_advice,
    parts_without_advice,
    sections_without_advice,
)
from patients.services.assessments.start import last_answers
from patients.services.unavailable import note_unavailable


def parts_of(assessment: Assessment, *, user: User, seen: Mapping[str, str] | None) -> SavedParts:
    """Safety: what was saved stays saved, and every card goes where nothing can be evaluated. HZ-66"""
    today = timezone.localdate()
    try:
        board = board_of(assessment, today=today)
        with guarded_engine(assessment):
            return saved_parts(board, user=user, today=today, seen=seen)
    except AdviceUnavailable as unavailable:
        note_unavailable(unavailable, by=user)
        return parts_without_advice(assessment, unavailable.sentence, user=user, today=today)


def release_strip_of(assessment: Assessment) -> Strip | None:
    """Also in the answer to a save: guidance may come into force while somebody is at work."""
    in_force = release_in_force()
    if in_force is None:
        return no_guidance()
    change = change_since(assessment.release, in_force.record)
    return other_release(assessment, in_force.record, change) if change else None


def page_and_sections(
    assessment: Assessment, *, user: User, source: SignedPlan | None
) -> tuple[AssessmentPage, tuple[Section, ...]]:
    """`source` is the plan whose answers stand beside the fields as the last ones."""
    today, has_earlier, strip = timezone.localdate(), source is not None, release_strip_of(assessment)
    last = last_answers(source, vocabulary_for(assessment))
    try:
        board = board_of(assessment, today=today)
        with guarded_engine(assessment):
            page = assessment_page(board, user=user, today=today, release_strip=strip, has_earlier=has_earlier)
            return page, form_sections(board, last=last)
    except AdviceUnavailable as unavailable:
        note_unavailable(unavailable, by=user)
        page = page_without_advice(assessment, unavailable.sentence, user=user, today=today, has_earlier=has_earlier)
        return page, sections_without_advice(assessment, last=last)
