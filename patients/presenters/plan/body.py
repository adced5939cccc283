"""The care plan: its body as it is signed and kept, made from the same cards as the screen."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from pathways.advice_classes import DO_NOT, NOT_NOW
from pathways.engine.evaluation import Evaluation
from pathways.engine.vocabulary import Finding
from pathways.proof_status import proof_words
from patients.dates import short_date, short_moment
from patients.findings import Board
from patients.findings.answers import value_in_words
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.cards import Card
from patients.presenters.advice.panel import RecommendationPanel, recommendation_panel
from patients.presenters.assessment.question_notes import QuestionNote, question_note
from patients.presenters.assessment.withdrawn import not_used_documents, withdrawn_documents
from patients.presenters.banner import patient_banner
from patients.presenters.plan.cards import References, argument_document, card_document
from patients.presenters.plan.details import details_documents, item_document
from patients.presenters.plan.patient_copy import patient_copy_document
from patients.presenters.plan.sections import sections_of
from patients.replay import outcome_of
from patients.signing import Signature
from patients.states import AdviceAnswer, SignatureMeaning, WhyUnknown

# 1: the advice and its answers. 2: also who does what by when, what people added, and the patient's version.
FORMAT = 2
CONFIRMED = "Confirmed by the signature"


def plan_body(board: Board, signature: Signature, *, carried: Mapping[str, str]) -> dict[str, Any]:
    """Everything the plan says, as JSON-able values. Safety: the pages show this and never evaluate again.

    `carried` holds the day of the earlier plan for each text that was taken over from it unchanged.
    """
    assessment, references = board.assessment, References()
    panel = recommendation_panel(board)
    return {
        "format": FORMAT,
        "patient": patient_banner(assessment.patient, today=board.evaluation.as_of).as_document(),
        "assessment": {
            "id": str(assessment.pk),
            "day": short_date(board.evaluation.as_of),
            "revision": assessment.revision + 1,
        },
        "content": content_of(board),
        "signature": signature_document(signature),
        "urgent": [argument_document(note, references) for note in panel.urgent],
        "groups": groups_of(board, panel, references),
        "done": [{"label": row.card.label, "sentence": row.sentence} for row in panel.done],
        "notes": [argument_document(note, references) for note in panel.notes],
        "missing": missing_documents(board, panel),
        "open": [{"label": row.label, "needs": [need.text for need in row.needs]} for row in panel.open_rows],
        "not_addressed": list(panel.not_addressed),
        "not_asked": list(panel.not_asked),
        "findings": finding_documents(board),
        "withdrawn": withdrawn_documents(board),
        "not_used": not_used_documents(assessment),
        "priorities": assessment.priorities,
        "ceilings": assessment.ceilings,
        "texts_carried_from": dict(carried),
        **details_documents(board),
        "patient_copy": patient_copy_document(board, panel, signature),
        "references": references.documents(),
        "evaluated": evaluated(board),
    }


def content_of(board: Board) -> dict[str, Any]:
    release = board.assessment.release
    return {
        "title": release.title,
        "release": release.number,
        "sha256": release.sha256,
        "status": release.get_status_display(),
        "proof": proof_words(release),
    }


def signature_document(signature: Signature) -> dict[str, Any]:
    moment = timezone.localtime(signature.signed_at)
    person = signature.signed_by
    return {
        "number": signature.number,
        "at": signature.signed_at.isoformat(),
        "at_words": short_moment(moment),
        "name": person["name"],
        "role": person["role"],
        "registration": person["registration"],
        "meaning": SignatureMeaning(signature.meaning).label,
        "on_behalf_of": signature.on_behalf_of,
        "reassess_by": short_date(signature.reassess_by) if signature.reassess_by else "",
        "discussed_with": signature.discussed_with,
    }


def groups_of(board: Board, panel: RecommendationPanel, references: References) -> list[dict[str, Any]]:
    """In the order of the sheet: the team first, then what not to do, what to do, and what was not chosen."""
    return [
        {
            "code": section.code,
            "heading": section.heading,
            "cards": [card_document(card, references, said_of(board, card)) for card in section.cards],
        }
        for section in sections_of(board, panel)
    ]


def said_of(board: Board, card: Card) -> dict[str, Any]:
    return {**answer_of(board, card), **item_document(board, card.intervention)}


def answer_of(board: Board, card: Card) -> dict[str, Any]:
    """The answer in words; what was not answered is said, and so is what the signature confirms."""
    given = card.decision.given
    decision = board.fitting_decision(card.intervention)
    if given is not None and not given.earlier and decision is not None:
        overrides = decision.answer == AdviceAnswer.GIVE_ANYWAY
        return {"answer": given.sentence, "answered_by": given.signature, "is_override": overrides}
    said = {DO_NOT.code: CONFIRMED, NOT_NOW.code: CONFIRMED}
    return {"answer": said.get(card.class_code, "Not answered"), "answered_by": "", "is_override": False}


def missing_documents(board: Board, panel: RecommendationPanel) -> list[dict[str, Any]]:
    rows = (*panel.missing, *panel.more_missing)
    return [{"label": row.label, "helps": row.helps, "standing": row.standing or row.why} for row in rows]


def finding_documents(board: Board) -> list[dict[str, Any]]:
    """Every question that was asked or answered; an empty cell never stands for "no"."""
    rows = []
    for code, finding in board.evaluation.release.vocabulary.findings.items():
        note = question_note(board, finding)
        if note.is_shown:
            stored = board.assessment.findings.get(code)
            rows.append(finding_document(finding, stored, note, board.evaluation.as_of))
    return rows


def finding_document(finding: Finding, stored: StoredAnswer | None, note: QuestionNote, today: date) -> dict[str, Any]:
    remarks = (note.error, note.warning, "Carried forward, not confirmed." if note.tag else "")
    return {
        "label": finding.label,
        "value": value_words(finding, stored),
        "day": day_words(stored),
        "recorded": recorded_words(stored, today) if stored else "Not recorded",
        "remark": " ".join(remark for remark in remarks if remark),
    }


def recorded_words(stored: StoredAnswer, today: date) -> str:
    """Who recorded it, and when if it was not on the day of the plan."""
    day = timezone.localdate(datetime.fromisoformat(stored["at"]))
    return stored["by"] if day == today else f"{stored['by']}, {short_date(day)}"


def value_words(finding: Finding, stored: StoredAnswer | None) -> str:
    if stored is None:
        return "Not recorded"
    if stored["value"] is None and stored["why_unknown"]:
        return f"Not known: {WhyUnknown(stored['why_unknown']).label.lower()}"
    return value_in_words(finding, stored)


def day_words(stored: StoredAnswer | None) -> str:
    if stored is None or not stored["observed_on"]:
        return "No date"
    return short_date(date.fromisoformat(stored["observed_on"]))


def evaluated(board: Board) -> dict[str, Any]:
    """For replaying the plan years later: the answers as stored, and the verdicts that followed from them."""
    evaluation: Evaluation = board.evaluation
    return {
        "as_of": evaluation.as_of.isoformat(),
        "board": board.sha256,
        "findings": board.assessment.findings,
        **outcome_of(evaluation),
    }
