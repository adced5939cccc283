"""The forms of the page on which codes are renamed and options removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from pathways.admin.forms.fields import plain
from pathways.admin.forms.vocabulary_fields import CODE_RULE, is_code
from pathways.editing.names import Name, NameKind

SET_ASIDE = "-"  # no option has this code
LONGEST_REASON = 600
NamedGroups = list[tuple[str, list[tuple[str, str]]]]


def value_of(name: Name) -> str:
    return ":".join(part for part in (name.kind.value, name.finding, name.code) if part)


def named_groups(vocabulary: Mapping[str, Any]) -> NamedGroups:
    """Everything that can be renamed, as groups of a list."""
    findings = [*dicts(vocabulary, "findings"), *dicts(vocabulary, "derived")]
    groups = [
        ("Findings", [(value_of(Name(NameKind.FINDING, code_of(one))), labelled(one)) for one in findings]),
        (
            "Interventions",
            [
                (value_of(Name(NameKind.INTERVENTION, code_of(one))), labelled(one))
                for one in dicts(vocabulary, "interventions")
            ],
        ),
    ]
    options = [
        (
            f"Options of {finding.get('label') or code_of(finding)}",
            [
                (value_of(Name(NameKind.OPTION, code_of(one), code_of(finding))), labelled(one))
                for one in dicts(finding, "options")
            ],
        )
        for finding in findings
    ]
    return [*groups, *(group for group in options if group[1])]


def name_among(groups: NamedGroups, value: str) -> tuple[Name, str] | None:
    """The name that a value of the list stands for, with its label; None for what is not in the list."""
    label = dict(choice for _, choices in groups for choice in choices).get(value)
    if label is None:
        return None
    kind, *codes = value.split(":")
    return Name(NameKind(kind), codes[-1], codes[0] if len(codes) > 1 else ""), label


def labelled(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('label') or code_of(entry)} ({code_of(entry)})"


def code_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("code") or "")


def dicts(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = document.get(name)
    return [one for one in found if isinstance(one, dict) and one.get("code")] if isinstance(found, list) else []


class ChooseForm(forms.Form):
    """What is to be renamed or removed; sent by GET, since nothing is changed by it."""

    name = forms.ChoiceField(label="Finding, option or intervention")

    def __init__(self, groups: NamedGroups, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="choose-%s", label_suffix="")
        field = self.fields["name"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose one"), *groups]


def reason_field() -> forms.CharField:
    return forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with the rule for stored answers, and reviewers read it.",
        error_messages={"required": "Say why: reviewers read it, and it stays with the stored answers."},
    )


class RenameForm(forms.Form):
    new_code = forms.CharField(
        label="New code",
        max_length=64,
        help_text=CODE_RULE,
        error_messages={"required": f"Write the new code. {CODE_RULE}"},
    )
    reason = reason_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *, old_code: str) -> None:
        self.old_code = old_code
        super().__init__(data, auto_id="rename-%s", label_suffix="")

    def clean_new_code(self) -> str:
        code = plain(str(self.cleaned_data["new_code"]))
        if not is_code(code):
            raise forms.ValidationError(f"“{code}” cannot be a code. {CODE_RULE}")
        if code == self.old_code:
            raise forms.ValidationError("This is the code it has already. Write another one.")
        return code


class RemoveForm(forms.Form):
    """Safety: nobody is asked nothing: what becomes of stored answers is chosen, never assumed."""

    becomes = forms.ChoiceField(
        label="What becomes of answers that are stored under it",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of the stored answers."},
    )
    reason = reason_field()

    def __init__(self, others: list[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="remove-%s", label_suffix="")
        field = self.fields["becomes"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                *((code, f"They count as “{label}”") for code, label in others),
                (SET_ASIDE, "They are set aside: kept in the record, and unknown to the rules"),
            ]

    @property
    def to(self) -> str | None:
        becomes = str(self.cleaned_data["becomes"])
        return None if becomes == SET_ASIDE else becomes
