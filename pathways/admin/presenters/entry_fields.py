"""The fields of an entry's form as the page draws them: sections, choices with their ticks, problems of the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from pathways.admin.forms.base import EntryForm, Section
from pathways.admin.forms.fields import ConditionText, EntryField, Places, Some, Text
from pathways.admin.presenters.assistant import Assistant
from pathways.admin.presenters.entry_names import shortened
from pathways.admin.presenters.outline import Faults, Place
from pathways.models import Version

OTHER = Section("Besides", ())
LONGEST_CHOSEN = 110
CHARACTERS_PER_LINE = 80
MOST_LINES = 16
GROUPED = frozenset({"radio", "some", "recorded"})


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several names to tick; ``place_name`` is the input for the page or section, where there is one."""

    value: str
    label: str
    input_id: str
    chosen: bool
    place_name: str
    place: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """``grouped``: several inputs under one legend. ``assistant`` stands beneath a condition."""

    name: str
    label: str
    help: str
    shape: str
    bound: BoundField
    errors: tuple[str, ...]
    problems: tuple[str, ...]
    picks: tuple[Pick, ...]
    chosen: tuple[str, ...]
    check_href: str
    comments: int
    grouped: bool
    assistant: Assistant | None


@dataclass(frozen=True, slots=True)
class FormSection:
    title: str
    help: str
    anchor: str
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class FormFrame:
    """What the fields need to know of the page around them."""

    version: Version
    place: Place
    faults: Faults
    comments: Mapping[str, int]
    assistants: Mapping[str, Assistant]
    may_change: bool


def form_sections(form: EntryForm, frame: FormFrame) -> tuple[FormSection, ...]:
    named = {name for section in form.sections for name in section.fields}
    beside = {name for name, field in form.fields.items() if isinstance(field, Places)}
    others = tuple(name for name in form.fields if name not in named | beside)
    sections = (*form.sections, Section(OTHER.title, others)) if others else form.sections
    shown = (form_section(form, section, number, frame) for number, section in enumerate(sections))
    return tuple(section for section in shown if section.rows)


def form_section(form: EntryForm, section: Section, number: int, frame: FormFrame) -> FormSection:
    rows = tuple(field_row(form, name, frame) for name in section.fields if name in form.fields)
    return FormSection(section.title, section.help, f"section-{number}", rows)


def field_row(form: EntryForm, name: str, frame: FormFrame) -> FieldRow:
    bound = form[name]
    shape = bound.field.shape if isinstance(bound.field, EntryField) else "line"
    if not frame.may_change:
        bound.field.disabled = True
    if isinstance(bound.field, Text):
        bound.field.widget.attrs["rows"] = rows_for(str(bound.value() or ""), int(bound.field.widget.attrs["rows"]))
    picks = picks_of(form, name) if isinstance(bound.field, Some) else ()
    return FieldRow(
        name=name,
        label=str(bound.label),
        help=str(bound.help_text),
        shape=shape,
        bound=bound,
        errors=tuple(str(error) for error in bound.errors),
        problems=frame.faults.of_field(frame.place, name),
        picks=picks,
        chosen=tuple(chosen_words(pick) for pick in picks if pick.chosen),
        check_href=check_href(name, frame) if isinstance(bound.field, ConditionText) else "",
        comments=frame.comments.get(name, 0),
        grouped=shape in GROUPED,
        assistant=frame.assistants.get(name),
    )


def chosen_words(pick: Pick) -> str:
    label = shortened(pick.label, LONGEST_CHOSEN)
    return f"{label}, {pick.place}" if pick.place else label


def rows_for(text: str, least: int) -> int:
    """As many lines as the text needs, so that nobody writes through a slit."""
    needed = sum(1 + len(line) // CHARACTERS_PER_LINE for line in text.split("\n"))
    return min(max(needed, least), MOST_LINES)


def picks_of(form: EntryForm, name: str) -> tuple[Pick, ...]:
    field = form.fields[name]
    chosen = set(texts(form[name].value()))
    beside = next((other for other, one in form.fields.items() if isinstance(one, Places) and one.of == name), "")
    places = form[beside].value() if beside else {}
    return tuple(
        Pick(
            value=str(value),
            label=str(label),
            input_id=f"field-{name}-{number}",
            chosen=str(value) in chosen,
            place_name=f"{beside}-{value}" if beside else "",
            place=str((places or {}).get(str(value), "")),
        )
        for number, (value, label) in enumerate(field.choices)  # type: ignore[attr-defined]  # a Some has them
    )


def texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def check_href(name: str, frame: FormFrame) -> str:
    kind, identity = frame.place
    query = f"field={name}&kind={kind}&identity={identity}"
    return f"{reverse('admin:pathways_condition_check', args=[frame.version.pk])}?{query}"
