"""Lists of names compared as sets: references, statements, cautions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pathways.editing.differences.words import Change


@dataclass(frozen=True, slots=True)
class KeyDifference:
    change: Change
    key: str


def key_differences(old: Iterable[str], new: Iterable[str]) -> tuple[KeyDifference, ...]:
    """The new list in its order, then what was removed."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    shown = [KeyDifference(Change.KEPT if key in before else Change.ADDED, key) for key in after]
    gone = [KeyDifference(Change.REMOVED, key) for key in before if key not in after]
    return tuple(shown + gone)
