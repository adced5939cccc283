"""The patient's version of a care plan, composed once, at signing, from wordings that editors have approved.

Safety: no word is made here. What has no patient wording is left out, and the clinician is told so.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from pathways.advice_classes import CONSIDER, DISCUSS, DO, DO_NOT, NOT_ADVISED, NOT_NOW, NOT_SETTLED
from patients.dates import long_date
from patients.findings import Board
from patients.models import Decision
from patients.planned import details_of
from patients.presenters.advice.cards import Card
from patients.presenters.advice.panel import RecommendationPanel
from patients.presenters.banner import spaced
from patients.signing import Signature
from patients.states import AdviceAnswer

NO_WORDING = "No approved patient wording; left out"
NOT_DONE = "Not being done; what is declined, and why, is not printed for the patient"
AGAINST = "Decided against the advice; the approved wording says the opposite. Explain it in person"
DECIDED_HERE = "Decided in your own words; the approved wording says that it is still open. Explain it in person"
NO_ADVICE_YET = "Not settled: no advice yet"
NOT_ANSWERED = "Not answered"
NO_DECISION = "A note, not a decision"
WRITTEN_FOR_STAFF = "Added by a clinician, and not worded for patients"

URGENT_PART, DO_PART, TALK_PART, NOT_PART = "urgent", "will_do", "talk", "not_now"
PARTS = (URGENT_PART, DO_PART, TALK_PART, NOT_PART)


@dataclass(slots=True)
class Leaflet:
    """What is being put together: the patient's texts by part, and what the clinician is told was left out."""

    texts: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {part: [] for part in PARTS})
    left_out: list[dict[str, str]] = field(default_factory=list)

    def say(self, part: str, key: str, text: str) -> None:
        if text not in [one["text"] for one in self.texts[part]]:
            self.texts[part].append({"rule": key, "text": text})

    def leave_out(self, label: str, reason: str) -> None:
        row = {"label": label, "reason": reason.rstrip(". ")}
        if row not in self.left_out:
            self.left_out.append(row)


def patient_copy_document(board: Board, panel: RecommendationPanel, signature: Signature) -> dict[str, Any]:
    leaflet = Leaflet()
    for note in panel.urgent:
        say_rule(board, leaflet, URGENT_PART, "Urgent note", note.key)
    for group in panel.groups:
        for card in group.cards:
            say_card(board, leaflet, card)
    for note in panel.notes:
        rule = board.evaluation.release.rules[note.key]
        # Without its wording: the clinician may show this page to the patient, and some notes hold figures.
        leaflet.leave_out(f"Note of “{note.pathway}”", NO_DECISION if rule.patient else omitted(note.key, board))
    for one in details_of(board.assessment).get("additions", []):
        leaflet.leave_out(shortened(one["text"]), WRITTEN_FOR_STAFF)
    return {**identity(board), **signed(signature), **leaflet.texts, "left_out": leaflet.left_out}


def identity(board: Board) -> dict[str, str]:
    """In long dates: the patient's own copy has no abbreviations."""
    patient = board.assessment.patient
    return {
        "name": f"{patient.given_names} {patient.family_name}",
        "born": long_date(patient.birth_date),
        "nhs_number": spaced(patient.nhs_number),
        "hospital_number": patient.hospital_number,
    }


def signed(signature: Signature) -> dict[str, str]:
    return {
        "day": long_date(timezone.localdate(signature.signed_at)),
        "signed_by": ", ".join(part for part in (signature.signed_by["name"], signature.signed_by["role"]) if part),
        "on_behalf_of": signature.on_behalf_of,
        "reassess_by": long_date(signature.reassess_by) if signature.reassess_by else "",
    }


def say_card(board: Board, leaflet: Leaflet, card: Card) -> None:
    part, reason = part_of(card.class_code, board.fitting_decision(card.intervention))
    if not part:
        leaflet.leave_out(card.label, reason)
        return
    for argument in card.governing:
        say_rule(board, leaflet, part, card.label, argument.key)
    for note in card.notes if part in (DO_PART, TALK_PART) else ():
        say_rule(board, leaflet, part, f"{card.label}, note", note.key)


def part_of(class_code: str, decision: Decision | None) -> tuple[str, str]:
    """Where the wording of a card stands, or, with no part, why it is left out."""
    answer = AdviceAnswer(decision.answer) if decision else None
    if class_code == NOT_SETTLED.code:
        return "", NO_ADVICE_YET
    if class_code in (DO_NOT.code, NOT_NOW.code):
        return ("", AGAINST) if answer is AdviceAnswer.GIVE_ANYWAY else (NOT_PART, "")  # the signature confirms it
    return PART_OF_ANSWER.get((class_code, answer), ("", NOT_ANSWERED))


PART_OF_ANSWER: dict[tuple[str, AdviceAnswer | None], tuple[str, str]] = {
    (DO.code, AdviceAnswer.FOLLOW): (DO_PART, ""),
    (DO.code, AdviceAnswer.DECLINE): ("", NOT_DONE),
    (CONSIDER.code, AdviceAnswer.USE): (DO_PART, ""),
    (CONSIDER.code, AdviceAnswer.DISCUSS): (TALK_PART, ""),
    (CONSIDER.code, AdviceAnswer.NOT_USE): ("", NOT_DONE),
    (DISCUSS.code, AdviceAnswer.DISCUSS): (TALK_PART, ""),
    (DISCUSS.code, AdviceAnswer.DECIDED): ("", DECIDED_HERE),
    (NOT_ADVISED.code, AdviceAnswer.FOLLOW): (NOT_PART, ""),
    (NOT_ADVISED.code, AdviceAnswer.USE): ("", AGAINST),
}


def say_rule(board: Board, leaflet: Leaflet, part: str, label: str, key: str) -> None:
    rule = board.evaluation.release.rules[key]
    if rule.patient:
        leaflet.say(part, key, rule.patient)
    else:
        leaflet.leave_out(label, omitted(key, board))


def omitted(key: str, board: Board) -> str:
    """The content's own reason why a rule has no patient wording."""
    return board.evaluation.release.rules[key].patient_omitted or NO_WORDING


def shortened(text: str, longest: int = 80) -> str:
    """Enough to be recognised in a list."""
    first = " ".join(text.split())
    return first if len(first) <= longest else f"{first[:longest].rsplit(' ', 1)[0]} …"
