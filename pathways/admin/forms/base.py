"""The form of one entry of the guidance, and the register that knows which form belongs to which kind of entry.

How to write a form for a kind of entry::

    @entry_form(PartKind.EVIDENCE, "references")
    class ReferenceForm(EntryForm):
        key = Identity(label="Key", pattern="key")             # asked for once, when the entry is added
        title = Line(label="Title", required=False, max_length=300)
        kind = One(KINDS, label="Kind")
        carried_by = Some(label="Carried by")                  # choices are filled in offer()

        sections = (Section("Source", ("key", "title", "kind")), Section("Where it shows", ("carried_by",)))

        def offer(self) -> None:
            self.choose("carried_by", self.names.rules)

A form field has the name of the entry's field that it stands for, and a field class of ``forms.fields`` knows how to
turn the one into the other. ``names`` is what may be referred to (see ``forms.names``), read from the candidate: it
never fails on a draft that is half finished. An entry with a structure of its own overrides ``from_entry`` and
``to_entry`` (options of a finding, for example) and calls ``super()`` for the rest.

Two rules hold for every form. *Nothing is lost*: fields of the entry that the form does not know stay as they are, and
a field that nobody touched keeps its value as it was written, so saving an untouched form changes nothing. *Content
may be wrong in a draft*: a form refuses only what cannot be kept (too long, not a date); whatever else is wrong stands
in the outline and stops the submission. So fields are ``required=False`` as a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms

from pathways.admin.forms.fields import Choices, EntryField, Line, One, Some, plain
from pathways.admin.forms.names import Names
from pathways.editing.entries import HEAD, Entry, NoSuchEntry
from pathways.editing.parts import PartKind, kind_of
from pathways.engine.problems import CODE, KEY

__all__ = ["HEAD", "EntryForm", "Identity", "Section", "blank_entry", "entry_form", "form_for", "has_form"]

PATTERNS = {"key": KEY, "code": CODE, "statement": re.compile(r"[A-Z][1-9][0-9]{0,2}")}
IDENTITY_HELP = {
    "key": "Small letters, digits and hyphens, such as init-systemic. It cannot be changed later.",
    "code": "Small letters, digits and underscores, such as csf_flow. Conditions name it.",
    "statement": "A letter for the article and a number, such as A12. It cannot be changed later.",
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading, in the order in which they are read."""

    title: str
    fields: tuple[str, ...]
    help: str = ""


class Identity(Line):
    """The name of an entry: asked for when it is added, fixed afterwards. ``pattern``: key, code, statement or ''."""

    shape = "identity"

    def __init__(self, *, pattern: str = "key", label: str = "Key", help_text: str = "", **options: Any) -> None:
        self.pattern = PATTERNS.get(pattern)
        super().__init__(
            required=True, max_length=120, label=label, help_text=help_text or IDENTITY_HELP.get(pattern, ""), **options
        )

    def clean(self, value: Any) -> str:
        name = plain(str(super().clean(value)))
        if self.pattern is not None and not self.pattern.fullmatch(name):
            raise forms.ValidationError(f"“{name[:60]}” is not possible. {self.help_text}")
        return name


class EntryForm(forms.Form):
    """``entry`` is the entry as it stands, {} for a new one; ``names`` what it may refer to."""

    sections: tuple[Section, ...] = ()
    template_fields: Entry = {}  # what a new entry holds before anything is typed
    editor_name = ""  # who is typing, for what is stamped with a name; the view sets it

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, names: Names, entry: Entry | None = None, is_new: bool = False
    ) -> None:
        self.names = names
        self.entry = dict(entry or {})
        self.is_new = is_new
        super().__init__(data, auto_id="field-%s", label_suffix="")
        if not is_new:
            for name in [name for name, field in self.fields.items() if isinstance(field, Identity)]:
                del self.fields[name]
        self.offer()
        self.initial = self.from_entry(self.entry)

    def offer(self) -> None:
        """Fill in the choices that depend on the candidate."""

    def choose(self, name: str, choices: Choices) -> None:
        field = self.fields.get(name)
        if isinstance(field, One | Some):
            field.offer(choices)

    def entry_fields(self) -> Iterable[tuple[str, EntryField]]:
        return ((name, field) for name, field in self.fields.items() if isinstance(field, EntryField))

    def from_entry(self, entry: Entry) -> dict[str, Any]:
        return {name: field.to_initial(entry.get(name)) for name, field in self.entry_fields()}

    def to_entry(self, original: Entry) -> Entry:
        """The original with what was typed: an untouched field as it was written, an emptied one without it."""
        written = dict(original)
        before = self.from_entry(original)
        for name, field in self.entry_fields():
            cleaned = self.cleaned_data.get(name)
            if name in original and _says_the_same(field, before[name], cleaned):
                continue
            value = field.to_value(cleaned, original.get(name))
            if value is not None:
                written[name] = value
            elif isinstance(original.get(name), list):
                written[name] = []
            else:
                written.pop(name, None)
        return written

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and CONTROL.search(value):
                self.add_error(name, "This holds a control character that cannot be seen. Type it afresh.")
        return cleaned


def _says_the_same(field: EntryField, before: Any, cleaned: Any) -> bool:
    try:
        return bool(field.clean(before) == cleaned)
    except forms.ValidationError:  # the document holds what the form would refuse
        return False


def is_untouched(field: EntryField, cleaned: Any, before: Any) -> bool:
    """What stands in a draft may be nothing that the field would take: then it was touched."""
    try:
        return bool(cleaned == field.clean(before))
    except forms.ValidationError:
        return False


Form = TypeVar("Form", bound=type[EntryForm])
REGISTER: dict[tuple[PartKind, str], type[EntryForm]] = {}


def entry_form(part: PartKind, kind: str) -> Callable[[Form], Form]:
    """Registers the form of a kind of entry; ``kind`` is the list's name, or HEAD for what a part says besides."""

    def registered(form: Form) -> Form:
        REGISTER[part, kind] = form
        return form

    return registered


def form_for(part: str, kind: str) -> type[EntryForm]:
    """Raises NoSuchEntry where the part has no such kind, or nobody may edit it by form."""
    try:
        return REGISTER[kind_of(part), kind]
    except (KeyError, ValueError) as error:
        raise NoSuchEntry(f"{part} has no form for {kind}.") from error


def has_form(part: str, kind: str) -> bool:
    """Renamed codes have none: they come about by renaming."""
    return (kind_of(part), kind) in REGISTER


def blank_entry(part: str, kind: str) -> Entry:
    return dict(form_for(part, kind).template_fields)
