"""The what-if form: one list or number box per finding, empty where the finding stays as it is recorded."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from pathways.engine.vocabulary import Finding, Kind, Vocabulary
from patients.findings import Answer
from patients.forms.assessment import LONGEST_ANSWER, text_field, unit_name, value_name

AS_RECORDED = ("", "As recorded")


class WhatIfForm(forms.Form):
    def __init__(self, data: Mapping[str, Any] | None = None, *, vocabulary: Vocabulary) -> None:
        super().__init__(data)
        self.vocabulary = vocabulary
        for finding in vocabulary.findings.values():
            self.fields.update(fields_of(finding))

    def answers(self) -> dict[str, Answer]:
        """The findings with a hypothetical answer; a text that is too long is cut short and refused."""
        typed = {code: self.text(value_name(code)) for code in self.vocabulary.findings}
        return {code: Answer(value, self.text(unit_name(code))) for code, value in typed.items() if value}

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()[: LONGEST_ANSWER + 1]

    def bound(self, code: str) -> tuple[BoundField, BoundField | None]:
        name = unit_name(code)
        return self[value_name(code)], self[name] if name in self.fields else None


def fields_of(finding: Finding) -> dict[str, forms.Field]:
    """Plain texts whatever the widget: a strange value reaches the reading, which refuses it with a sentence."""
    described = {"aria-describedby": f"now-{finding.code} problem-{finding.code}"}
    fields: dict[str, forms.Field] = {value_name(finding.code): text_field(value_widget(finding, described))}
    units = [(unit.code, unit.code) for unit in finding.units]
    if len(units) > 1:
        named = {"class": "select-input unit-select", "aria-label": f"{finding.label}: unit"}
        fields[unit_name(finding.code)] = text_field(forms.Select(choices=[("", "Unit?"), *units], attrs=named))
    elif units:
        fields[unit_name(finding.code)] = text_field(forms.HiddenInput())
        fields[unit_name(finding.code)].initial = units[0][0]
    return fields


def value_widget(finding: Finding, described: dict[str, str]) -> forms.Widget:
    if finding.kind is Kind.NUMBER:
        attrs = {**described, "class": "form-control number-input", "inputmode": "decimal", "autocomplete": "off"}
        return forms.TextInput(attrs=attrs)
    choices = [(option.code, option.label) for option in finding.options]
    return forms.Select(choices=[AS_RECORDED, *choices], attrs={**described, "class": "form-select"})
