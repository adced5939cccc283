"""A card and its arguments as the care plan keeps and prints them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from patients.presenters.advice.arguments import Argument, Citation
from patients.presenters.advice.cards import Card


class References:
    """Numbers citations in the order in which the plan first uses them."""

    def __init__(self) -> None:
        self._numbers: dict[Citation, int] = {}

    def numbers_of(self, citations: tuple[Citation, ...]) -> list[int]:
        return [self._numbers.setdefault(citation, len(self._numbers) + 1) for citation in citations]

    def documents(self) -> list[dict[str, Any]]:
        return [{"number": number, **asdict(citation)} for citation, number in self._numbers.items()]


def card_document(card: Card, references: References, answer: Mapping[str, Any]) -> dict[str, Any]:
    """`answer` is what was answered, in words; see `plan.answer_of`."""
    return {
        "intervention": card.intervention,
        "label": card.label,
        "class_code": card.class_code,
        "word": card.word,
        "title": card.title,
        "so_far": card.so_far,
        "facts": [{"text": fact.text, "day": fact.day} for fact in card.facts],
        "lifted_by": list(card.lifted_by),
        "provisional": card.provisional,
        "needs": [need.text for need in card.needs],
        "cautions": list(card.cautions or card.folded_cautions),
        "governing": [argument_document(argument, references) for argument in card.governing],
        "overruled": [argument_document(argument, references) for argument in card.overruled],
        "notes": [argument_document(note, references) for note in card.notes],
        **answer,
    }


def argument_document(argument: Argument, references: References) -> dict[str, Any]:
    return {
        "key": argument.key,
        "class_code": argument.class_code,
        "word": argument.word,
        "pathway": argument.pathway,
        "wording": argument.wording,
        "facts": [{"text": fact.text, "day": fact.day} for fact in argument.facts],
        "grading": argument.grading,
        "place": argument.place,
        "references": references.numbers_of(argument.citations),
        "contested": [
            {"text": note.text, "references": references.numbers_of(note.citations)} for note in argument.contested
        ],
        "questions": list(argument.questions),
        "cautions": list(argument.cautions),
    }
