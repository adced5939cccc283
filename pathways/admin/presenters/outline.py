"""The outline of a part: every entry with a tick or with what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.admin.forms.base import form_for, has_form
from pathways.admin.forms.names import Names
from pathways.admin.presenters.entry_names import code_of_entry, stance_word, title_of_entry
from pathways.editing.entries import HEAD, KINDS, RULES, Entry, EntryKind, entries
from pathways.editing.parts import PartKind, kind_of
from pathways.engine.problems import Problem
from pathways.models import Comment, Version

REQUIRED = re.compile(r"'(\w+)' is a required property")
TOO_SHORT = re.compile(r"^('.*'|\[\]) (is too short|should be non-empty)$")
FEW = 12  # so many entries stand open even where a part has many kinds
UNKNOWN_FIELD = re.compile(r"^Additional properties are not allowed")
Place = tuple[str, str]  # kind and identity; (HEAD, "") for what the part says besides


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    identity: str
    anchor: str
    title: str
    code: str
    class_code: str
    word: str
    problems: tuple[str, ...]
    comments: int
    is_current: bool
    is_first: bool
    is_last: bool
    href: str
    copy_href: str
    move_href: str
    delete_href: str


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    """``is_open`` in the page of a version, ``is_near`` beside the form of an entry."""

    kind: str
    title: str
    add_label: str
    add_href: str
    entries: tuple[OutlineEntry, ...]
    faulty: int
    is_open: bool
    is_near: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """``head`` is None for a part that says nothing besides its entries; ``loose`` are problems of no single entry."""

    head: OutlineEntry | None
    groups: tuple[OutlineGroup, ...]
    loose: tuple[str, ...]
    faulty: int
    summary: str

    @property
    def faulty_entries(self) -> tuple[OutlineEntry, ...]:
        every = [*((self.head,) if self.head else ()), *(entry for group in self.groups for entry in group.entries)]
        return tuple(entry for entry in every if entry.problems)


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong, in words, by entry and field."""

    by_place: Mapping[Place, tuple[tuple[str, str], ...]]  # (field, sentence)

    def of(self, place: Place) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sentence for _, sentence in self.by_place.get(place, ())))

    def of_field(self, place: Place, field: str) -> tuple[str, ...]:
        found = [sentence for name, sentence in self.by_place.get(place, ()) if name == field]
        return tuple(dict.fromkeys(found))


def faults_of(part: str, document: Mapping[str, Any], problems: Iterable[Problem]) -> Faults:
    found: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    kinds = {kind.name: kind for kind in KINDS[kind_of(part)]}
    for problem in problems:
        place, field = (HEAD, ""), ""
        match problem.path:
            case (str(name), int(position), *rest) if name in kinds:
                place = (name, identity_at(document, kinds[name], position))
                field = next((str(step) for step in rest if isinstance(step, str)), "")
            case (str(name), *_):
                field = name
        found[place].append((field, in_words(problem, place[1], labels_of_form(part, place[0]))))
    return Faults({place: tuple(sentences) for place, sentences in found.items()})


def identity_at(document: Mapping[str, Any], kind: EntryKind, position: int) -> str:
    listed = entries(document, kind)
    return str(listed[position].get(kind.identity, "")) if position < len(listed) else ""


def labels_of_form(part: str, kind: str) -> dict[str, str]:
    """What the form calls the fields of an entry."""
    if not has_form(part, kind):
        return {}
    return {name: str(field.label or name) for name, field in form_for(part, kind).base_fields.items()}


def field_in_words(part: str, entry: str, field: str) -> str:
    """What the form calls a field that a comment is about: ``entry`` as "rules/init-systemic"."""
    label = labels_of_form(part, entry.partition("/")[0]).get(field) or field.replace("_", " ")
    return f"“{label}”"


