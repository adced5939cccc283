"""The assessment form, built from the vocabulary: it reads what was typed and leaves every judgement to the service."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from pathways.engine.vocabulary import Finding, Kind, Vocabulary
from patients.dates import short_date
from patients.findings import Answer
from patients.forms.layout import QuestionRow, SectionBox, TextsBox
from patients.models import Assessment
from patients.models.assessments import TEXT_LABELS, StoredAnswer
from patients.presenters.assessment.form import Section
from patients.states import WhyUnknown

NOT_KNOWN = "-"  # no option has this code; empty text would be the same as nothing chosen
LONGEST_ANSWER = 200
LONGEST_TEXT = 10_000


def value_name(code: str) -> str:
    return f"finding-{code}"


def unit_name(code: str) -> str:
    return f"finding-{code}-unit"


def date_name(code: str) -> str:
    return f"finding-{code}-date"


def why_name(code: str) -> str:
    return f"finding-{code}-why"


class TextBox(forms.CharField):
    """A line break is one character here, as browsers count it, and not the two that they send."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class AssessmentForm(forms.Form):
    priorities = TextBox(
        label="What matters to the patient",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    ceilings = TextBox(
        label="Ceilings of care",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        vocabulary: Vocabulary,
        sections: tuple[Section, ...] = (),
        carried: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        for name, day in (carried or {}).items():
            self.fields[name].help_text = f"Carried forward from {day}: check that it still holds, or change it."
        self.vocabulary = vocabulary
        for finding in vocabulary.findings.values():
            self.fields.update(fields_of(finding))
        self.helper = helper_of(sections)

    def answers(self) -> dict[str, Answer]:
        """What was typed, per finding that stood in the form at all; call `is_valid` first."""
        return {
            code: self._answer(finding) for code, finding in self.vocabulary.findings.items() if self._stood_in(code)
        }

    def text(self, name: str) -> str | None:
        """None where the form did not hold the box at all, which is not the same as an empty box."""
        return str(self.cleaned_data[name]) if name in self.data else None

    def _stood_in(self, code: str) -> bool:
        return any(name in self.data for name in (value_name(code), date_name(code), why_name(code)))

    def _answer(self, finding: Finding) -> Answer:
        value = self.cleaned_data[value_name(finding.code)]
        why = self.cleaned_data[why_name(finding.code)]
        if finding.kind is not Kind.NUMBER:
            # The list of reasons always has one selected: it counts only where "Not known" was chosen.
            why = (why or WhyUnknown.NOT_ASSESSED.value) if value == NOT_KNOWN else ""
        return Answer(
            value="" if value == NOT_KNOWN else value,
            unit=self.cleaned_data.get(unit_name(finding.code), ""),
            observed_on=self.cleaned_data[date_name(finding.code)],
            why_unknown="" if value and value != NOT_KNOWN else why,
        )


def fields_of(finding: Finding) -> dict[str, forms.Field]:
    """Plain text fields whatever the widget: a strange value reaches the service, which refuses it with a sentence."""
    code = finding.code
    fields: dict[str, forms.Field] = {
        value_name(code): text_field(number_input(finding) if finding.kind is Kind.NUMBER else radios(finding)),
        date_name(code): text_field(date_input(finding)),
        why_name(code): text_field(why_select(finding)),
    }
    if len(finding.units) > 1:
        fields[unit_name(code)] = text_field(unit_select(finding))
    elif finding.units:
        fields[unit_name(code)] = text_field(forms.HiddenInput())
    return fields


def text_field(widget: forms.Widget) -> forms.CharField:
    return forms.CharField(required=False, max_length=LONGEST_ANSWER, widget=widget)


def radios(finding: Finding) -> forms.RadioSelect:
    choices = [(option.code, option.label) for option in finding.options]
    return forms.RadioSelect(choices=[*choices, (NOT_KNOWN, "Not known")], attrs={"class": "option-input"})


def number_input(finding: Finding) -> forms.TextInput:
    return forms.TextInput(
        attrs={
            "class": "form-control number-input",
            "inputmode": "decimal",
            "placeholder": " ",
            "autocomplete": "off",
            "aria-labelledby": f"label-{finding.code}",
            "aria-describedby": f"note-{finding.code}",
        }
    )


def date_input(finding: Finding) -> forms.TextInput:
    return forms.TextInput(
        attrs={
            "class": "form-control date-input",
            "placeholder": "dd-Mmm-yyyy" if finding.event else "today",
            "autocomplete": "off",
            "spellcheck": "false",
        }
    )


def why_select(finding: Finding) -> forms.Select:
    empty = [("", "If not known, why?")] if finding.kind is Kind.NUMBER else []
    return forms.Select(
        choices=[*empty, *WhyUnknown.choices],
        attrs={"class": "select-input why-select", "aria-label": f"{finding.label}: why it is not known"},
    )


def unit_select(finding: Finding) -> forms.Select:
    return forms.Select(
        choices=[("", "Unit?"), *((unit.code, unit.code) for unit in finding.units)],
        attrs={"class": "select-input unit-select", "aria-label": f"{finding.label}: unit"},
    )


def helper_of(sections: tuple[Section, ...]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    boxes = [SectionBox(section, [QuestionRow(question) for question in section.questions]) for section in sections]
    helper.layout = Layout(*boxes, TextsBox(len(sections) + 1))
    return helper


def initial_of(findings: Mapping[str, StoredAnswer], vocabulary: Iterable[Finding]) -> dict[str, str]:
    """What the fields say when the page is opened: the stored answers, or what was typed and refused."""
    initial: dict[str, str] = {}
    for finding in vocabulary:
        stored = findings.get(finding.code)
        if len(finding.units) == 1:
            initial[unit_name(finding.code)] = finding.units[0].code
        if stored is None:
            continue
        refused = stored["refused"]
        initial[why_name(finding.code)] = stored["why_unknown"] or ""
        if refused is not None:
            initial |= typed_before(finding.code, refused["entered"], refused["unit"], refused["observed_on"])
        elif stored["value"] is not None:
            initial |= typed_before(
                finding.code, stored["value"], stored["unit"] or "", day_text(stored["observed_on"])
            )
        else:
            not_known = NOT_KNOWN if stored["why_unknown"] and finding.kind is not Kind.NUMBER else ""
            initial |= typed_before(finding.code, not_known, "", day_text(stored["observed_on"]))
    return initial


def fields_filled(
    assessment: Assessment, codes: Collection[str], *, vocabulary: Vocabulary
) -> tuple[tuple[str, str], ...]:
    """Every field of these questions and texts as the form shows what is saved, the empty ones too."""
    findings = [finding for code, finding in vocabulary.findings.items() if code in codes]
    empty = {name: "" for finding in findings for name in fields_of(finding)}
    texts = {name: str(getattr(assessment, name)) for name in TEXT_LABELS if name in codes}
    return tuple((empty | initial_of(assessment.findings, findings) | texts).items())


def typed_before(code: str, value: str, unit: str, day: str) -> dict[str, str]:
    typed = {value_name(code): value, date_name(code): day}
    return typed | {unit_name(code): unit} if unit else typed


def day_text(iso: str | None) -> str:
    return short_date(date.fromisoformat(iso)) if iso else ""
