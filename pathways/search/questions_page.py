"""Questions to the content team as the asker and the editors read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from pathways.advice_classes import OF_STANCE
from pathways.engine.release import Release
from pathways.models import GuidanceQuestion
from pathways.moments import short_moment
from pathways.search.addresses import ask_href
from pathways.search.results import title_of_rule
from pathways.states import QuestionKind, QuestionState
from pathways.words import counted

RULES = "rules/"


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """`about` names the rule or intervention; `became` the entry of the guidance that the answer led to."""

    id: UUID
    kind: str
    is_problem: bool
    text: str
    about: str
    about_href: str
    asked: str
    asked_by: str
    state: str
    is_open: bool
    answer: str
    answered: str
    became: str
    became_href: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    questions: tuple[QuestionShown, ...]
    new: str


def questions_page(questions: Iterable[GuidanceQuestion], release: Release | None) -> QuestionsPage:
    shown = tuple(question_shown(one, release) for one in questions)
    return QuestionsPage(shown, new_answers_words(sum(one.is_new for one in shown)))


def new_answers_words(count: int) -> str:
    return f"{counted(count, 'new answer')} to your questions" if count else ""


def question_shown(question: GuidanceQuestion, release: Release | None) -> QuestionShown:
    is_open = question.state == QuestionState.OPEN
    became = question.became.removeprefix(RULES)
    is_rule = question.became.startswith(RULES) and release is not None and became in release.rules
    return QuestionShown(
        id=question.pk,
        kind=question.get_kind_display(),
        is_problem=question.kind == QuestionKind.PROBLEM,
        text=question.text,
        about=about_words(question.rule, question.intervention, release),
        about_href=ask_href(question.rule, question.intervention) if question.rule else "",
        asked=moment(question.asked_at),
        asked_by=question.asked_by_name,
        state=question.get_state_display(),
        is_open=is_open,
        answer=question.answer,
        answered=f"{question.answered_by_name}, {moment(question.answered_at)}" if question.answered_at else "",
        became=entry_words(question.became, release),
        became_href=ask_href(became) if is_rule else "",
        is_new=not is_open and question.seen_by_asker_at is None,
    )


def moment(at: datetime) -> str:
    return short_moment(timezone.localtime(at))


def about_words(rule: str, intervention: str, release: Release | None) -> str:
    if release is None:
        return ""
    if found := release.rules.get(rule):
        return f"{OF_STANCE[found.stance].word}: {title_of_rule(found, release)}"
    if rule:
        return "A rule that is not in the guidance in force"
    named = release.vocabulary.interventions.get(intervention)
    return named.label if named else ""


def entry_words(became: str, release: Release | None) -> str:
    """Such as "Do: Best supportive care. Put best supportive care first, …"."""
    kind, _, key = became.partition("/")
    if not key:
        return ""
    if kind == "questions" and release is not None and key in release.evidence.questions:
        return release.evidence.questions[key].text
    return about_words(key, "", release) if kind == "rules" else ""
