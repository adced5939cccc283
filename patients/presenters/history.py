"""The log of one patient's record in words: when, who, what, and for the ward's clinicians what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from audit.models import AuditEvent
from pathways.engine.vocabulary import Finding, Vocabulary
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


@dataclass(frozen=True, slots=True)
class HistoryRow:
    moment: str
    name: str
    role: str
    sentence: str
    outcome: str
    reason: str
    changes: tuple[str, ...]


def history_rows(
    events: Iterable[AuditEvent], *, vocabulary: Vocabulary | None, with_content: bool
) -> tuple[HistoryRow, ...]:
    """`with_content` is for people who may see the record itself; auditors see who did what, and when."""
    return tuple(history_row(event, vocabulary, with_content=with_content) for event in events)


def history_row(event: AuditEvent, vocabulary: Vocabulary | None, *, with_content: bool) -> HistoryRow:
    return HistoryRow(
        moment=moment_of(event),
        name=event.actor_name or "System",
        role=event.actor_role,
        sentence=event.sentence,
        outcome="" if event.outcome == "done" else event.outcome.capitalize(),
        reason=event.reason if with_content else "",
        changes=changes(event.before, event.after, vocabulary) if with_content else (),
    )


def moment_of(event: AuditEvent) -> str:
    local = timezone.localtime(event.at)
    return f"{short_date(local.date())} {local:%H:%M:%S}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any], vocabulary: Vocabulary | None) -> tuple[str, ...]:
    names = [name for name in dict.fromkeys([*before, *after]) if name not in LEFT_OUT]
    return tuple(change(name, before.get(name), after.get(name), vocabulary) for name in names)


def change(name: str, old: Any, new: Any, vocabulary: Vocabulary | None) -> str:
    finding = vocabulary.findings.get(name) if vocabulary else None
    label = finding.label if finding else LABELS.get(name, name.replace("_", " ").capitalize())
    was, now = in_words(name, old, finding, vocabulary), in_words(name, new, finding, vocabulary)
    if old is None:
        return f"{label}: {now}"
    return f"{label}: {was} → {now}"


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
