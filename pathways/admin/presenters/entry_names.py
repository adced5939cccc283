"""How an entry of the guidance is called on the pages: never by an internal code where it has words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathways.admin.forms.names import Names
from pathways.admin.forms.rules import STANCES
from pathways.advice_classes import OF_STANCE
from pathways.editing.entries import Entry, EntryKind
from pathways.engine.stances import Stance

LONGEST = 90
STANCE_CODES = frozenset(code for code, _ in STANCES)


def title_of_entry(kind: EntryKind, entry: Mapping[str, Any], names: Names) -> str:
    """One short line that tells the entry from its neighbours."""
    if kind.name == "rules":
        return rule_title(entry, names)
    return shortened(str(entry.get(kind.words) or entry.get(kind.identity) or f"A {kind.singular}"))


def rule_title(entry: Mapping[str, Any], names: Names) -> str:
    labels = dict(names.interventions)
    code = str(entry.get("intervention") or "")
    return labels.get(code) or code or ("Urgent note" if entry.get("urgent") else "General note")


def stance_word(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The class of advice a rule gives, as (code, word) of the real cards."""
    stance = str(entry.get("stance") or "")
    if stance not in STANCE_CODES:
        return "", ""
    advice = OF_STANCE[Stance(stance)]
    return advice.code, advice.word


def code_of_entry(kind: EntryKind, entry: Entry) -> str:
    """The name that conditions and other entries use; internal codes stay hidden."""
    return "" if kind.is_internal else str(entry.get(kind.identity) or "")


def shortened(text: str, longest: int = LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
