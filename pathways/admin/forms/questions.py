"""Answering a question about the guidance, and closing one without an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from pathways.admin.forms.closing import LONGEST_NOTE, PlainForm

Choices = tuple[tuple[str, str], ...]


class AnswerForm(PlainForm):
    answer = forms.CharField(
        label="Answer",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Whoever asked reads it under “My questions”. Write nothing of any patient.",
    )
    became = forms.ChoiceField(
        label="What it became in the guidance",
        required=False,
        help_text="The entry in force that says it now, if the question changed one.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, entries: Choices) -> None:
        super().__init__(data)
        self.fields["became"].choices = (("", "Nothing was changed"), *entries)  # type: ignore[attr-defined]


class CloseForm(PlainForm):
    reason = forms.CharField(
        label="Why it is closed without an answer",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever asked reads this too.",
    )
