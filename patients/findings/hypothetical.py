"""Reads hypothetical answers exactly as real ones would be read, beside an assessment that stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.observations import Observation
from pathways.engine.possible_changes import followed_by
from patients.findings.answers import Answer, Writing, accept
from patients.findings.board import Board, read_stored


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`then` is None while nothing can be tried; `refusals` say why, by finding."""

    tried: tuple[str, ...]
    refusals: dict[str, str]
    then: Evaluation | None


def try_answers(board: Board, typed: Mapping[str, Answer], *, birth_date: date, name: str) -> WhatIf:
    """Every answer is taken as observed today, after all that is recorded.

    Nothing is stored, and the assessment's own answers are not touched.
    """
    evaluation, stored = board.evaluation, board.assessment.findings
    writing = Writing(name=name, moment=timezone.now(), today=evaluation.as_of, birth_date=birth_date)
    observed: dict[str, Observation] = {}
    refusals: dict[str, str] = {}
    for code, finding in evaluation.release.vocabulary.findings.items():
        if code not in typed:
            continue
        today = replace(typed[code], observed_on=evaluation.as_of.isoformat())
        outcome = accept(finding, today, stored.get(code), writing)
        observation = read_stored(finding, outcome.stored, evaluation.as_of) if outcome.stored else None
        if outcome.refusal is not None or observation is None:
            refusals[code] = outcome.refusal.message if outcome.refusal else "This answer cannot be tried."
        else:
            observed[code] = observation
    if refusals or not observed:
        return WhatIf(tuple(observed), refusals, None)
    vocabulary = evaluation.release.vocabulary
    later = followed_by(evaluation.observations, observed, vocabulary, evaluation.as_of)
    then = evaluate(evaluation.release, later, evaluation.as_of)
    return WhatIf(tuple(observed), refusals, then)
