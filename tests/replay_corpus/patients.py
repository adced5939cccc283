"""Patients for a corpus: the worked cases of a release, and invented ones out of a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from pathways.engine.evaluation import evaluate
from pathways.engine.release import Release
from patients.findings.board import read_answers
from patients.models.assessments import StoredAnswer
from patients.replay import outcome_of
from tests.engine.documents import Document
from tests.engine.strategies import days_ago, values

DAY = date(2026, 11, 22)
Answers = dict[str, dict[str, Any]]


def of_cases(release: Release) -> Iterator[tuple[str, date, Answers]]:
    """As they would stand in an assessment of the case's day."""
    for case in release.safeguards.cases.values():
        day = str(case.record["as_of"])
        findings = case.record["findings"].items()
        answers = {code: written_answer(written, day) for code, written in findings if written is not None}
        yield case.id, date.fromisoformat(day), answers


def written_answer(written: Any, day: str) -> dict[str, Any]:
    said = written if isinstance(written, Mapping) else {"value": written}
    return answer(said["value"], said.get("unit"), str(said.get("observed_on", day)))


def answer(value: Any, unit: str | None, observed_on: str) -> dict[str, Any]:
    return {"value": str(value), "unit": unit, "observed_on": observed_on}


def invented(document: Document, number: int, seed: int) -> Iterator[tuple[str, date, Answers]]:
    """Leaning towards limits of numbers and of ages, and towards days that findings share."""
    random = Random(seed)  # noqa: S311 (the same patients for ever, not secrets)
    for count in range(number):
        yield f"invented-{seed}-{count:03}", DAY, invented_answers(document, random)


def invented_answers(document: Document, random: Random) -> Answers:
    share, shared = random.choice((0.25, 0.6, 0.9, 1.0)), random.sample(range(61), 3)
    answers: Answers = {}
    for finding in document["vocabulary"]["findings"]:
        if random.random() < share:
            value, unit = random.choice(values(document, finding))
            ago = random.choice(days_ago(finding, shared)) or 0
            answers[finding["code"]] = answer(value, unit, (DAY - timedelta(days=ago)).isoformat())
    return answers


def evaluated(release: Release, day: date, answers: Answers) -> dict[str, Any]:
    """The part of a plan's body that is replayed."""
    stored: dict[str, StoredAnswer] = answers  # type: ignore[assignment]  # of which only this much is read
    outcome = outcome_of(evaluate(release, read_answers(stored, release, as_of=day), day))
    return {"as_of": day.isoformat(), "findings": answers, **outcome}
