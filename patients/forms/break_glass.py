"""The forms of break-glass: why a record is opened, and what its review found; the services judge what is missing."""

from django import forms

from patients.services.break_glass import LONGEST_REASON, BreakGlassRefused
from patients.states import BreakGlassReason, ReviewOutcome


class RefusableForm(forms.Form):
    """No field is required here: the service names everything that is missing at once."""

    def refuse(self, refused: BreakGlassRefused) -> None:
        for field, sentence in refused.problems.items():
            self.add_error(field, sentence)

    def text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")


class BreakGlassForm(RefusableForm):
    reason_code = forms.ChoiceField(
        label="Why do you open this record?",
        required=False,
        choices=BreakGlassReason.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose why you open this record."},
    )
    reason_text = forms.CharField(
        label="In your own words",
        help_text="Needed for another reason; otherwise it helps the privacy officer to ask you less.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    password = forms.CharField(
        label="Your password",
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AccessReviewForm(RefusableForm):
    outcome = forms.ChoiceField(
        required=False,
        choices=ReviewOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose an outcome."},
    )
    note = forms.CharField(
        help_text="What you asked and what you were told. Needed unless the access was justified.",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
