"""Where something stands: a place in the release document as the part and the entry that a person opens."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.editing.entries import KINDS_BY_NAME, EntryKind
from pathways.editing.parts import PATHWAY_PREFIX, PartKind, part_in_words
from pathways.engine.problems import Path
from pathways.engine.rules import Rule

LONGEST_TITLE = 60
PARTS = (PartKind.VOCABULARY.value, PartKind.EVIDENCE.value, PartKind.SAFEGUARDS.value)


@dataclass(frozen=True, slots=True)
class Place:
    """``field`` is what remains of the path below the entry, such as "when"; ``words`` is all of it for people."""

    part: str = ""
    entry: str = ""
    field: str = ""
    words: str = ""


def place_of(path: Path, document: Mapping[str, Any]) -> Place:
    """The place of a path of the release document; as much of it as the document really has."""
    match path:
        case ("pathways", int(number), *rest):
            pathway = step(document.get("pathways"), number)
            return within(f"{PATHWAY_PREFIX}{step(pathway, 'code') or number}", pathway, tuple(rest))
        case (str(part), *rest) if part in PARTS:
            return within(part, document.get(part), tuple(rest))
    return Place(field=joined(path), words=field_in_words(path))


def within(part: str, document: Any, path: Path) -> Place:
    title = part_in_words(part, document if isinstance(document, Mapping) else None)
    match path:
        case (str(name), int(number), *rest) if name in KINDS_BY_NAME:
            kind = KINDS_BY_NAME[name]
            entry = step(step(document, name), number)
            identity = step(entry, kind.identity)
            if isinstance(identity, str) and identity:
                words = sentence_of(title, title_of_entry(kind, entry, identity), field_in_words(tuple(rest)))
                return Place(part, f"{name}/{identity}", joined(tuple(rest)), words)
    return Place(part, "", joined(path), sentence_of(title, field_in_words(path)))


def title_of_entry(kind: EntryKind, entry: Any, identity: str) -> str:
    """By its name; where that is internal, by the beginning of its text."""
    if not kind.is_internal:
        return f"{kind.singular} {identity}"
    written = step(entry, kind.words)
    said = " ".join(written.split()) if isinstance(written, str) else ""
    return f"{kind.singular} “{textwrap.shorten(said, LONGEST_TITLE, placeholder=' …')}”" if said else kind.with_article


def field_in_words(path: Path) -> str:
    """ "options, no. 2, label": people count from one."""
    return sentence_of(*(f"no. {step + 1}" if isinstance(step, int) else step.replace("_", " ") for step in path))


def sentence_of(*pieces: str) -> str:
    return ", ".join(piece for piece in pieces if piece)


def step(document: Any, name: str | int) -> Any:
    try:
        return document[name]
    except (KeyError, IndexError, TypeError):
        return None


def joined(path: Path) -> str:
    return "/".join(str(piece) for piece in path)


def place_of_rule(rule: Rule) -> Place:
    return Place(f"{PATHWAY_PREFIX}{rule.pathway}", f"rules/{rule.key}")
