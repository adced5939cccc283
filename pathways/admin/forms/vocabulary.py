"""The forms of the vocabulary: findings, derived findings and interventions."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.admin.forms.base import EntryForm, Identity, Section, entry_form
from pathways.admin.forms.fields import ConditionText, Line, One, Some, Text, Tick
from pathways.admin.forms.names import Names
from pathways.admin.forms.vocabulary_fields import (
    ExactNumber,
    OptionLines,
    TermLines,
    UnitLines,
    WholeNumber,
    lines_of,
    read_option,
)
from pathways.editing.entries import Entry
from pathways.editing.names import Name, NameKind, uses_in
from pathways.editing.parts import PartKind, parts_of

KINDS = (
    ("choice", "Choice: one of the options below"),
    ("yes_no", "Yes or no"),
    ("number", "Number, with its units if it has any"),
)
OPTIONS_HELP = (
    "One per line: a code, a colon, the label, and after a bar a help text if it needs one, such as “linear: Linear |"
    " Thin lines only”. The code of an option in force is changed, or the option taken away, on the page “Rename or"
    " remove”: answers are stored under it."
)
CODE_HELP = (
    "Small letters, digits and underscores, such as csf_flow. Changed later only on the page “Rename or remove”."
)
REMOVED = (
    "{codes} is still used, and answers may be stored under it. Put the line back, and use the page “Rename or remove”,"
    " which shows every use and asks what becomes of stored answers."
)


@entry_form(PartKind.VOCABULARY, "findings")
class FindingForm(EntryForm):
    code = Identity(label="Code", pattern="code", help_text=CODE_HELP)
    label = Line(label="Label", max_length=120, help_text="The question as it stands in the form.")
    group = Line(label="Group", max_length=80)
    kind = One(KINDS, label="Kind of answer", radio=True)
    help = Line(label="Help", help_text="One line below the question. May be left empty.")
    options = OptionLines(label="Options", rows=6, help_text=OPTIONS_HELP)
    units = UnitLines(
        label="Units",
        rows=4,
        help_text="One per line: the unit, × and its factor, such as “mg/L × 0.1”. A value times its factor is in"
        " the first unit, whose factor is 1. Units are converted exactly and never guessed.",
    )
    minimum = ExactNumber(label="Lowest possible", help_text="In the first unit.")
    maximum = ExactNumber(label="Highest possible", help_text="In the first unit.")
    step = ExactNumber(label="Step", help_text="Such as 10, where only 0, 10, 20 … are possible. Nothing is rounded.")
    asked_when = ConditionText(
        label="Asked only when",
        help_text="Empty: asked of everybody. Where this is false, the finding counts as not applicable, never as No.",
    )
    event = Tick(label="It is an event: the day on which it happened is asked, not the day it was observed")
    date_label = Line(label="Label of the date", max_length=80, help_text="Such as “Date of the MRI”.")
    valid_days = WholeNumber(
        label="Days an answer stays valid",
        help_text="After these days it counts as unknown. Empty: it does not expire.",
    )
    overtaken_by = TermLines(
        label="Overtaken by",
        rows=3,
        help_text="One per line: “ventricular_device is any of reservoir, shunt”. An answer from before such an event"
        " counts as unknown.",
    )
    cannot_return_from = Some(label="Once one of these was recorded …")
    cannot_return_to = Some(label="… none of these can follow")
    cannot_return_instead = Text(label="What to do instead", rows=2, max_length=600)

    template_fields: Entry = {"kind": "choice"}
    sections = (
        Section("Question", ("code", "label", "group", "kind", "help")),
        Section("Options", ("options",), "For a choice. Yes or no has its two options by itself."),
        Section("Units and range", ("units", "minimum", "maximum", "step"), "For a number."),
        Section("When it is asked", ("asked_when",)),
        Section("How long an answer counts", ("event", "date_label", "valid_days", "overtaken_by")),
        Section(
            "What cannot be taken back",
            ("cannot_return_from", "cannot_return_to", "cannot_return_instead"),
            "Such as “a bleed that was present is later resolved, never none”. New options are offered once saved.",
        ),
    )

    def offer(self) -> None:
        groups = ", ".join(self.names.groups)
        self.fields["group"].help_text = f"One of {groups}; or a new one." if groups else ""
        written = self.entry.get("options")
        options = [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []
        choices = [(str(one.get("code", "")), str(one.get("label", ""))) for one in options]
        self.choose("cannot_return_from", choices)
        self.choose("cannot_return_to", choices)

    def from_entry(self, entry: Entry) -> dict[str, Any]:
        return super().from_entry(shown_finding(entry))

    def to_entry(self, original: Entry) -> Entry:
        return stored_finding(super().to_entry(shown_finding(original)), original)

    def clean_options(self) -> str:
        return without_losing_options(self, str(self.cleaned_data["options"]))


def without_losing_options(form: EntryForm, typed: str) -> str:
    """Safety: an option that the draft still uses is never just gone; what is stored is for the service to say."""
    now = {read_option(line, number)["code"] for number, line in enumerate(lines_of(typed), 1)}
    written, own = form.entry.get("options"), str(form.entry.get("code"))
    before = [str(one.get("code")) for one in written if isinstance(one, dict)] if isinstance(written, list) else []
    if gone := [code for code in before if code not in now and is_used(form.names, code, own)]:
        raise forms.ValidationError(REMOVED.format(codes=", ".join(f"“{code}”" for code in gone)))
    return typed


def is_used(names: Names, option: str, finding: str) -> bool:
    wanted = Name(NameKind.OPTION, option, finding)
    return any(uses_in(part, document, wanted) for part, document in parts_of(names.document).items())


CANNOT_RETURN = {"from": "cannot_return_from", "to": "cannot_return_to", "instead": "cannot_return_instead"}


def shown_finding(entry: Entry) -> Entry:
    """The entry with one field for each box of the form."""
    shown = {name: value for name, value in entry.items() if name not in {"cannot_return", "event_label"}}
    if "date_label" in entry or "event_label" in entry:
        shown["date_label"] = entry.get("date_label") or entry.get("event_label")
    barred = entry.get("cannot_return")
    if isinstance(barred, dict):
        shown |= {box: barred[name] for name, box in CANNOT_RETURN.items() if name in barred}
    return shown


def stored_finding(shown: Entry, original: Entry) -> Entry:
    """The boxes as the document holds them: the label of the date under the name it had before."""
    stored = {name: value for name, value in shown.items() if name not in CANNOT_RETURN.values()}
    if "event_label" in original and "date_label" not in original and "date_label" in stored:
        stored["event_label"] = stored.pop("date_label")
    barred = {name: shown[box] for name, box in CANNOT_RETURN.items() if shown.get(box)}
    before = original.get("cannot_return")
    if isinstance(before, dict):
        barred = {**{name: value for name, value in before.items() if name not in CANNOT_RETURN}, **barred}
    return stored | {"cannot_return": barred} if barred else stored


@entry_form(PartKind.VOCABULARY, "derived")
class DerivedForm(EntryForm):
    code = Identity(label="Code", pattern="code", help_text=CODE_HELP)
    label = Line(label="Label", max_length=120)
    options = OptionLines(label="Options", rows=3, help_text="Two, one per line, such as “poor: Poor”.")
    value = Line(
        label="It is", max_length=64, help_text="The code of the option that holds while the condition is true."
    )
    when = ConditionText(label="While")
    otherwise = Line(
        label="Otherwise",
        max_length=64,
        help_text="The code of the option while the condition is false. While it is unknown, this is unknown too.",
    )

    def clean_options(self) -> str:
        return without_losing_options(self, str(self.cleaned_data["options"]))

    sections = (
        Section("Derived finding", ("code", "label", "options")),
        Section("How it follows from other findings", ("value", "when", "otherwise")),
    )


@entry_form(PartKind.VOCABULARY, "interventions")
class InterventionForm(EntryForm):
    code = Identity(label="Code", pattern="code", help_text=CODE_HELP)
    label = Line(label="Label", max_length=120)
    action = Line(
        label="What is done",
        max_length=120,
        help_text="Follows “Do” and “Do not”: small letters, beginning with a verb, such as “place a shunt”.",
    )

    sections = (Section("Intervention", ("code", "label", "action")),)
