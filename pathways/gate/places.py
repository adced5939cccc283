"""Where something stands: a place in the release document as the part and the entry that a person opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.editing.entries import KINDS
from pathways.editing.parts import PATHWAY_PREFIX, PartKind
from pathways.engine.problems import Path
from pathways.engine.rules import Rule

KINDS_BY_NAME = {kind.name: kind for kinds in KINDS.values() for kind in kinds}
PARTS = (PartKind.VOCABULARY.value, PartKind.EVIDENCE.value, PartKind.SAFEGUARDS.value)


@dataclass(frozen=True, slots=True)
class Place:
    """``field`` is what remains of the path below the entry, such as "when"."""

    part: str = ""
    entry: str = ""
    field: str = ""

    def __str__(self) -> str:
        return ", ".join(piece for piece in (self.part, self.entry, self.field) if piece)


def place_of(path: Path, document: Mapping[str, Any]) -> Place:
    """The place of a path of the release document; as much of it as the document really has."""
    match path:
        case ("pathways", int(number), *rest):
            pathway = step(document.get("pathways"), number)
            return within(f"{PATHWAY_PREFIX}{step(pathway, 'code') or number}", pathway, tuple(rest))
        case (str(part), *rest) if part in PARTS:
            return within(part, document.get(part), tuple(rest))
    return Place(field=joined(path))


def within(part: str, document: Any, path: Path) -> Place:
    match path:
        case (str(name), int(number), *rest) if name in KINDS_BY_NAME:
            kind = KINDS_BY_NAME[name]
            identity = step(step(step(document, name), number), kind.identity)
            if isinstance(identity, str) and identity:
                return Place(part, f"{name}/{identity}", joined(tuple(rest)))
    return Place(part, "", joined(path))


def step(document: Any, name: str | int) -> Any:
    try:
        return document[name]
    except (KeyError, IndexError, TypeError):
        return None


def joined(path: Path) -> str:
    return "/".join(str(piece) for piece in path)


def place_of_rule(rule: Rule) -> Place:
    return Place(f"{PATHWAY_PREFIX}{rule.pathway}", f"rules/{rule.key}")
