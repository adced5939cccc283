"""The short forms of the version page: submitting it, discarding it, copying an entry, and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

LONGEST_NOTE = 4000


class PlainForm(forms.Form):
    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="plain-%s", label_suffix="", **options)


class SubmitForm(PlainForm):
    note = forms.CharField(
        label="What changed and why",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Reviewers read it now, clinicians when the guidance comes into force.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DiscardForm(PlainForm):
    reason = forms.CharField(label="Why it is discarded", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CopyForm(PlainForm):
    identity = forms.CharField(label="Name of the copy", max_length=120)


class CommentForm(PlainForm):
    entry = forms.CharField(widget=forms.HiddenInput, max_length=160, required=False)
    field = forms.ChoiceField(label="About", required=False)
    text = forms.CharField(label="Comment", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *, fields: tuple[tuple[str, str], ...], entry: str) -> None:
        super().__init__(initial={"entry": entry})
        self.fields["field"] = forms.ChoiceField(
            label="About", required=False, choices=[("", "The whole of it"), *fields]
        )
