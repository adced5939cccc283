"""A form with one sentence: why something is withdrawn or discarded."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Hidden, Submit
from django import forms

from patients.form_origin import FIELD

LONGEST_REASON = 1000


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": "Write the reason."},
    )

    def __init__(self, *args: Any, label: str, submit: str, origin: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Hidden(FIELD, origin))
        self.helper.add_input(Submit("send", submit))
