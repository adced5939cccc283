"""The sections of a care plan in the order in which a sheet is read, and which card stands where after its answer."""

from dataclasses import dataclass

from pathways.advice_classes import CONSIDER, DISCUSS, DO, DO_NOT, NOT_ADVISED, NOT_NOW, NOT_SETTLED
from patients.findings import Board
from patients.presenters.advice.cards import Card
from patients.presenters.advice.panel import RecommendationPanel
from patients.states import AdviceAnswer

USED, NOT_USED = "used", "not-used"
SECTIONS = {
    DISCUSS.code: "Take to the team",
    DO_NOT.code: "Do not",
    NOT_NOW.code: "Not now",
    DO.code: "Do",
    USED: "Chosen: will be used",
    NOT_USED: "Not advised, or considered and not used",
    NOT_SETTLED.code: "Not settled",
}
# Sections that follow after what clinicians have added: nothing in them is to be done.
AFTER_ADDITIONS = (NOT_USED, NOT_SETTLED.code)


@dataclass(frozen=True, slots=True)
class PlanSection:
    code: str
    heading: str
    cards: tuple[Card, ...]


def sections_of(board: Board, panel: RecommendationPanel) -> tuple[PlanSection, ...]:
    """Those that hold a card."""
    cards = [card for group in panel.groups for card in group.cards]
    places = {card.intervention: place_of(board, card) for card in cards}
    found = {code: tuple(card for card in cards if places[card.intervention] == code) for code in SECTIONS}
    return tuple(
        PlanSection(code, f"{heading} ({len(found[code])})", found[code])
        for code, heading in SECTIONS.items()
        if found[code]
    )


def place_of(board: Board, card: Card) -> str:
    """What leaves the choice to the clinician stands where the choice has put it."""
    if card.class_code not in (CONSIDER.code, NOT_ADVISED.code):
        return card.class_code
    decision = board.fitting_decision(card.intervention)
    match decision.answer if decision else None:
        case AdviceAnswer.USE:
            return USED
        case AdviceAnswer.DISCUSS:
            return DISCUSS.code
        case _:
            return NOT_USED
