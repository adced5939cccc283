"""The only bridge between what stands in a form or in the database and what the engine evaluates."""

from patients.findings.answers import Answer, Refusal, cannot_be_taken_back, value_in_words
from patients.findings.board import (
    Board,
    StandingDecision,
    board_of,
    does_not_count,
    observations_of,
    release_of,
    vocabulary_for,
)
from patients.findings.form_context import ForgedContext, FormContext
from patients.findings.unavailable import AdviceUnavailable, guarded_engine

__all__ = [
    "AdviceUnavailable",
    "Answer",
    "Board",
    "ForgedContext",
    "FormContext",
    "Refusal",
    "StandingDecision",
    "board_of",
    "cannot_be_taken_back",
    "does_not_count",
    "guarded_engine",
    "observations_of",
    "release_of",
    "value_in_words",
    "vocabulary_for",
]
