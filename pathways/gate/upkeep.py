"""Checks that the guidance is looked after: review dates that are missing or past, and questions without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pathways.dates import short_date
from pathways.editing.parts import PATHWAY_PREFIX
from pathways.engine.release import Release
from pathways.engine.rules import Pathway
from pathways.gate.report import Level, Line


def check_upkeep(release: Release, today: date) -> Iterator[Line]:
    yield from check_review_dates(release, today)
    yield from check_questions(release)


def check_review_dates(release: Release, today: date) -> Iterator[Line]:
    late = [pathway for pathway in release.pathways if pathway.review_by is None or pathway.review_by < today]
    yield from (review_line(pathway) for pathway in late)
    if not late:
        text = f"{len(release.pathways)} pathways have a review date that is still to come."
        yield Line(Level.PASSED, "review-date", text)


def review_line(pathway: Pathway) -> Line:
    if pathway.review_by is None:
        text = f"The pathway {pathway.title} has no review date. Set one."
    else:
        day = short_date(pathway.review_by)
        text = f"The pathway {pathway.title} was to be reviewed by {day}: overdue. Review it and set the next date."
    return Line(Level.WARNING, "review-date", text, f"{PATHWAY_PREFIX}{pathway.code}")


def check_questions(release: Release) -> Iterator[Line]:
    questions = release.evidence.questions.values()
    still_open = [question for question in questions if question.is_open]
    for question in still_open:
        text = f"Open question: {question.text} Record the board's answer."
        yield Line(Level.WARNING, "question-open", text, "evidence", f"questions/{question.key}")
    if not still_open:
        yield Line(Level.PASSED, "question-open", f"{len(questions)} questions to the board are answered.")
