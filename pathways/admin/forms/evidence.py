"""The forms of the evidence: articles, references, statements, cautions, contested notes, questions and hazards."""

from __future__ import annotations

import re

from django import forms
from django.utils import timezone

from pathways.admin.forms.base import EntryForm, Identity, Section, entry_form
from pathways.admin.forms.fields import ConditionText, Day, Line, Lines, One, Some, Text
from pathways.admin.forms.names import Choice, Names
from pathways.editing.entries import Entry
from pathways.editing.parts import PartKind
from pathways.engine.read_evidence import SCREENS

REFERENCE_KINDS = (
    ("guideline", "Guideline"),
    ("study", "Study or review"),
    ("label", "Label of a medicine"),
    ("digest", "Digest of something else: add the primary source"),
    ("article", "Source article of this guidance"),
    ("listed", "Listed by a source article"),
)
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
STAMP = ("answered_by", "answered_on")
YEAR = re.compile(r"[12][0-9]{3}")
FACTS_HELP = "One per line: words that must stand on what carries it, so that nobody can lose them."
CARRIERS_HELP = "The rules, cautions, notes, questions of the form, or screens that bring it to the reader."


def carriers(names: Names) -> list[Choice]:
    """What may carry a statement or a hazard."""
    return [
        *((key, f"Rule {label}") for key, label in names.rules),
        *((f"caution:{key}", f"Caution: {label}") for key, label in names.cautions),
        *((f"finding:{key}", f"Question of the form: {label}") for key, label in names.findings),
        *((f"evidence:{key}", f"Contested note: {label}") for key, label in names.notes),
        *((f"screen:{name}", f"Screen: {name}") for name in SCREENS),
    ]


@entry_form(PartKind.EVIDENCE, "articles")
class ArticleForm(EntryForm):
    code = Identity(label="Code", pattern="key")
    letter = Line(label="Letter", max_length=1, help_text="One capital letter, with which its statements are numbered.")
    title = Line(label="Title")
    publisher = Line(label="Publisher")
    updated = Line(label="Last updated by its publisher", max_length=40, help_text="As it says, such as 2026-01-04.")
    status = Line(label="State of its review", help_text="As it says of itself, such as “pending human review”.")
    problems = Lines(label="Problems as a source", rows=6, help_text="One per line. They are shown to the reader.")

    sections = (
        Section("Article", ("code", "letter", "title", "publisher", "updated")),
        Section("How far it can be relied on", ("status", "problems")),
    )

    def clean_letter(self) -> str:
        letter = str(self.cleaned_data["letter"])
        if letter and not re.fullmatch(r"[A-Z]", letter):
            raise forms.ValidationError("Write one capital letter, A to Z.")
        return letter


@entry_form(PartKind.EVIDENCE, "references")
class ReferenceForm(EntryForm):
    key = Identity(label="Key", pattern="key")
    kind = One(REFERENCE_KINDS, label="Kind")
    title = Line(label="Title")
    source = Line(label="Source", help_text="Journal, publisher or register, with its number.")
    year = Line(label="Year", max_length=4)
    url = Line(label="Address on the web", max_length=600, help_text="Begins with https:// or http://")
    problem = Text(
        label="Problem as a source",
        rows=2,
        max_length=600,
        help_text="Such as “a digest, not the guideline itself”. Shown with the reference.",
    )

    template_fields: Entry = {"kind": "guideline"}
    sections = (
        Section("Reference", ("key", "kind", "title", "source", "year", "url")),
        Section("How far it can be relied on", ("problem",)),
    )

    def clean_year(self) -> str:
        year = str(self.cleaned_data["year"])
        if year and not YEAR.fullmatch(year):
            raise forms.ValidationError(f"“{year}” is not a year. Write four digits, such as 2024.")
        return year

    def clean_url(self) -> str:
        """Safety: the address becomes a link, so it never is anything but a page of the web."""
        url = str(self.cleaned_data["url"])
        if url and not WEB_ADDRESS.fullmatch(url):
            raise forms.ValidationError("Begin the address with https:// or http://, and leave out blanks.")
        return url


