"""Which advice somebody has to see to, and what people wrote around it: owners, days, additions, contact, outlook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.evaluation import Verdict
from pathways.engine.stances import Stance
from pathways.selectors import may_advise
from patients.findings import Board
from patients.findings.unavailable import AlteredRecord
from patients.models import Assessment, Decision
from patients.models.assessments import PlanDetails, PlannedItem
from patients.states import AdviceAnswer

NOBODY: PlannedItem = {"owner": "", "due": None}
# Answers after which somebody has something to do, whatever the advice was; following depends on the advice.
SOMETHING_TO_DO = (AdviceAnswer.USE, AdviceAnswer.DISCUSS, AdviceAnswer.DECIDED, AdviceAnswer.GIVE_ANYWAY)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A day that has passed before the plan was signed; `field` is the name of its box."""

    label: str
    due: date
    field: str


class AlteredDetails(AlteredRecord):
    """What is stored of a draft was not written by this application: nothing of it is shown or signed."""


def details_of(assessment: Assessment) -> PlanDetails:
    """Raises AlteredDetails."""
    details: PlanDetails = assessment.plan_details
    if not is_as_written(details):
        raise AlteredDetails(f"What is stored of who does what in assessment {assessment.pk} cannot be read.")
    return details


def is_as_written(details: Any) -> bool:
    if not isinstance(details, dict):
        return False
    items, additions = details.get("items", {}), details.get("additions", [])
    return (
        isinstance(items, dict)
        and isinstance(additions, list)
        and isinstance(details.get("contact", ""), str)
        and all(is_item(one) for one in items.values())
        and all(is_item(one) and has_texts(one, "id", "text", "by", "at") for one in additions)
        and ("outlook" not in details or has_texts(details["outlook"], "text", "discussed_by"))
    )


def is_item(stored: Any) -> bool:
    return has_texts(stored, "owner") and "due" in stored and (stored["due"] is None or is_day(stored["due"]))


def has_texts(stored: Any, *names: str) -> bool:
    return isinstance(stored, dict) and all(isinstance(stored.get(name), str) for name in names)


def is_day(stored: Any) -> bool:
    try:
        return bool(date.fromisoformat(stored))
    except (TypeError, ValueError):
        return False


def is_planned(verdict: Verdict, decision: Decision | None) -> bool:
    """`decision` is the answer that counts, to the advice as it is now."""
    if decision is None or verdict.satisfied:
        return False
    if decision.answer == AdviceAnswer.FOLLOW:
        return verdict.stance is Stance.RECOMMEND
    return decision.answer in SOMETHING_TO_DO


def planned_interventions(board: Board) -> tuple[str, ...]:
    """In vocabulary order. Safety: unapproved content plans nothing in live mode. HZ-15"""
    if not may_advise(board.assessment.release):
        return ()
    verdicts = board.evaluation.verdicts
    return tuple(code for code, verdict in verdicts.items() if is_planned(verdict, board.fitting_decision(code)))


def item_of(board: Board, intervention: str) -> PlannedItem:
    return details_of(board.assessment).get("items", {}).get(intervention, NOBODY)


def left_over(board: Board) -> tuple[str, ...]:
    """Interventions for which somebody was named, and which are not part of the plan as it is answered now."""
    planned = set(planned_interventions(board))
    return tuple(code for code in details_of(board.assessment).get("items", {}) if code not in planned)


def label_of(board: Board, intervention: str) -> str:
    """Newer guidance may have no such intervention any more; then its code has to do."""
    known = board.evaluation.release.vocabulary.interventions.get(intervention)
    return known.label if known else intervention


def overdue(board: Board, *, today: date) -> tuple[Overdue, ...]:
    return tuple(one for one in dated(board) if one.due < today)


def dated(board: Board) -> Iterable[Overdue]:
    for code in planned_interventions(board):
        if due := item_of(board, code)["due"]:
            yield Overdue(label_of(board, code), date.fromisoformat(due), f"due-{code}")
    for number, one in enumerate(details_of(board.assessment).get("additions", [])):
        if one["due"]:
            yield Overdue(one["text"], date.fromisoformat(one["due"]), f"addition-{number}-due")
