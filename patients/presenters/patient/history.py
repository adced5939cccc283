"""What the log says about a patient in words: findings by their labels, with values and dates; details; answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.lookups import Change, Values, Words, was_and_is
from audit.lookups import label_of as label_of_field
from pathways.engine.vocabulary import Finding, Vocabulary
from pathways.selectors import release_in_force
from patients.dates import short_date
from patients.states import (
    AdviceAnswer,
    AllergyStatus,
    AnswerReason,
    Origin,
    Sex,
    SignatureMeaning,
    TumourKind,
    WhyUnknown,
)

NOTHING = "nothing recorded"
# Identifiers and hashes are for the auditor's own view of the log, not for reading.
LEFT_OUT = frozenset({"release", "sha256", "body_sha256", "assessment", "carried_from", "similar", "state", "patients"})
LABELS = {"nhs_number": "NHS number", "priorities": "What matters to the patient", "ceilings": "Ceilings of care"}
CODED: dict[str, Any] = {
    "answer": AdviceAnswer,
    "reason_code": AnswerReason,
    "sex": Sex,
    "allergy_status": AllergyStatus,
    "tumour_kind": TumourKind,
    "meaning": SignatureMeaning,
}


def patient_words() -> Words:
    """In the words of the guidance in force, which keeps the labels of what earlier releases called otherwise."""
    in_force = release_in_force()
    return PatientWords(in_force.engine.vocabulary if in_force else None)


@dataclass(frozen=True, slots=True)
class PatientWords:
    vocabulary: Vocabulary | None

    def __call__(self, action: str, before: Values, after: Values) -> tuple[Change, ...]:
        names = [name for name in dict.fromkeys([*before, *after]) if name not in LEFT_OUT]
        return tuple(change(name, before.get(name), after.get(name), self.vocabulary) for name in names)


def change(name: str, old: Any, new: Any, vocabulary: Vocabulary | None) -> Change:
    finding = vocabulary.findings.get(name) if vocabulary else None
    label = finding.label if finding else LABELS.get(name, label_of_field(name))
    was, now = in_words(name, old, finding, vocabulary), in_words(name, new, finding, vocabulary)
    return Change(label, was_and_is(was, now, old is not None))


def in_words(name: str, told: Any, finding: Finding | None, vocabulary: Vocabulary | None) -> str:
    match told:
        case None | "":
            return NOTHING
        case dict():
            return answer_in_words(told, finding)
        case list():
            return ", ".join(label_of(str(one), vocabulary) for one in told) or NOTHING
        case bool():
            return "yes" if told else "no"
        case _:
            text = str(told)
    if name in CODED:
        return next((member.label for member in CODED[name] if member.value == text), text)
    return label_of(text, vocabulary)


def answer_in_words(told: Mapping[str, Any], finding: Finding | None) -> str:
    """A stored answer as the log keeps it."""
    parts = []
    value = told.get("value")
    if value is not None:
        label = finding.label_of(value) if finding else value
        parts.append(f"{label} {told['unit']}" if told.get("unit") else label)
    if told.get("observed_on"):
        parts.append(iso_in_words(told["observed_on"]))
    if told.get("why_unknown"):
        parts.append(WhyUnknown(told["why_unknown"]).label)
    if told.get("refused") is not None:
        parts.append(f"“{told['refused']}” was not accepted")
    if told.get("origin") == Origin.CARRIED_FORWARD.value:
        parts.append("carried forward, confirmed" if told.get("confirmed") else "carried forward")
    return ", ".join(parts) or NOTHING


def iso_in_words(text: str) -> str:
    return short_date(date.fromisoformat(text))


def label_of(code: str, vocabulary: Vocabulary | None) -> str:
    if vocabulary is None:
        return code
    known = vocabulary.findings.get(code) or vocabulary.interventions.get(code)
    return known.label if known else code
