"""The questions that a reviewer answers for every changed entry of a part before approving it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathways.editing.entries import HEAD, KINDS, EntryKind, entries, head_of
from pathways.editing.parts import kind_of

WHOLE_PART = "whole"

QUESTIONS: dict[str, str] = {
    "correct": "Is it correct?",
    "sources": "Do the sources say this?",
    "patient": "Does the patient's wording say the same?",
    "missing": "Is it safe while findings are missing?",
    "removed": "Is it right that this goes?",
    "read": "Have you read every entry of this part?",
}

RULE = ("correct", "sources", "patient", "missing")
FIRST_APPROVAL = ("read", *RULE)
BY_KIND: dict[str, tuple[str, ...]] = {
    "rules": RULE,
    "findings": ("correct", "missing"),
    "derived": ("correct", "missing"),
    "renamed": ("correct", "missing"),
    "promises": ("correct", "missing"),
    "references": ("correct", "sources"),
    "statements": ("correct", "sources"),
    "evidence_notes": ("correct", "sources"),
    "cautions": ("correct", "sources", "patient"),
}
OTHERWISE = ("correct",)


def checklist_for(part: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[str]]:
    """The questions per changed entry, such as "rules/init-systemic"; without a ``before``, of the part as a whole."""
    if before is None:
        return {WHOLE_PART: list(FIRST_APPROVAL)}
    wanted: dict[str, list[str]] = {}
    if head_of(before) != head_of(after):
        wanted[HEAD] = list(OTHERWISE)
    for kind in KINDS[kind_of(part)]:
        wanted |= questions_of(kind, by_identity(before, kind), by_identity(after, kind))
    return wanted


def questions_of(kind: EntryKind, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    asked = {
        f"{kind.name}/{identity}": list(BY_KIND.get(kind.name, OTHERWISE))
        for identity, entry in new.items()
        if old.get(identity) != entry
    }
    return asked | {f"{kind.name}/{identity}": ["removed"] for identity in old if identity not in new}


def by_identity(document: Mapping[str, Any], kind: EntryKind) -> dict[str, Any]:
    return {str(entry.get(kind.identity)): entry for entry in entries(document, kind)}
