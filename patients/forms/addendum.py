"""The form with which something is added to a signed care plan."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Hidden, Submit
from django import forms

from patients.form_origin import FIELD
from patients.services.addenda import LONGEST_ADDENDUM, AddendumRefused, addendum_text


class AddendumForm(forms.Form):
    text = forms.CharField(
        label="Addendum",
        help_text=f"At most {LONGEST_ADDENDUM} characters. Your name, role and the time are added to it.",
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": "Write the addendum."},
    )

    def __init__(self, *args: Any, origin: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Hidden(FIELD, origin))
        self.helper.add_input(Submit("send", "Add to the care plan"))

    def clean_text(self) -> str:
        try:
            return addendum_text(self.cleaned_data["text"])
        except AddendumRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
