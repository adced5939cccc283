"""Who does what by when: as the form shows it, as the page before the signature sums it up, as the plan keeps it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from pathways.advice_classes import class_of
from patients.dates import short_date
from patients.findings import Board
from patients.forms.plan_details import ItemRow, PlanDetailsForm
from patients.models.assessments import PlannedAddition, PlannedItem
from patients.planned import details_of, item_of, label_of, left_over, planned_interventions
from patients.presenters.advice.cards import title_of
from patients.presenters.advice.decisions import given_answer
from patients.presenters.banner import PatientBanner, patient_banner

NOT_NAMED = "Nobody named"
NO_DAY = "No day set"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """`what` names the advice with its class; an owner or a day that is not set is said in words."""

    what: str
    answer: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class AddedRow:
    text: str
    added_by: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """For the page before the signature. `left` is kept, and not part of the plan as it is answered now."""

    href: str
    planned: tuple[PlannedRow, ...]
    added: tuple[AddedRow, ...]
    left: tuple[PlannedRow, ...]
    contact: str
    outlook: str
    outlook_by: str
    counted: str


@dataclass(frozen=True, slots=True)
class PlannedFields:
    what: str
    answer: str
    owner: BoundField
    due: BoundField


@dataclass(frozen=True, slots=True)
class PlanDetailsPage:
    title: str
    banner: PatientBanner
    sign_href: str
    assessment_href: str
    rows: tuple[PlannedFields, ...]
    left: tuple[PlannedRow, ...]


def plan_details_page(board: Board, form: PlanDetailsForm) -> PlanDetailsPage:
    assessment = board.assessment
    banner = patient_banner(assessment.patient, today=board.evaluation.as_of)
    return PlanDetailsPage(
        title=f"Who does what by when - {banner.short_name}",
        banner=banner,
        sign_href=reverse("patients:plan_sign", args=[assessment.pk]),
        assessment_href=reverse("patients:assessment_edit", args=[assessment.pk]),
        rows=tuple(planned_fields(board, row) for row in form.item_rows),
        left=left_rows(board),
    )


def planned_fields(board: Board, row: ItemRow) -> PlannedFields:
    return PlannedFields(what_of(board, row.intervention), answer_words(board, row.intervention), row.owner, row.due)


def plan_summary(board: Board) -> PlanSummary:
    details = details_of(board.assessment)
    outlook = details.get("outlook", {"text": "", "discussed_by": ""})
    planned = tuple(planned_row(board, code) for code in planned_interventions(board))
    added = tuple(added_row(one) for one in details.get("additions", []))
    return PlanSummary(
        href=reverse("patients:plan_details", args=[board.assessment.pk]),
        planned=planned,
        added=added,
        left=left_rows(board),
        contact=details.get("contact", ""),
        outlook=outlook["text"],
        outlook_by=outlook["discussed_by"],
        counted=counted(planned, added),
    )


def counted(planned: tuple[PlannedRow, ...], added: tuple[AddedRow, ...]) -> str:
    """ "4 to do, 1 added, 2 without a name, 3 without a day"."""
    rows: tuple[PlannedRow | AddedRow, ...] = (*planned, *added)
    numbers = (
        (len(planned), "to do"),
        (len(added), "added"),
        (sum(row.owner == NOT_NAMED for row in rows), "without a name"),
        (sum(row.due == NO_DAY for row in rows), "without a day"),
    )
    return ", ".join(f"{number}\N{NO-BREAK SPACE}{words}" for number, words in numbers if number) or "Nothing to do"


def planned_row(board: Board, intervention: str) -> PlannedRow:
    item = item_of(board, intervention)
    return PlannedRow(
        what_of(board, intervention), answer_words(board, intervention), item["owner"] or NOT_NAMED, due_words(item)
    )


def left_rows(board: Board) -> tuple[PlannedRow, ...]:
    items = {code: item_of(board, code) for code in left_over(board)}
    return tuple(
        PlannedRow(label_of(board, code), "", item["owner"] or NOT_NAMED, due_words(item))
        for code, item in items.items()
    )


def added_row(one: PlannedAddition) -> AddedRow:
    return AddedRow(one["text"], one["by"], one["owner"] or NOT_NAMED, due_words(one))


def due_words(item: PlannedItem | PlannedAddition) -> str:
    return short_date(date.fromisoformat(item["due"])) if item["due"] else NO_DAY


def what_of(board: Board, intervention: str) -> str:
    """ "Do: give systemic therapy", as it is headed on the card."""
    advice = class_of(board.evaluation.verdicts[intervention])
    title = title_of(advice, board.evaluation.release.vocabulary.interventions[intervention])
    return f"{advice.word} {title}" if advice.word in ("Do", "Do not") else f"{advice.word}: {title}"


def answer_words(board: Board, intervention: str) -> str:
    decision = board.fitting_decision(intervention)
    if decision is None:
        return ""
    known = board.evaluation.release.vocabulary.interventions[intervention]
    return given_answer(decision, known, fits=True).sentence


# As the signed plan keeps it


def item_document(board: Board, intervention: str) -> dict[str, Any]:
    """Part of a card: empty words where nobody or no day was named, and for whatever nobody has to see to."""
    is_planned = intervention in planned_interventions(board)
    item = item_of(board, intervention) if is_planned else {"owner": "", "due": None}
    return {"is_planned": is_planned, "owner": item["owner"], "due": day_words(item["due"])}


def details_documents(board: Board) -> dict[str, Any]:
    """What stands in the plan and comes from no rule."""
    details = details_of(board.assessment)
    return {
        "additions": [
            {"text": one["text"], "owner": one["owner"], "due": day_words(one["due"]), "by": one["by"]}
            for one in details.get("additions", [])
        ],
        "left_over": [
            {"label": label_of(board, code), "owner": item["owner"], "due": day_words(item["due"])}
            for code in left_over(board)
            for item in (item_of(board, code),)
        ],
        "contact": details.get("contact", ""),
        "outlook": dict(details["outlook"]) if "outlook" in details else None,
    }


def day_words(iso: str | None) -> str:
    return short_date(date.fromisoformat(iso)) if iso else ""
