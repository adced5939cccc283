"""The classes of advice: one word, one shape and one colour each, and which verdict belongs to which."""

from dataclasses import dataclass

from pathways.engine.evaluation import Verdict
from pathways.engine.stances import Stance


@dataclass(frozen=True, slots=True)
class AdviceClass:
    """`code` names the shape and the style; `counted` is the word in "1 do not · 2 do"."""

    code: str
    word: str
    heading: str
    counted: str
    meaning: str


URGENT = AdviceClass("urgent", "Urgent", "Urgent", "urgent", "Time-critical whatever else applies. Act on it first.")
DO_NOT = AdviceClass("do-not", "Do not", "Do not", "do not", "Ruled out while the facts are as they are.")
NOT_NOW = AdviceClass(
    "not-now", "Not now", "Not now", "not now", "Ruled out for now; the card says what would lift it."
)
NOT_ADVISED = AdviceClass(
    "not-advised",
    "Not advised",
    "Not advised",
    "not advised",
    "Discouraged or not a priority, but no prohibition. You may use it with a reason.",
)
DISCUSS = AdviceClass(
    "discuss",
    "Discuss",
    "Take to the team",
    "discuss",
    "The sources are silent, contradict each other or ask for an individual decision.",
)
DO = AdviceClass("do", "Do", "Do", "do", "Advised, and nothing that is still unknown can change it.")
CONSIDER = AdviceClass("consider", "Consider", "Consider", "consider", "May be offered; the choice is yours.")
NOT_SETTLED = AdviceClass(
    "not-settled",
    "Not settled",
    "Not settled",
    "not settled",
    "Would be advised so far, but a missing finding could still rule it out. Not advice yet.",
)
MISSING = AdviceClass("missing", "Missing", "Missing findings", "missing", "A finding that open verdicts wait for.")
DONE = AdviceClass("done", "Done", "Done", "done", "Advised, and its result is recorded and still valid.")
NOT_ADDRESSED = AdviceClass(
    "not-addressed", "Not addressed", "Not addressed", "not addressed", "No rule of the guidance speaks for or against."
)
NOTE = AdviceClass("note", "Note", "Notes", "notes", "Information only.")

PANEL_ORDER = (DO_NOT, NOT_NOW, NOT_ADVISED, DISCUSS, DO, CONSIDER, NOT_SETTLED)
LEGEND = (URGENT, *PANEL_ORDER, MISSING, DONE, NOT_ADDRESSED)

OF_STANCE = {
    Stance.CONTRAINDICATE: DO_NOT,
    Stance.WITHHOLD: NOT_NOW,
    Stance.AVOID: NOT_ADVISED,
    Stance.DISCUSS: DISCUSS,
    Stance.RECOMMEND: DO,
    Stance.CONSIDER: CONSIDER,
    Stance.NOTE: NOTE,
}


def class_of(verdict: Verdict) -> AdviceClass:
    """Where a verdict stands in the panel. Safety: an unsettled permission is never shown as "Do" or "Consider"."""
    if verdict.stance is None:
        return NOT_ADDRESSED
    if verdict.stance.is_permissive and not verdict.settled:
        return NOT_SETTLED
    if verdict.satisfied:
        return DONE
    return OF_STANCE[verdict.stance]
