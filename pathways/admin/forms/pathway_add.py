"""The form that begins a new pathway."""

from __future__ import annotations

from django import forms

from pathways.engine.problems import KEY


class PathwayAddForm(forms.Form):
    title = forms.CharField(label="Title", max_length=120, help_text="As clinicians read it, such as Seizures.")
    code = forms.CharField(
        label="Name in files and addresses",
        max_length=64,
        help_text="Small letters, digits and hyphens, such as seizures. It cannot be changed later.",
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="field-%s", label_suffix="")  # type: ignore[arg-type]  # a QueryDict or None

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not KEY.fullmatch(code):
            raise forms.ValidationError("Use small letters, digits and hyphens only, and begin with a letter.")
        return code
