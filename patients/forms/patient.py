"""Checks the fields of a patient one by one; whether they fit together and are new is the service's business."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone

from accounts.models import User, Ward
from accounts.selectors import wards_of
from patients.dates import CALENDAR_FORMS, BadDate, read_calendar_date, read_date, short_date
from patients.models import Patient
from patients.nhs_number import BadNHSNumber, in_groups, read_nhs_number
from patients.services.patients import AllergyEntry, PatientFields
from patients.services.taken_numbers import PatientRefused
from patients.states import AllergyStatus, Sex, TumourKind

SPARE_ALLERGY_ROWS = 3
LONGEST_HOSPITAL_NUMBER = 20


class TypedDateField(forms.CharField):
    """One box; the accepted forms are named when it cannot be read."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_calendar_date(text)
        except BadDate as error:
            raise ValidationError(str(error)) from error


class PatientForm(forms.Form):
    hospital_number = forms.CharField(max_length=LONGEST_HOSPITAL_NUMBER)
    nhs_number = forms.CharField(
        label="NHS number", max_length=20, required=False, help_text="10 digits. Leave empty if it is not known."
    )
    family_name = forms.CharField(max_length=100)
    given_names = forms.CharField(max_length=100)
    preferred_name = forms.CharField(max_length=100, required=False, help_text="What the patient likes to be called.")
    title = forms.CharField(max_length=30, required=False, help_text="Ms, Mr, Mx, Dr …")
    birth_date = TypedDateField(label="Date of birth", max_length=20, help_text=f"For example {CALENDAR_FORMS}.")
    sex = forms.ChoiceField(choices=Sex.choices, widget=forms.RadioSelect)
    ward = forms.ModelChoiceField(queryset=Ward.objects.none(), empty_label="Choose a ward")
    consultant = forms.CharField(max_length=100, required=False)
    tumour_kind = forms.ChoiceField(
        label="Kind of tumour",
        choices=TumourKind.choices,
        widget=forms.RadioSelect,
        help_text="The guidance is for metastases of solid tumours; a care plan can be signed for these only.",
    )
    allergy_status = forms.ChoiceField(label="Allergies", choices=AllergyStatus.choices, widget=forms.RadioSelect)
    died_on = TypedDateField(
        label="Date of death", max_length=20, required=False, help_text="Leave empty unless the patient has died."
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=1)

    def __init__(self, *args: Any, user: User, patient: Patient | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ward = self.fields["ward"]
        if isinstance(ward, forms.ModelChoiceField):
            ward.queryset = wards_to_choose(user, patient).order_by("name")
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_hospital_number(self) -> str:
        number = str(self.cleaned_data["hospital_number"]).upper()
        if len(number) > LONGEST_HOSPITAL_NUMBER:  # "ß" becomes "SS"
            raise ValidationError(f"A hospital number has at most {LONGEST_HOSPITAL_NUMBER} characters in capitals.")
        return number

    def clean_nhs_number(self) -> str:
        text = self.cleaned_data["nhs_number"]
        if not text:
            return ""
        try:
            return read_nhs_number(text)
        except BadNHSNumber as error:
            raise ValidationError(str(error)) from error


def wards_to_choose(user: User, patient: Patient | None) -> QuerySet[Ward]:
    """The own wards; for a record opened by break-glass its own one alone, because only that ward moves the patient."""
    if patient is None or patient.ward_id in user.ward_ids():
        return wards_of(user)
    return Ward.objects.filter(pk=patient.ward_id)


class AllergyForm(forms.Form):
    substance = forms.CharField(max_length=100, required=False)
    reaction = forms.CharField(max_length=200, required=False)
    recorded_on = forms.CharField(label="Recorded on", max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if not entered.get("substance") and (entered.get("reaction") or entered.get("recorded_on")):
            self.add_error("substance", "Write what the patient is allergic to.")
        return entered

    def clean_recorded_on(self) -> date | None:
        text = self.cleaned_data["recorded_on"]
        if not text:
            return None
        try:
            return read_date(text, today=timezone.localdate())
        except BadDate as error:
            raise ValidationError(str(error)) from error


AllergyFormSet = formset_factory(AllergyForm, extra=SPARE_ALLERGY_ROWS, max_num=50)


@dataclass(frozen=True, slots=True)
class FormError:
    """For the summary above the form; `anchor` is the id of the field."""

    anchor: str
    message: str


def anchor_of(field: forms.BoundField) -> str:
    """The id of the box, or of the first of several choices."""
    is_radio = isinstance(field.field.widget, forms.RadioSelect)
    return f"{field.auto_id}_0" if is_radio else field.auto_id


@dataclass(slots=True)
class PatientForms:
    """The patient's own fields and the rows of allergies, which are filled in and sent together."""

    patient: PatientForm
    allergies: "BaseFormSet[AllergyForm]"

    @classmethod
    def empty(cls, *, user: User) -> "PatientForms":
        wards = list(wards_of(user))
        initial = {"ward": wards[0]} if len(wards) == 1 else {}
        return cls(PatientForm(user=user, initial=initial), AllergyFormSet(prefix="allergies"))

    @classmethod
    def of(cls, patient: Patient, *, user: User) -> "PatientForms":
        entries = [
            {"substance": one.substance, "reaction": one.reaction, "recorded_on": short_date(one.recorded_on)}
            for one in patient.allergies.all()
        ]
        shown = {name: getattr(patient, name) for name in PatientForm.base_fields}
        shown |= {
            "nhs_number": in_groups(patient.nhs_number),
            "birth_date": short_date(patient.birth_date),
            "died_on": short_date(patient.died_on, missing=""),
        }
        form = PatientForm(user=user, patient=patient, initial=shown)
        return cls(form, AllergyFormSet(prefix="allergies", initial=entries))

    @classmethod
    def sent(cls, sent: Any, *, user: User, patient: Patient | None = None) -> "PatientForms":
        return cls(PatientForm(sent, user=user, patient=patient), AllergyFormSet(sent, prefix="allergies"))

    def are_valid(self) -> bool:
        """Both are asked, so that every error is shown at once."""
        return all((self.patient.is_valid(), self.allergies.is_valid()))

    def details(self) -> PatientFields:
        entered = self.patient.cleaned_data
        return PatientFields(
            **{name: entered[name] for name in PatientForm.base_fields if name != "revision"},
            allergies=tuple(
                AllergyEntry(row["substance"], row["reaction"], row["recorded_on"] or timezone.localdate())
                for row in self.allergies.cleaned_data
                if row.get("substance")
            ),
        )

    @property
    def revision(self) -> int:
        return self.patient.cleaned_data["revision"] or 0

    @property
    def errors(self) -> list[FormError]:
        """Of bound forms; empty ones have none."""
        if not self.patient.is_bound:
            return []
        forms_in_order = [self.patient, *self.allergies.forms]
        rows = [FormError("allergies", f"Allergies: {message}") for message in self.allergies.non_form_errors()]
        return rows + [
            FormError(anchor_of(form[name]), f"{form[name].label}: {message}")
            for form in forms_in_order
            for name, messages in form.errors.items()
            for message in messages
        ]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    def refuse(self, refused: PatientRefused) -> None:
        for field, sentence in refused.problems.items():
            self.patient.add_error(field, sentence)

    def continue_from(self, revision: int) -> None:
        """The next save is on top of what was shown beside this one."""
        sent = {name: self.patient.data.get(name) for name in self.patient.data}
        self.patient.data = sent | {"revision": str(revision)}
