"""Where a code is used, part by part, and what became of the parts when it was renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.admin.forms.names import Names
from pathways.admin.presenters.entry_names import code_of_entry, title_of_entry
from pathways.editing.entries import HEAD, NoSuchEntry, entry_kind, find_entry
from pathways.editing.names import Use
from pathways.editing.parts import parts_of
from pathways.selectors.candidates import Candidate, CandidatePart


@dataclass(frozen=True, slots=True)
class UseLine:
    text: str
    place: str
    href: str


@dataclass(frozen=True, slots=True)
class PartUses:
    """``state`` says what renaming does to the part: the draft is changed, or a new version begins."""

    title: str
    state: str
    lines: tuple[UseLine, ...]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    title: str
    href: str


def uses_by_part(uses: Iterable[Use], candidate: Candidate, own_part: str) -> tuple[PartUses, ...]:
    documents, names = parts_of(candidate.document), Names(candidate.document)
    by_part: dict[str, list[Use]] = {}
    for use in uses:
        by_part.setdefault(use.part, []).append(use)
    return tuple(
        PartUses(
            title=part.title,
            state="" if part.part == own_part else state_of(part),
            lines=tuple(line_of(use, documents[part.part], part, names) for use in by_part[part.part]),
        )
        for part in candidate.parts
        if part.part in by_part
    )


def state_of(part: CandidatePart) -> str:
    if part.version is None:
        return "A working version begins"
    if part.version.state == "draft":
        return f"Draft {part.version.number} is changed"
    return f"{part.state_words}: a new version begins"


def line_of(use: Use, document: Mapping[str, Any], part: CandidatePart, names: Names) -> UseLine:
    kind_name, _, identity = use.entry.partition("/")
    version = part.version.pk if part.version else None
    if kind_name == HEAD:
        return UseLine(
            "The part as a whole", use.place, reverse("admin:pathways_head", args=[version]) if version else ""
        )
    href = reverse("admin:pathways_entry", args=[version, kind_name, identity]) if version else ""
    try:
        kind = entry_kind(use.part, kind_name)
        entry = find_entry(document, kind, identity)
    except NoSuchEntry:
        return UseLine(identity, use.place, "")
    code = code_of_entry(kind, entry)
    title = title_of_entry(kind, entry, names)
    words = f"{kind.singular.capitalize()}: {title}"
    return UseLine(f"{words} ({code})" if code and code != title else words, use.place, href)


def changed_parts(changed: Mapping[str, str], candidate: Candidate) -> tuple[ChangedPart, ...]:
    """The parts that a renaming changed besides the vocabulary: part → version, as the log holds them."""
    titles = {part.part: part.title for part in candidate.parts}
    return tuple(
        ChangedPart(titles.get(part, part), reverse("admin:pathways_version", args=[version]))
        for part, version in changed.items()
    )