def in_words(problem: Problem, identity: str, labels: Mapping[str, str]) -> str:
    """The problem as an editor reads it: without the entry's own name in front, with the place in a condition."""
    message = problem.message.removeprefix(f"{identity}: ") if identity else problem.message
    if missing := REQUIRED.search(message):
        message = f"“{labels.get(missing.group(1), missing.group(1))}” is missing."
    elif TOO_SHORT.match(message):
        message = "This is empty."
    elif UNKNOWN_FIELD.match(message):
        message = f"A field is not known here: {message.partition('(')[2].rstrip(')')}."
    return f"Line {problem.line}, column {problem.column}: {message}" if problem.line is not None else message


def outline_of(
    version: Version,
    document: Mapping[str, Any],
    names: Names,
    faults: Faults,
    *,
    comments: Iterable[Comment] = (),
    current: Place | None = None,
) -> Outline:
    said = Counter(comment.entry for comment in comments)
    groups = tuple(
        group_of(version, kind, entries(document, kind), names, faults, said=said, current=current)
        for kind in KINDS[kind_of(version.part)]
    )
    head = head_entry(version, faults, said, current) if kind_of(version.part) is PartKind.PATHWAY else None
    faulty = sum(group.faulty for group in groups) + bool(faults.of((HEAD, "")))
    return Outline(
        head=head,
        groups=groups,
        loose=() if head else faults.of((HEAD, "")),
        faulty=faulty,
        summary=f"{faulty} entr{'y has' if faulty == 1 else 'ies have'} a problem" if faulty else "No problems found",
    )


def group_of(
    version: Version,
    kind: EntryKind,
    listed: list[Entry],
    names: Names,
    faults: Faults,
    *,
    said: Mapping[str, int],
    current: Place | None,
) -> OutlineGroup:
    shown = tuple(
        outline_entry(version, kind, entry, names, faults, said=said, current=current, place=(position, len(listed)))
        for position, entry in enumerate(listed)
        if entry.get(kind.identity)
    )
    faulty = sum(bool(entry.problems) for entry in shown)
    own_form = has_form(version.part, kind.name)
    return OutlineGroup(
        kind=kind.name,
        title=kind.plural,
        add_label=f"Add {kind.with_article}",
        add_href=reverse("admin:pathways_entry_add", args=[version.pk, kind.name]) if own_form else "",
        entries=shown,
        faulty=faulty,
        is_open=kind == RULES or len(shown) <= FEW or bool(faulty),
        is_near=kind == RULES or bool(faulty) or bool(current and current[0] == kind.name),
    )


def outline_entry(
    version: Version,
    kind: EntryKind,
    entry: Entry,
    names: Names,
    faults: Faults,
    *,
    said: Mapping[str, int],
    current: Place | None,
    place: tuple[int, int],
) -> OutlineEntry:
    identity = str(entry[kind.identity])
    class_code, word = stance_word(entry) if kind.name == "rules" else ("", "")
    address = [version.pk, kind.name, identity]
    position, count = place
    page = "entry" if has_form(version.part, kind.name) else "rename"
    return OutlineEntry(
        identity=identity,
        anchor=f"entry-{kind.name}-{position}",
        title=title_of_entry(kind, entry, names),
        code=code_of_entry(kind, entry),
        class_code=class_code,
        word=word,
        problems=faults.of((kind.name, identity)),
        comments=said.get(f"{kind.name}/{identity}", 0),
        is_current=current == (kind.name, identity),
        is_first=position == 0,
        is_last=position == count - 1,
        href=reverse(f"admin:pathways_{page}", args=address if page == "entry" else [version.pk]),
        copy_href=reverse("admin:pathways_entry_copy", args=address) if page == "entry" else "",
        move_href=reverse("admin:pathways_entry_move", args=address),
        delete_href=reverse("admin:pathways_entry_delete", args=address),
    )


def head_entry(version: Version, faults: Faults, said: Mapping[str, int], current: Place | None) -> OutlineEntry:
    return OutlineEntry(
        identity="",
        anchor="entry-head",
        title="Title, scope and owner",
        code="",
        class_code="",
        word="",
        problems=faults.of((HEAD, "")),
        comments=said.get(HEAD, 0),
        is_current=current == (HEAD, ""),
        is_first=True,
        is_last=True,
        href=reverse("admin:pathways_head", args=[version.pk]),
        copy_href="",
        move_href="",
        delete_href="",
    )
