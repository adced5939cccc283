"""The form of a recall: why it is made, and what of a release it is about; nothing is required but the reason."""

from datetime import date
from typing import Any

from django import forms

from audit.viewer.grants import LONGEST_REASON, BadReason, checked_reason
from pathways.advice_classes import OF_STANCE
from pathways.dates import BadDate, read_calendar_date
from pathways.engine.release import Release
from pathways.engine.stances import Stance

Choices = list[tuple[str, str]]


class DayField(forms.CharField):
    """An empty one is no limit."""

    def clean(self, value: Any) -> date | None:
        text = str(super().clean(value) or "").strip()
        try:
            return read_calendar_date(text) if text else None
        except BadDate as bad:
            raise forms.ValidationError(str(bad)) from bad


class RecallForm(forms.Form):
    reason = forms.CharField(
        label="Why do you need the patients’ names?",
        help_text="The number of the incident, who asked you. It is recorded, and stands in the file.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    rule = forms.ChoiceField(label="Only where this rule applied", required=False)
    intervention = forms.ChoiceField(label="Only where there was a verdict on", required=False)
    stance = forms.ChoiceField(label="and it was", required=False)
    part = forms.ChoiceField(label="Also releases with the same text of", required=False)
    first = DayField(
        label="Signed, or worked on unsigned, from", help_text="Such as 22-Nov-2026.", required=False, max_length=40
    )
    last = DayField(label="to", required=False, max_length=40)

    def __init__(self, *args: Any, release: Release | None, parts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in choices_of(release, parts).items():
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, required=False, choices=choices)

    def sent(self) -> tuple[tuple[str, str], ...]:
        """To ask the same again, as a file."""
        return tuple((name, str(self.data.get(name, ""))) for name in self.fields if self.data.get(name))

    def clean_reason(self) -> str:
        try:
            return checked_reason(str(self.cleaned_data["reason"]))
        except BadReason as bad:
            raise forms.ValidationError(f"{bad} Nobody was listed.") from bad

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("stance") and not given.get("intervention"):
            self.add_error("intervention", "Choose what the verdict was on, or leave its kind open too.")
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            self.add_error("first", "The first day is after the last.")
        return given


def choices_of(release: Release | None, parts: Choices) -> dict[str, Choices]:
    """Of a release that cannot be read nothing can be chosen; its patients are listed all the same."""
    rules = list(release.rules) if release else []
    interventions = release.vocabulary.interventions if release else {}
    stances = [stance for stance in Stance if stance is not Stance.NOTE]
    return {
        "rule": [("", "Any rule"), *((key, key) for key in rules)],
        "intervention": [("", "Anything"), *((code, one.label) for code, one in interventions.items())],
        "stance": [("", "Any verdict"), *((stance.value, OF_STANCE[stance].word) for stance in stances)],
        "part": [("", "This release alone"), *parts],
    }
