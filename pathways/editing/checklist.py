"""The questions that a reviewer answers for every changed entry of a part before approving it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathways.editing.differences import EntryDifference, How, differences_between
from pathways.editing.entries import RENAMED

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
REMOVED = ("removed",)


def checklist_for(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[str]]:
    """The questions per changed entry, such as "rules/init-systemic"; without a ``before``, of the part as a whole."""
    if before is None:
        return {WHOLE_PART: first_approval(after)}
    return {one.key: list(questions_on(one)) for one in differences_between(before, after) if matters(one)}


def first_approval(document: Mapping[str, Any]) -> list[str]:
    """Whether all of the part was read, and what its entries ask, once for all of them."""
    asked = {code for one in differences_between({}, document) for code in questions_on(one)}
    return ["read", *(code for code in RULE if code in asked)]


def matters(difference: EntryDifference) -> bool:
    """Where an entry stands changes only how it is shown, but renamed codes are applied in their order."""
    return difference.how is not How.MOVED or difference.kind_name == RENAMED.name


def questions_on(difference: EntryDifference) -> tuple[str, ...]:
    return REMOVED if difference.how is How.REMOVED else BY_KIND.get(difference.kind_name, OTHERWISE)
