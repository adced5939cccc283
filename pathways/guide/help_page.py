"""What the help page explains: the classes of advice, how settled it is, grades, and the four kinds of nothing."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.advice_classes import (
    CONSIDER,
    DISCUSS,
    DO,
    DO_NOT,
    LEGEND,
    NOT_ADDRESSED,
    NOT_ADVISED,
    NOT_NOW,
    NOT_SETTLED,
    AdviceClass,
)


@dataclass(frozen=True, slots=True)
class Term:
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SettledState:
    shapes: tuple[str, ...]
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    legend: tuple[AdviceClass, ...]
    states: tuple[SettledState, ...]
    gradings: tuple[Term, ...]
    kinds_of_nothing: tuple[Term, ...]


STATES = (
    SettledState(
        (DO.code, CONSIDER.code, DO_NOT.code),
        "Settled",
        "No finding that is still missing could change it, whatever it turns out to be.",
    ),
    SettledState(
        (NOT_NOW.code, NOT_ADVISED.code, DISCUSS.code),
        "Provisional",
        "It holds already, while a missing finding could still make it stricter. It counts in full: a prohibition is "
        "never weakened because something is unknown.",
    ),
    SettledState(
        (NOT_SETTLED.code,),
        "Not settled",
        "So far it would be advised or may be considered, but a missing finding could still rule it out. "
        "It is not advice yet; the card names what would settle it.",
    ),
    SettledState(
        (NOT_ADDRESSED.code,),
        "No advice yet",
        "No rule applies so far, and a missing finding could change that; the list says which. “Not addressed” is "
        "settled: the guidance does not speak here.",
    ),
)

GRADINGS = (
    Term("Strong", "The source recommends it for nearly everybody who is meant."),
    Term("Conditional", "The source recommends it for many; values and circumstances decide."),
    Term("High, moderate, low, very low certainty", "How sure the source is that the evidence shows the true effect."),
    Term("A letter, such as “Grade B”", "The grade of the guideline that is named beside it, by its own scale."),
    Term("Not graded", "The source gives no grade. That is neither strong nor weak."),
)

KINDS_OF_NOTHING = (
    Term(
        "Not recorded",
        "Nobody has entered an answer, or it was entered as not assessed, awaited or not to be had. It is unknown, and "
        "the advice that waits for it says so.",
    ),
    Term(
        "Recorded, but it does not count any more",
        "Too old, or overtaken by a later event. It stays visible with its date and the reason, and counts as unknown.",
    ),
    Term(
        "Not asked",
        "It cannot matter for this patient, such as the HER2 status in lung cancer. It is not missing, and the list at "
        "the end of the recommendations says why it is not asked.",
    ),
    Term(
        "Not addressed",
        "Everything needed is known, and still no rule speaks for or against the intervention. The guidance has "
        "nothing to say: decide with the team.",
    ),
)


def help_page_content() -> HelpPage:
    return HelpPage(LEGEND, STATES, GRADINGS, KINDS_OF_NOTHING)
