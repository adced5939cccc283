"""The editor of one entry: outline, form and preview beside each other, with what was saved and what is in conflict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from pathways.admin.forms.base import EntryForm
from pathways.admin.presenters.entry_fields import FormSection
from pathways.admin.presenters.outline import Outline
from pathways.admin.presenters.version_page import CommentLine
from pathways.dates import short_date
from pathways.editing.entries import Entry

NOT_SAVED = "Not saved: see what is marked in the form"


@dataclass(frozen=True, slots=True)
class CaseChoice:
    id: str
    title: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class CaseGroup:
    label: str
    cases: tuple[CaseChoice, ...]


@dataclass(frozen=True, slots=True)
class PreviewChoice:
    """``href`` is that of the frame; empty where there is nothing to show a card of."""

    href: str
    choose_href: str
    intervention: str
    groups: tuple[CaseGroup, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class SavedState:
    """The line beside the buttons, and what the form needs to go on: the hash of what it shows."""

    line: str
    is_bad: bool
    seen: str
    errors: tuple[tuple[str, str, str], ...] = ()  # field id, label, sentence
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differing:
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Conflict:
    by: str
    when: str
    fields: tuple[Differing, ...]
    seen: str
    href: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    heading: str
    code: str
    singular: str
    version_title: str
    version_href: str
    href: str
    names_href: str
    is_new: bool
    can_change: bool
    frozen: str
    saved: SavedState
    conflict: Conflict | None
    outline: Outline
    sections: tuple[FormSection, ...]
    preview: PreviewChoice | None
    comments: tuple[CommentLine, ...]
    comment_href: str
    copy_href: str
    delete_href: str
    rename_href: str


def clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def saved_line(at: datetime, by: str) -> str:
    day = timezone.localtime(at).date()
    when = clock(at) if day == timezone.localdate() else short_date(day)
    return f"Saved {when} by {by}"


def form_errors(form: EntryForm) -> tuple[tuple[str, str, str], ...]:
    """Every error with the field it belongs to: (id, label, sentence)."""
    return tuple(
        (f"field-{name}" if name in form.fields else "", label_of(form, name), str(error))
        for name, errors in form.errors.items()
        for error in errors
    )


def label_of(form: EntryForm, name: str) -> str:
    return str(form.fields[name].label) if name in form.fields else "Form"


def conflict_of(
    form: EntryForm, current: Entry, mine: Entry, *, by: str, at: datetime, seen: str, href: str
) -> Conflict:
    """Both texts of every field in which they differ."""
    labels = {name: str(field.label or name) for name, field in form.fields.items()}
    names = [name for name in dict.fromkeys((*labels, *mine, *current)) if mine.get(name) != current.get(name)]
    differing = tuple(
        Differing(labels.get(name, name.capitalize()), shown(mine.get(name)), shown(current.get(name)))
        for name in names
    )
    return Conflict(by=by, when=clock(at), fields=differing, seen=seen, href=href)


def shown(value: Any) -> str:
    """A value of a document as text to compare."""
    match value:
        case None | "" | [] | {}:
            return "(empty)"
        case bool():
            return "Yes" if value else "No"
        case list():
            return "\n".join(shown(one) for one in value)
        case dict():
            return "\n".join(f"{name}: {shown(one)}" for name, one in value.items())
        case _:
            return str(value).strip()


def address_of(version_id: object, kind: str, identity: str) -> str:
    if not identity:
        return reverse("admin:pathways_head", args=[version_id])
    return reverse("admin:pathways_entry", args=[version_id, kind, identity])
