"""Questions about the guidance: one's own, the answers that are new to oneself, and the content team's queue."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import User
from pathways.models import GuidanceQuestion
from pathways.states import QuestionKind, QuestionState

MOST_CLOSED = 50  # of the questions that are over, newest first


def questions_of(user: User) -> list[GuidanceQuestion]:
    return list(GuidanceQuestion.objects.filter(asked_by=user).select_related("release"))


def new_answers(user: User) -> int:
    """How many of one's questions are over without one having seen it."""
    return unseen(user).count()


def unseen(user: User) -> QuerySet[GuidanceQuestion]:
    return GuidanceQuestion.objects.filter(asked_by=user, seen_by_asker_at=None).exclude(state=QuestionState.OPEN)


def own_question(question_id: UUID, user: User) -> GuidanceQuestion | None:
    return GuidanceQuestion.objects.filter(pk=question_id, asked_by=user).first()


def get_question(question_id: UUID) -> GuidanceQuestion | None:
    return GuidanceQuestion.objects.select_related("release").filter(pk=question_id).first()


def open_questions() -> list[GuidanceQuestion]:
    """Problems first, then what has waited longest."""
    problems_first = Case(When(kind=QuestionKind.PROBLEM, then=Value(0)), default=Value(1), output_field=IntegerField())
    waiting = GuidanceQuestion.objects.filter(state=QuestionState.OPEN).select_related("release")
    return list(waiting.order_by(problems_first, "asked_at"))


def count_open() -> tuple[int, int]:
    """Open questions, and how many of them report a problem."""
    waiting = GuidanceQuestion.objects.filter(state=QuestionState.OPEN)
    kinds = list(waiting.values_list("kind", flat=True))
    return len(kinds), kinds.count(QuestionKind.PROBLEM)


def past_questions() -> list[GuidanceQuestion]:
    over = GuidanceQuestion.objects.exclude(state=QuestionState.OPEN).select_related("release")
    return list(over.order_by("-answered_at")[:MOST_CLOSED])
