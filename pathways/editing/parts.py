"""The parts a release is made of, and putting them together into a release document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from pathways.engine.problems import KEY
from pathways.engine.release import FORMAT

Document = dict[str, Any]

PATHWAY_PREFIX = "pathways/"


class PartKind(Enum):
    VOCABULARY = "vocabulary"
    EVIDENCE = "evidence"
    SAFEGUARDS = "safeguards"
    PATHWAY = "pathway"


PART_TITLES = {
    "vocabulary": "Findings and interventions",
    "evidence": "References, statements and questions",
    "safeguards": "Promises and cases",
}


def part_in_words(part: str, document: Mapping[str, Any] | None = None) -> str:
    """A pathway is called by its own title, or by its code where its document is not at hand; the others by ours."""
    title = str((document or {}).get("title") or "")
    return PART_TITLES.get(part) or title or part.removeprefix(PATHWAY_PREFIX).replace("-", " ").capitalize()


def kind_of(part: str) -> PartKind:
    """Raises ValueError for what is no part."""
    code = part.removeprefix(PATHWAY_PREFIX)
    if code != part and KEY.fullmatch(code):
        return PartKind.PATHWAY
    return PartKind(part)


def parts_of(release_document: Mapping[str, Any]) -> dict[str, Document]:
    """A release document as its parts, in content order: vocabulary, evidence, safeguards, pathways."""
    named: dict[str, Document] = {
        "vocabulary": release_document["vocabulary"],
        "evidence": release_document["evidence"],
        "safeguards": release_document.get("safeguards", {}),
    }
    for pathway in release_document["pathways"]:
        named[f"{PATHWAY_PREFIX}{pathway['code']}"] = pathway
    return named


def joined(title: str, status: str, parts: Mapping[str, Document]) -> Document:
    """The release document made of parts; pathways stand in the order given."""
    pathways: Sequence[Document] = [document for name, document in parts.items() if kind_of(name) is PartKind.PATHWAY]
    return {
        "format": FORMAT,
        "title": title,
        "status": status,
        "vocabulary": parts["vocabulary"],
        "evidence": parts["evidence"],
        "safeguards": parts["safeguards"],
        "pathways": pathways,
    }
