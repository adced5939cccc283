"""The form of a case: the findings of an invented patient, grouped as in the assessment, and what should be advised."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.forms.utils import ErrorDict
from django.utils import timezone

from pathways.admin.forms.base import EntryForm, Identity, Section, entry_form, is_untouched
from pathways.admin.forms.case_fields import (
    Agreed,
    ExpectedAdvice,
    Proposed,
    Recorded,
    RecordedFinding,
    RuleResults,
    expected_choice,
)
from pathways.admin.forms.fields import Day, Line
from pathways.admin.forms.proposals import CannotSay, verdicts_now
from pathways.dates import short_date
from pathways.editing.entries import Entry
from pathways.editing.parts import PartKind
from pathways.engine.observations import BadFinding, read_observation
from pathways.engine.read_safeguards import exact

FINDING = "finding-"
EXPECT = "expect-"
PROPOSE = "propose"  # the name of the button
NOT_CHECKED = "Tick this once each verdict is what should be advised."
PROPOSED_HELP = (
    "The verdicts above are what the guidance gives now. That is no reason to expect them: change each one that is not"
    " what this patient should be advised."
)


@entry_form(PartKind.SAFEGUARDS, "cases")
class CaseForm(EntryForm):
    id = Identity(label="Name", pattern="key", help_text="Small letters, digits and hyphens, such as case-29.")
    title = Line(label="Title", required=True, help_text="Who the patient is and what is being tried, in one line.")
    as_of = Day(label="Day of the evaluation", help_text="Answers without a day of their own are of this day.")
    expect_rules = RuleResults(
        label="Single rules",
        rows=2,
        help_text="May be left empty. One per line: “bleed-it-resume: does not apply”.",
    )
    proposed = Proposed(label="Fill in what the guidance says now")
    checked = Agreed(
        label="I have read each proposed verdict, and it is what should be advised", help_text=PROPOSED_HELP
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if not self.has_proposals:
            del self.fields["checked"]

    @property
    def has_proposals(self) -> bool:
        """Whether the verdicts were filled in from what the guidance gives now, and nobody has agreed to them yet."""
        return bool(self.data.get("proposed"))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and PROPOSE in self.data:
            self.propose()

    def propose(self) -> None:
        """Fill in the verdicts that the guidance gives now. Nothing is valid by that: a person agrees to each first."""
        recorded = {name: errors for name, errors in self.errors.items() if name.startswith(FINDING) or name == "as_of"}
        self._errors = ErrorDict(recorded)
        if recorded:
            self.add_error(None, "Put right what is marked among the findings; then the verdicts can be filled in.")
            return
        try:
            given = verdicts_now(self.names.document, self.to_entry({"id": "proposed"}))
        except CannotSay as error:
            self.add_error(None, str(error))
            return
        data: Any = copy.copy(self.data)  # of a request as of a test: both take single values so
        data["proposed"] = "yes"
        for code, verdict in given.items():
            data[f"{EXPECT}{code}"] = expected_choice(verdict)
        self.data = data
        self.fields["checked"] = copy.deepcopy(self.base_fields["checked"])
        self.add_error("checked", NOT_CHECKED)

    def offer(self) -> None:
        vocabulary = self.names.vocabulary
        findings, expect = mapping(self.entry, "findings"), mapping(self.entry, "expect")
        for code, finding in vocabulary.findings.items():
            self.fields[f"{FINDING}{code}"] = RecordedFinding(code, finding, findings.get(code))
        strange = [code for code in findings if code not in vocabulary.findings]
        for code in strange:
            self.fields[f"{FINDING}{code}"] = RecordedFinding(code, None, findings[code])
        for code, one in vocabulary.interventions.items():
            self.fields[f"{EXPECT}{code}"] = ExpectedAdvice(label=one.label, is_new=self.is_new)
        unknown = [code for code in expect if code not in vocabulary.interventions]
        for code in unknown:
            self.fields[f"{EXPECT}{code}"] = ExpectedAdvice(label=code, is_new=False, is_known=False)
        self.sections = self.all_sections(strange, unknown)

    def all_sections(self, strange: list[str], unknown: list[str]) -> tuple[Section, ...]:
        vocabulary = self.names.vocabulary
        groups = [
            Section(group, tuple(f"{FINDING}{code}" for code, one in vocabulary.findings.items() if one.group == group))
            for group in vocabulary.groups
        ]
        if strange:
            groups.append(Section("No longer in the vocabulary", tuple(f"{FINDING}{code}" for code in strange)))
        expected = tuple(f"{EXPECT}{code}" for code in (*vocabulary.interventions, *unknown))
        return (
            Section("Case", ("id", "title", "as_of")),
            *groups,
            Section(
                "What should be advised",
                (*expected, "proposed", "checked"),
                "What a specialist would advise this patient, whatever the guidance says now.",
            ),
            Section("Rules", ("expect_rules",)),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.has_proposals and not cleaned.get("checked"):
            self.add_error("checked", NOT_CHECKED)
        for name, field in self.entry_fields():
            if isinstance(field, RecordedFinding) and name in cleaned:
                self.check_recorded(name, field, cleaned[name])
        return cleaned

    def check_recorded(self, name: str, field: RecordedFinding, typed: Recorded) -> None:
        """The answer as the engine takes it: in its range, one of the options, not of a day to come."""
        code, finding = name.removeprefix(FINDING), field.finding
        written = field.to_value(typed, None)
        as_of = self.cleaned_data.get("as_of") or timezone.localdate()
        if finding is None or written is None or is_untouched(field, typed, self.initial[name]):
            return
        found = exact(written, code, self.names.vocabulary)
        value, unit = (found["value"], found.get("unit")) if isinstance(found, dict) else (found, None)
        day = date.fromisoformat(typed[2]) if typed[2] else as_of
        try:
            read_observation(finding, value, unit, day, as_of)
        except BadFinding as error:
            self.add_error(name, error.message)

    def from_entry(self, entry: Entry) -> dict[str, Any]:
        initial = super().from_entry(shown_case(entry))
        if self.is_new and not entry.get("as_of"):
            initial["as_of"] = short_date(timezone.localdate())
        return initial

    def to_entry(self, original: Entry) -> Entry:
        return stored_case(super().to_entry(shown_case(original)))


def mapping(entry: Entry, name: str) -> dict[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def shown_case(entry: Entry) -> Entry:
    """The entry with one field for each finding and each intervention."""
    shown = {name: value for name, value in entry.items() if name not in {"findings", "expect"}}
    shown |= {f"{FINDING}{code}": value for code, value in mapping(entry, "findings").items()}
    return shown | {f"{EXPECT}{code}": value for code, value in mapping(entry, "expect").items()}


def stored_case(shown: Entry) -> Entry:
    """The case as the document holds it; what is not listed under "expect" should be not addressed and settled."""
    stored = {name: value for name, value in shown.items() if not name.startswith((FINDING, EXPECT))}
    for field, prefix in (("findings", FINDING), ("expect", EXPECT)):
        stored[field] = {name.removeprefix(prefix): value for name, value in shown.items() if name.startswith(prefix)}
    return stored
