"""What is sent to the search and to the content team; the services refuse what does not belong there."""

from __future__ import annotations

from django import forms

from pathways.engine.problems import CODE, KEY
from pathways.states import QuestionKind

LONGEST_TEXT = 4000


class AskForm(forms.Form):
    """A question or a problem, and by codes of the guidance what it is about."""

    kind = forms.ChoiceField(choices=QuestionKind.choices, widget=forms.HiddenInput)
    rule = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    intervention = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "aria-describedby": "ask-help"}),
        error_messages={
            "required": "Write your question first.",
            "max_length": "This is too long: 4000 characters at most.",
        },
    )


def plain_codes(rule: str, intervention: str) -> tuple[str, str]:
    """Only what can be a code of the guidance; anything else counts as not given."""
    return (rule if KEY.fullmatch(rule) else "", intervention if CODE.fullmatch(intervention) else "")
