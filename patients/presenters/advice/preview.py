"""The card of one verdict without a patient: as on screen, as the patient is told, and as on the care plan."""

from dataclasses import dataclass
from typing import Any

from pathways.advice_classes import DONE, class_of
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Intervention
from patients.dates import short_date
from patients.presenters.advice.arguments import Argument
from patients.presenters.advice.cards import Card, card_of, unattached_notes
from patients.presenters.advice.decisions import decision_without_patient
from patients.presenters.advice.panel import done_sentence, open_row, urgent_notes
from patients.presenters.plan.cards import References, card_document

REVIEW = "draft, not in force"
NOT_ANSWERED = {"answer": "Not answered", "answered_by": "", "is_override": False}


@dataclass(frozen=True, slots=True)
class PatientText:
    """`omitted` says why the patient is told nothing."""

    rule: str
    text: str
    omitted: str


@dataclass(frozen=True, slots=True)
class CardPreview:
    """Without a card, `sentence` is the line that stands on the page and on the care plan instead."""

    title: str
    day: str
    card: Card | None
    sentence: str
    patient_texts: tuple[PatientText, ...]
    plan_card: dict[str, Any] | None
    references: tuple[dict[str, Any], ...]
    urgent: tuple[Argument, ...]
    notes: tuple[Argument, ...]


def card_preview(evaluation: Evaluation, intervention: str) -> CardPreview:
    """Of one intervention; with an empty code, of the notes that stand on no card."""
    known = evaluation.release.vocabulary.interventions.get(intervention)
    if known is None:
        return without_card(evaluation, unknown_words(intervention))
    verdict = evaluation.verdicts[intervention]
    card = card_of(evaluation, verdict, decision=decision_without_patient(verdict, known), review=REVIEW, seen=None)
    if verdict.stance is None or card.class_code == DONE.code:
        return without_card(evaluation, line_instead(evaluation, verdict, card, known), known)
    references = References()
    return CardPreview(
        title=known.label,
        day=short_date(evaluation.as_of),
        card=card,
        sentence="",
        patient_texts=patient_texts(verdict),
        plan_card=card_document(card, references, NOT_ANSWERED),
        references=tuple(references.documents()),
        urgent=(),
        notes=(),
    )


def without_card(evaluation: Evaluation, sentence: str, intervention: Intervention | None = None) -> CardPreview:
    """Notes that apply are shown then, because they stand in the panel by themselves."""
    elsewhere = set(evaluation.release.vocabulary.interventions) - ({intervention.code} if intervention else set())
    return CardPreview(
        title=intervention.label if intervention else "Notes",
        day=short_date(evaluation.as_of),
        card=None,
        sentence=sentence,
        patient_texts=patient_texts(evaluation.verdicts[intervention.code]) if intervention else (),
        plan_card=None,
        references=(),
        urgent=urgent_notes(evaluation),
        notes=unattached_notes(evaluation, frozenset(elsewhere)),
    )


def unknown_words(intervention: str) -> str:
    return f"The guidance knows no intervention “{intervention}”." if intervention else ""


def line_instead(evaluation: Evaluation, verdict: Verdict, card: Card, intervention: Intervention) -> str:
    if class_of(verdict) is DONE:
        return f"Done already. {intervention.label}: {done_sentence(evaluation, card)}."
    if verdict.settled:
        return f"Not addressed: no rule speaks for or against {intervention.label} with these findings."
    needs = ", ".join(need.text for need in open_row(evaluation, verdict).needs)
    return f"No advice yet, not settled. {intervention.label}: settled by {needs}."


def patient_texts(verdict: Verdict) -> tuple[PatientText, ...]:
    return tuple(patient_text(rule) for rule in verdict.governing)


def patient_text(rule: Rule) -> PatientText:
    return PatientText(rule.key, rule.patient or "", rule.patient_omitted or "")
