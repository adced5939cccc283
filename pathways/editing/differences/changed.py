"""Which entries of a part were added, removed, changed or moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pathways.editing.entries import HEAD, KINDS_BY_NAME, Entry, EntryKind
from pathways.engine.release import canonical_json

TITLES = ("title", "label", "text", "professional", "reason")
LONGEST_TITLE = 90


class How(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class EntryDifference:
    """``kind_name`` is that of an EntryKind, or "head" for what a part says besides its entries.

    ``before`` is None for an added entry, ``after`` for a removed one; ``behind`` is the entry it now follows.
    """

    kind_name: str
    identity: str
    title: str
    how: How
    before: Entry | None
    after: Entry | None
    fields: tuple[str, ...]
    moved: bool = False
    behind: str | None = None

    @property
    def key(self) -> str:
        """How checklists and comments name an entry: "rules/init-systemic", "head"."""
        return HEAD if self.kind_name == HEAD else f"{self.kind_name}/{self.identity}"


def differences_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[EntryDifference, ...]:
    """The head first, then every kind in order; empty exactly where the two documents say the same.

    A list that is missing is an empty one.
    """
    return (*head_difference(before, after), *entry_differences(before, after))


def head_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[EntryDifference]:
    old, new = beside_entries(before), beside_entries(after)
    fields = changed_fields(old, new)
    if fields:
        how = How.CHANGED if old else How.ADDED
        yield EntryDifference(HEAD, HEAD, title_of(new or old, "Title and scope"), how, old, new, fields)


def beside_entries(document: Mapping[str, Any]) -> Entry:
    """Everything that no entry holds, so that no difference escapes."""
    return {name: value for name, value in document.items() if name not in KINDS_BY_NAME or not isinstance(value, list)}


def entry_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[EntryDifference]:
    for kind in KINDS_BY_NAME.values():
        old, new = by_identity(before, kind), by_identity(after, kind)
        common = [name for name in new if name in old]
        moved = out_of_order(common, {name: place for place, name in enumerate(old)})
        behind = dict(zip(new, [None, *new], strict=False))
        for name in (*new, *(name for name in old if name not in new)):
            was, now = old.get(name), new.get(name)
            fields = changed_fields(was or {}, now or {})
            if fields or name in moved or was is None or now is None:
                title, how = title_of(now or was or {}, name), how_changed(was, now, fields)
                yield EntryDifference(kind.name, name, title, how, was, now, fields, name in moved, behind.get(name))


def how_changed(before: Entry | None, after: Entry | None, fields: Sequence[str]) -> How:
    if before is None:
        return How.ADDED
    if after is None:
        return How.REMOVED
    return How.CHANGED if fields else How.MOVED


def by_identity(document: Mapping[str, Any], kind: EntryKind) -> dict[str, Entry]:
    """The entries by name; of several with one name, which only an import can bring, each counts."""
    listed = document.get(kind.name)
    seen: Counter[str] = Counter()
    named: dict[str, Entry] = {}
    for one in listed if isinstance(listed, list) else []:
        entry = dict(one) if isinstance(one, Mapping) else {"": one}
        name = str(entry.get(kind.identity, ""))
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = entry
    return named


def out_of_order(names: Sequence[str], position: Mapping[str, int]) -> frozenset[str]:
    """As few names as possible that were moved: all besides a longest run that kept its order."""
    tails: list[int] = []
    longest: dict[str, int] = {}  # the length of the longest run that ends with a name
    for name in names:
        length = bisect_left(tails, position[name])
        tails[length : length + 1] = [position[name]]
        longest[name] = length + 1
    wanted, next_kept = len(tails), len(position)
    moved = set(names)
    for name in reversed(names):
        if longest[name] == wanted and position[name] < next_kept:
            moved.discard(name)
            wanted, next_kept = wanted - 1, position[name]
    return frozenset(moved)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """A field that is missing and one that is empty differ, as do 1 and true: the hashes of the documents do."""
    names = dict.fromkeys([*before, *after])
    return tuple(name for name in names if written(before, name) != written(after, name))


def written(entry: Mapping[str, Any], name: str) -> str:
    return canonical_json({name: entry[name]} if name in entry else {})


def title_of(entry: Mapping[str, Any], otherwise: str) -> str:
    text = next((str(entry[name]) for name in TITLES if entry.get(name)), otherwise)
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE].rsplit(' ', 1)[0]} …"