@entry_form(PartKind.EVIDENCE, "statements")
class StatementForm(EntryForm):
    code = Identity(label="Number", pattern="statement")
    article = One(label="Article", empty="Choose the article")
    section = Line(label="Section of the article")
    text = Text(label="What it says, in our words", rows=3, max_length=1200)
    references = Some(label="What the article cites for it")
    facts = Lines(label="Facts that must show", rows=4, help_text=FACTS_HELP)
    carried_by = Some(label="Carried by", help_text=CARRIERS_HELP)

    template_fields: Entry = {"facts": []}
    sections = (
        Section("Statement", ("code", "article", "section", "text")),
        Section("Where it shows", ("facts", "carried_by")),
        Section("References", ("references",)),
    )

    def offer(self) -> None:
        self.choose("article", self.names.articles)
        self.choose("references", self.names.references)
        self.choose("carried_by", carriers(self.names))


@entry_form(PartKind.EVIDENCE, "cautions")
class CautionForm(EntryForm):
    key = Identity(label="Key", pattern="key")
    text = Text(label="Text", rows=5, max_length=1200)
    references = Some(label="References")
    interventions = Some(label="On every card of", help_text="None: it shows only with the rules that name it.")
    when = ConditionText(
        label="Only when", help_text="For the cards ticked above. Empty: always. It shows too while this is unknown."
    )

    sections = (
        Section("Caution", ("key", "text")),
        Section("Where it shows", ("interventions", "when")),
        Section("References", ("references",)),
    )

    def offer(self) -> None:
        self.choose("references", self.names.references)
        self.choose("interventions", self.names.interventions)


@entry_form(PartKind.EVIDENCE, "evidence_notes")
class NoteForm(EntryForm):
    key = Identity(label="Key", pattern="key")
    text = Text(
        label="Text",
        rows=6,
        max_length=1600,
        help_text="Where primary guidance differs from what the rule says, and how.",
    )
    references = Some(label="References")

    template_fields: Entry = {"references": []}
    sections = (Section("Contested note", ("key", "text")), Section("References", ("references",)))

    def offer(self) -> None:
        self.choose("references", self.names.references)


@entry_form(PartKind.EVIDENCE, "questions")
class QuestionForm(EntryForm):
    key = Identity(label="Key", pattern="key")
    text = Text(label="Question", rows=3, max_length=600)
    answer = Text(label="Answer", rows=4, max_length=1200, help_text="Empty: the question is open.")
    answered_by = Line(
        label="Answered by", max_length=120, help_text="Who decided. Empty: your own name, once there is an answer."
    )
    answered_on = Day(label="Answered on", help_text="Empty: today, once there is an answer.")

    sections = (
        Section("Open question", ("key", "text")),
        Section("Answer of the board", ("answer", "answered_by", "answered_on")),
    )

    def to_entry(self, original: Entry) -> Entry:
        """A new answer carries a name and a day; an answer taken back takes both with it.

        Boxes that were left empty while the stamp was set by saving as one types do not take it away again.
        """
        written = super().to_entry(original)
        if not written.get("answer"):
            return {name: value for name, value in written.items() if name not in STAMP}
        if written["answer"] == original.get("answer"):
            return {name: original[name] for name in STAMP if name in original} | written
        return {"answered_by": self.editor_name, "answered_on": timezone.localdate().isoformat()} | written


@entry_form(PartKind.EVIDENCE, "hazards")
class HazardForm(EntryForm):
    code = Identity(label="Number", pattern="statement")
    text = Text(label="What could go wrong", rows=3, max_length=1200)
    facts = Lines(label="Facts that must show", rows=4, help_text=FACTS_HELP)
    carried_by = Some(label="Guarded against by", help_text=CARRIERS_HELP)

    sections = (Section("Hazard", ("code", "text")), Section("Where it shows", ("facts", "carried_by")))

    def offer(self) -> None:
        self.choose("carried_by", carriers(self.names))
