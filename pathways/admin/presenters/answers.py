"""How the advice of a pathway fares: how often its verdicts were followed or declined, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.advice_classes import OF_STANCE
from pathways.clinic import AnswersGiven
from pathways.engine.stances import Stance


@dataclass(frozen=True, slots=True)
class AnswerLine:
    verdict: str
    followed: int
    declined: int
    reason: str


def answer_lines(
    document: Mapping[str, Any], answers: Iterable[AnswersGiven], labels: Mapping[str, str]
) -> tuple[AnswerLine, ...]:
    """The answers to the verdicts that the rules of this pathway can give."""
    given = {(rule.get("intervention"), rule.get("stance")) for rule in rules_in(document)}
    return tuple(
        AnswerLine(verdict_words(answer, labels), answer.followed, answer.declined, answer.top_reason)
        for answer in answers
        if (answer.intervention, answer.stance) in given
    )


def verdict_words(answer: AnswersGiven, labels: Mapping[str, str]) -> str:
    word = OF_STANCE[Stance(answer.stance)].word if answer.stance in {one.value for one in Stance} else answer.stance
    return f"{word}: {labels.get(answer.intervention, answer.intervention)}"


def followed_words(lines: tuple[AnswerLine, ...]) -> str:
    followed, declined = sum(line.followed for line in lines), sum(line.declined for line in lines)
    return f"Followed {followed}, declined {declined}" if followed or declined else "No answers yet"


def most_frequent(lines: tuple[AnswerLine, ...]) -> str:
    """The top reason of the verdict that was declined most often."""
    declined = [line for line in lines if line.declined and line.reason]
    return max(declined, key=lambda line: line.declined).reason if declined else ""


def rules_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = document.get("rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
