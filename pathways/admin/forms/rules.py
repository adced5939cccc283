"""The forms of a pathway: its head and its rules."""

from __future__ import annotations

from typing import Any

from pathways.admin.forms.base import HEAD, EntryForm, Identity, Section, entry_form
from pathways.admin.forms.fields import ConditionText, Day, Line, One, Places, ShortLine, Some, Text, Tick
from pathways.editing.entries import Entry
from pathways.editing.parts import PartKind

STANCES = (
    ("contraindicate", "Do not: ruled out while it applies"),
    ("withhold", "Not now: ruled out until something is lifted"),
    ("avoid", "Not advised: discouraged, but no ban"),
    ("discuss", "Discuss: take it to the team"),
    ("recommend", "Do: advised"),
    ("consider", "Consider: may be offered"),
    ("note", "Note: information only, takes no part in the verdict"),
)
ORIGINS = (("source", "From a source article"), ("own", "Our own rule"))
GRADE_HELP = "Strong, conditional, not graded, or the guideline's own grade with its name."
WHEN_HELP = (
    "Such as: deposits is linear and kps >= 70. Names and values are offered while you type; "
    "each line is another alternative."
)
CERTAINTY_HELP = "High, moderate, low, very low, or not graded."


@entry_form(PartKind.PATHWAY, HEAD)
class PathwayForm(EntryForm):
    title = Line(label="Title", max_length=120)
    summary = Text(label="Summary", rows=2, max_length=500, help_text="One sentence: what this pathway decides.")
    scope = ConditionText(label="Applies to", help_text="Every rule of the pathway holds only where this is true.")
    owner = ShortLine(label="Owner", max_length=120, help_text="Who answers for this pathway: a name or a post.")
    review_by = Day(label="Review by", help_text="The day by which somebody reads the pathway again.")

    sections = (
        Section("Pathway", ("title", "summary")),
        Section("Which patients", ("scope",)),
        Section("Who looks after it", ("owner", "review_by")),
    )


@entry_form(PartKind.PATHWAY, "rules")
class RuleForm(EntryForm):
    key = Identity(label="Name of the rule", pattern="key")
    intervention = One(label="Intervention", empty="None: a general note")
    stance = One(STANCES, label="What the rule says")
    when = ConditionText(label="Applies when", help_text=WHEN_HELP)
    accompanies = Some(
        label="Or accompanies", help_text="A note shown where one of these rules decides. It has no condition then."
    )
    urgent = Tick(label="Urgent: shown first, whatever else applies (general notes only)")
    professional = Text(label="For professionals", rows=5, max_length=1200)
    patient = Text(
        label="For the patient", rows=4, max_length=1200, help_text="Plain words. If there are none, say why below."
    )
    patient_omitted = Line(label="Why there is no text for the patient", max_length=300)
    lifted_by = Text(label="What would lift it", rows=2, max_length=600, help_text="Needed for “Not now”.")
    origin = One(ORIGINS, label="Where the rule comes from", radio=True)
    statements = Some(label="Statements of the source", help_text="What the article says, that this rule carries.")
    references = Some(label="References", help_text="Add the page or section in each that says so.")
    places = Places(of="references", label="Page or section")
    strength = ShortLine(label="Strength of the recommendation", max_length=160, help_text=GRADE_HELP)
    certainty = ShortLine(label="Certainty of the evidence", max_length=160, help_text=CERTAINTY_HELP)
    cautions = Some(label="Cautions", help_text="Shown on the card where the rule decides.")
    contested = Some(label="Contested", help_text="Notes that say where primary guidance differs.")
    questions = Some(label="Open questions", help_text="What the board has still to decide about this rule.")
    answers = One(label="Finding it answers", empty="None", help_text="The advice is done once this is recorded.")

    template_fields: Entry = {
        "stance": "consider",
        "statements": [],
        "origin": "source",
        "references": [],
        "strength": "not graded",
        "certainty": "not graded",
        "cautions": [],
        "contested": [],
        "questions": [],
    }
    sections = (
        Section("Advice", ("key", "intervention", "stance", "urgent")),
        Section("Condition", ("when", "accompanies")),
        Section("Wording", ("professional", "patient", "patient_omitted", "lifted_by")),
        Section("Sources", ("origin", "statements", "references", "strength", "certainty")),
        Section("Shown with it", ("cautions", "contested", "questions", "answers")),
    )

    def offer(self) -> None:
        names = self.names
        own = self.entry.get("key")
        stances = {rule["key"] for rule in names.stance_rules() if isinstance(rule.get("key"), str)}
        self.choose("intervention", names.interventions)
        self.choose("answers", names.findings)
        self.choose("accompanies", [one for one in names.rules if one[0] in stances and one[0] != own])
        self.choose("statements", names.statements)
        self.choose("references", names.references)
        self.choose("cautions", names.cautions)
        self.choose("contested", names.notes)
        self.choose("questions", names.questions)

    def to_entry(self, original: Entry) -> Entry:
        """A place for a reference that is not ticked is kept out."""
        written = super().to_entry(original)
        places: dict[str, Any] = written.get("places", {})
        if kept := {key: place for key, place in places.items() if key in written.get("references", [])}:
            written["places"] = kept
        else:
            written.pop("places", None)
        return written
