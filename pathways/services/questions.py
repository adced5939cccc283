"""Asking the content team, answering, closing, and having read the answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.models import GuidanceQuestion
from pathways.patient_details import looks_like_patient
from pathways.permissions import NotAllowed, Refusal, check_can_ask, check_can_edit
from pathways.selectors.releases import release_in_force
from pathways.services.versions.closing import refuse_bad_note
from pathways.states import QuestionKind, QuestionState


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about, in codes of the guidance: nothing of any patient."""

    rule: str = ""
    intervention: str = ""


@transaction.atomic
def ask_question(kind: QuestionKind, text: str, about: Subject, *, by: User) -> GuidanceQuestion:
    """Raises NotAllowed, and then nothing of the text is kept."""
    check_can_ask(by)
    refuse_bad_text(text, Refusal.NO_TEXT)
    in_force = release_in_force()
    question = GuidanceQuestion.objects.create(
        kind=kind,
        text=text.strip(),
        rule=about.rule,
        intervention=about.intervention,
        release=in_force.record if in_force else None,
        asked_by=by,
        asked_by_name=by.display_name,
        asked_at=timezone.now(),
    )
    record(
        Event.QUESTION_ASKED,
        by=by,
        target=str(question.pk),
        after={"kind": question.kind, "rule": question.rule, "intervention": question.intervention},
    )
    return question


@transaction.atomic
def answer_question(question: GuidanceQuestion, *, by: User, answer: str, became: str = "") -> GuidanceQuestion:
    """Raises NotAllowed. `became` names the entry of the guidance that the answer led to."""
    ended = end(question.pk, QuestionState.ANSWERED, by=by, answer=answer, became=became)
    record(Event.QUESTION_ANSWERED, by=by, target=str(ended.pk), after={"became": became} if became else None)
    return ended


@transaction.atomic
def close_question(question: GuidanceQuestion, *, by: User, reason: str) -> GuidanceQuestion:
    """Raises NotAllowed. The asker reads the reason in the place of an answer."""
    ended = end(question.pk, QuestionState.CLOSED, by=by, answer=reason, became="")
    record(Event.QUESTION_CLOSED, by=by, target=str(ended.pk))
    return ended


def end(question_id: UUID, state: QuestionState, *, by: User, answer: str, became: str) -> GuidanceQuestion:
    """A step of services, which audit it."""
    check_can_edit(by)
    refuse_bad_text(answer, Refusal.NO_TEXT if state == QuestionState.ANSWERED else Refusal.NO_REASON)
    locked = GuidanceQuestion.objects.select_for_update().get(pk=question_id)
    if locked.state != QuestionState.OPEN:
        raise NotAllowed(Refusal.QUESTION_IS_OVER)
    locked.state = state
    locked.answer = answer.strip()
    locked.became = became
    locked.answered_by = by
    locked.answered_by_name = by.display_name
    locked.answered_at = timezone.now()
    locked.save(update_fields=["state", "answer", "became", "answered_by", "answered_by_name", "answered_at"])
    return locked


@transaction.atomic
def note_answer_read(question: GuidanceQuestion, *, by: User) -> GuidanceQuestion:
    """By the asker, once; whoever else asks for it changes nothing."""
    locked = GuidanceQuestion.objects.select_for_update().get(pk=question.pk)
    if locked.asked_by_id != by.pk or locked.state == QuestionState.OPEN or locked.seen_by_asker_at is not None:
        return locked
    locked.seen_by_asker_at = timezone.now()
    locked.save(update_fields=["seen_by_asker_at"])
    record(Event.QUESTION_ANSWER_READ, by=by, target=str(locked.pk))
    return locked


def refuse_bad_text(text: str, missing: Refusal) -> None:
    refuse_bad_note(text, missing)
    if found := looks_like_patient(text):
        raise NotAllowed(Refusal.PATIENT_DETAILS, [f"{found[0].upper()}{found[1:]}."])
