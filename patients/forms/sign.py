"""The form under which a care plan is signed; what is missing in it is judged by the service."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms

from patients.dates import BadDate, read_calendar_date
from patients.states import SignatureMeaning

DATE_HELP = "As 29-Nov-2026. May be left empty."


class SignForm(forms.Form):
    acknowledged_unsettled = forms.BooleanField(label="I have seen which advice is not settled", required=False)
    discussed_with = forms.CharField(
        label="With whom giving it anyway was discussed: name and role", required=False, max_length=200
    )
    meaning = forms.ChoiceField(
        label="My signature means", required=False, choices=SignatureMeaning.choices, widget=forms.RadioSelect
    )
    on_behalf_of = forms.CharField(
        label="Who made the decisions", help_text="Only if it was someone else.", required=False, max_length=200
    )
    reassess_by = forms.CharField(label="Reassess by", help_text=DATE_HELP, required=False, max_length=40)
    password = forms.CharField(
        label="Your password",
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, has_unsettled: bool, has_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, is_needed in (("acknowledged_unsettled", has_unsettled), ("discussed_with", has_override)):
            if not is_needed:
                del self.fields[name]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        shown = [Field(name) for name in self.fields]
        self.helper.layout = Layout(*shown, Submit("sign", "Sign the care plan"))

    def clean_reassess_by(self) -> date | None:
        text = self.cleaned_data["reassess_by"]
        if not text:
            return None
        try:
            return read_calendar_date(text)
        except BadDate as error:
            raise forms.ValidationError(str(error)) from error
