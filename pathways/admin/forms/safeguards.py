"""The forms of the safeguards: promises and intended gaps; cases have a file of their own."""

from __future__ import annotations

from pathways.admin.forms.base import EntryForm, Identity, Section, entry_form
from pathways.admin.forms.fields import ConditionText, Line, One, Some, Text, Tick
from pathways.admin.presenters.promises import promise_in_words
from pathways.advice_classes import OF_STANCE
from pathways.editing.entries import Entry
from pathways.editing.parts import PartKind
from pathways.engine.read_safeguards import VERDICT_STANCES

PROMISE_KINDS = (
    ("never", "Never: while the condition is true, none of these verdicts is given"),
    ("only where", "Only where: these verdicts are given only where the condition is true"),
    ("known", "Only when known: these verdicts are given only once the findings below are known"),
    ("always", "Always: where the condition is true, and the findings below are known, there is such a verdict"),
)
STANCES = tuple((stance.value, OF_STANCE[stance].word) for stance in VERDICT_STANCES)
KIND_HELP = (
    "A promise is proved for every possible patient, whatever is recorded or missing. “Known” means recorded and still"
    " valid, or not applicable."
)


@entry_form(PartKind.SAFEGUARDS, "promises")
class PromiseForm(EntryForm):
    key = Identity(label="Name", pattern="key")
    text = Text(
        label="The promise in one sentence", rows=2, max_length=400, help_text="As you would say it to a colleague."
    )
    kind = One(PROMISE_KINDS, label="Kind of promise", radio=True, help_text=KIND_HELP)
    interventions = Some(label="About these interventions")
    stances = Some(
        STANCES, label="About these verdicts", help_text="For “Always”, none ticked means any verdict at all."
    )
    settled = Tick(label="Only about settled verdicts: those that nothing still missing could change")
    when = ConditionText(
        label="Condition", help_text="For “Never”, “Only where” and “Always”. “always” where it is about every patient."
    )
    known = Some(label="Findings that must be known", help_text="For “Only when known” and “Always”.")

    template_fields: Entry = {"kind": "never", "interventions": [], "stances": []}
    sections: tuple[Section, ...] = (
        Section("Promise", ("key", "text", "kind")),
        Section("Which verdicts", ("interventions", "stances", "settled")),
        Section("Which patients", ("when", "known")),
    )

    def offer(self) -> None:
        self.choose("interventions", self.names.interventions)
        self.choose("known", self.names.findings)
        if not self.is_new:
            first, *others = self.sections
            reading = f"As it is proved: {promise_in_words(self.entry, self.names.vocabulary)}"
            self.sections = (Section(first.title, first.fields, reading), *others)


@entry_form(PartKind.SAFEGUARDS, "intended")
class IntendedForm(EntryForm):
    subject = Identity(
        label="What is intended", pattern="", help_text="The hole or the overlap, exactly as the check names it."
    )
    reason = Line(label="Why it is intended", max_length=300)

    sections = (Section("Intended gap", ("subject", "reason")),)
