"""The entries of a part, such as the rules of a pathway: finding, changing, adding, copying, moving, removing them."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.editing.parts import Document, PartKind, kind_of
from pathways.engine.release import canonical_json

Entry = dict[str, Any]
HEAD = "head"


class NoSuchEntry(LookupError):
    """The document has no entry of this name."""


class EntryExists(ValueError):
    """An entry of this name stands in the document already."""


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A list of a document; ``identity`` is the field that names an entry in it, ``words`` the one that describes it.

    Where ``is_internal``, nobody but the files knows the identity, and pages do not show it.
    """

    name: str
    identity: str
    singular: str
    plural: str
    words: str = ""
    is_internal: bool = False

    @property
    def with_article(self) -> str:
        return f"{'an' if self.singular[0] in 'aeiou' else 'a'} {self.singular}"


RULES = EntryKind("rules", "key", "rule", "Rules")
FINDINGS = EntryKind("findings", "code", "finding", "Findings", "label")
DERIVED = EntryKind("derived", "code", "derived finding", "Derived findings", "label")
INTERVENTIONS = EntryKind("interventions", "code", "intervention", "Interventions", "label")
RENAMED = EntryKind("renamed", "key", "renamed code", "Renamed codes", "reason")
ARTICLES = EntryKind("articles", "code", "source article", "Source articles", "title", is_internal=True)
REFERENCES = EntryKind("references", "key", "reference", "References", "title")
STATEMENTS = EntryKind("statements", "code", "source statement", "Source statements", "text", is_internal=True)
CAUTIONS = EntryKind("cautions", "key", "caution", "Cautions", "text")
NOTES = EntryKind("evidence_notes", "key", "contested note", "Contested notes", "text")
QUESTIONS = EntryKind("questions", "key", "open question", "Open questions", "text")
HAZARDS = EntryKind("hazards", "code", "hazard", "Hazards", "text", is_internal=True)
PROMISES = EntryKind("promises", "key", "promise", "Promises", "text")
CASES = EntryKind("cases", "id", "case", "Cases", "title")
INTENDED = EntryKind("intended", "subject", "intended gap", "Intended gaps", "reason", is_internal=True)

KINDS: dict[PartKind, tuple[EntryKind, ...]] = {
    PartKind.PATHWAY: (RULES,),
    PartKind.VOCABULARY: (FINDINGS, DERIVED, INTERVENTIONS, RENAMED),
    PartKind.EVIDENCE: (ARTICLES, REFERENCES, STATEMENTS, CAUTIONS, NOTES, QUESTIONS, HAZARDS),
    PartKind.SAFEGUARDS: (PROMISES, CASES, INTENDED),
}
KINDS_BY_NAME = {kind.name: kind for kinds in KINDS.values() for kind in kinds}


def entry_kind(part: str, name: str) -> EntryKind:
    """Raises NoSuchEntry for a kind that the part does not have."""
    for kind in KINDS[kind_of(part)]:
        if kind.name == name:
            return kind
    raise NoSuchEntry(f"{part} has no {name}.")


def key_in_words(key: str) -> str:
    """ "the rule init-systemic", from "rules/init-systemic"; internal codes are left out."""
    name, _, identity = key.partition("/")
    kind = KINDS_BY_NAME.get(name)
    if kind is None:
        return "title, scope or owner"
    return kind.with_article if kind.is_internal else f"the {kind.singular} {identity}"


def entries(document: Mapping[str, Any], kind: EntryKind) -> list[Entry]:
    return list(document.get(kind.name) or [])


def position_of(document: Mapping[str, Any], kind: EntryKind, identity: str) -> int:
    for position, one in enumerate(entries(document, kind)):
        if one.get(kind.identity) == identity:
            return position
    raise NoSuchEntry(f"There is no {kind.singular} “{identity}”.")


def find_entry(document: Mapping[str, Any], kind: EntryKind, identity: str) -> Entry:
    return entries(document, kind)[position_of(document, kind, identity)]


def head_of(document: Mapping[str, Any]) -> Entry:
    """What a part says besides its lists of entries: a pathway's title, summary, scope, owner and review date."""
    return {name: value for name, value in document.items() if not isinstance(value, list)}


def same_text(one: Any, other: Any) -> bool:
    """Whether both are stored as the same text. Python's equality is not enough: it holds 1 and true for equal."""
    return canonical_json({"text": one}) == canonical_json({"text": other})


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Tells whether an entry is still the one that somebody began to edit."""
    return hashlib.sha256(canonical_json(entry).encode()).hexdigest()


def with_head(document: Document, head: Entry) -> Document:
    lists = {name: value for name, value in document.items() if isinstance(value, list)}
    return {**head, **lists}


def with_entry(document: Document, kind: EntryKind, identity: str, entry: Entry) -> Document:
    """The entry in the place of the one with that identity."""
    found = entries(document, kind)
    found[position_of(document, kind, identity)] = entry
    return {**document, kind.name: found}


def with_added(document: Document, kind: EntryKind, entry: Entry, *, after: str | None = None) -> Document:
    """A new entry at the end, or behind the one named; raises EntryExists."""
    found = entries(document, kind)
    if any(one.get(kind.identity) == entry.get(kind.identity) for one in found):
        raise EntryExists(f"There is a {kind.singular} “{entry.get(kind.identity)}” already.")
    found.insert(position_of(document, kind, after) + 1 if after else len(found), entry)
    return {**document, kind.name: found}


def with_copy(document: Document, kind: EntryKind, identity: str, new_identity: str) -> Document:
    original = copy.deepcopy(find_entry(document, kind, identity))
    return with_added(document, kind, {**original, kind.identity: new_identity}, after=identity)


def without(document: Document, kind: EntryKind, identity: str) -> Document:
    found = entries(document, kind)
    del found[position_of(document, kind, identity)]
    return {**document, kind.name: found}


def moved(document: Document, kind: EntryKind, identity: str, *, by: int) -> Document:
    """The entry ``by`` places further down, or up where negative; at the end it stays."""
    found = entries(document, kind)
    position = position_of(document, kind, identity)
    target = min(max(position + by, 0), len(found) - 1)
    found.insert(target, found.pop(position))
    return {**document, kind.name: found}
