"""The form of who does what by when: a row per planned intervention, rows of additions, contact and outlook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from patients.dates import BadDate, read_calendar_date, short_date
from patients.findings import Board
from patients.forms.patient import FormError
from patients.models.assessments import PlannedAddition, PlannedItem
from patients.planned import details_of, item_of, label_of, planned_interventions
from patients.services.assessments.plan_details import MOST_ADDITIONS, WantedAddition, WantedDetails, WantedItem

SPARE_ROWS = 2
LONGEST_DATE = 40
LONGEST_SENT = 10_000  # what is too long is refused by the service, with its length
DATE_HELP = "As 29-Nov-2026, or today."
CONTACT_HELP = "For example: Sister May Lane, neuro-oncology nurse, 01632 960 001."


class DueField(forms.CharField):
    """A day in one box; whether it has passed is judged by the service."""

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_DATE, label="By when", help_text=DATE_HELP, **kwargs)
        self.today = today

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.today if text.lower() == "today" else read_calendar_date(text)
        except BadDate as error:
            raise ValidationError(str(error)) from error


class TextField(forms.CharField):
    """Kept as it was typed; the service says what is wrong with it."""

    def __init__(self, label: str, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(label=label, required=False, max_length=LONGEST_SENT, **kwargs)


@dataclass(frozen=True, slots=True)
class ItemRow:
    intervention: str
    owner: forms.BoundField
    due: forms.BoundField


@dataclass(frozen=True, slots=True)
class AdditionRow:
    """`added_by` is empty for a spare row."""

    number: int
    added_by: str
    id: forms.BoundField
    text: forms.BoundField
    owner: forms.BoundField
    due: forms.BoundField


class PlanDetailsForm(forms.Form):
    def __init__(self, data: Any = None, *, board: Board) -> None:
        super().__init__(data)
        self.board = board
        self.planned = planned_interventions(board)
        details = details_of(board.assessment)
        self.additions: list[PlannedAddition] = details.get("additions", [])
        self.rows = range(min(MOST_ADDITIONS, len(self.additions) + SPARE_ROWS))
        for code in self.planned:
            self.add_item(code, item_of(board, code))
        for number in self.rows:
            self.add_addition(number, self.additions[number] if number < len(self.additions) else None)
        outlook = details.get("outlook", {"text": "", "discussed_by": ""})
        self.add("contact", TextField("Name and telephone number", help_text=CONTACT_HELP), details.get("contact", ""))
        self.add("outlook", TextField("What was said, in your own words", rows=4), outlook["text"])
        self.add("outlook_by", TextField("Who has talked about it with the patient"), outlook["discussed_by"])

    def add(self, name: str, field: forms.Field, initial: str) -> None:
        field.widget.attrs["autocomplete"] = "off"
        self.fields[name] = field
        self.initial[name] = initial

    def add_item(self, code: str, item: PlannedItem) -> None:
        self.add(f"owner-{code}", TextField("Who"), item["owner"])
        self.add(f"due-{code}", DueField(today=self.board.evaluation.as_of), day_shown(item["due"]))

    def add_addition(self, number: int, stored: PlannedAddition | None) -> None:
        row = f"addition-{number}"
        self.add(f"{row}-id", forms.CharField(required=False, max_length=40, widget=forms.HiddenInput), "")
        self.add(f"{row}-text", TextField("What is to be done", rows=2), stored["text"] if stored else "")
        self.add(f"{row}-owner", TextField("Who"), stored["owner"] if stored else "")
        due = day_shown(stored["due"]) if stored else ""
        self.add(f"{row}-due", DueField(today=self.board.evaluation.as_of), due)
        self.initial[f"{row}-id"] = stored["id"] if stored else ""

    @property
    def item_rows(self) -> list[ItemRow]:
        return [ItemRow(code, self[f"owner-{code}"], self[f"due-{code}"]) for code in self.planned]

    @property
    def addition_rows(self) -> list[AdditionRow]:
        return [self.addition_row(number) for number in self.rows]

    def addition_row(self, number: int) -> AdditionRow:
        stored = self.additions[number] if number < len(self.additions) else None
        named = {name: self[f"addition-{number}-{name}"] for name in ("id", "text", "owner", "due")}
        return AdditionRow(number, stored["by"] if stored else "", **named)

    def wanted(self) -> WantedDetails:
        filled = self.cleaned_data
        return WantedDetails(
            items={code: WantedItem(filled[f"owner-{code}"], filled[f"due-{code}"]) for code in self.planned},
            additions=tuple(self.wanted_additions(filled)),
            contact=filled["contact"],
            outlook=filled["outlook"],
            outlook_by=filled["outlook_by"],
        )

    def wanted_additions(self, filled: Mapping[str, Any]) -> Iterator[WantedAddition]:
        for number in self.rows:
            values = {name: filled[f"addition-{number}-{name}"] for name in ("id", "text", "owner", "due")}
            yield WantedAddition(number=number, **values)

    def refuse(self, problems: Mapping[str, str]) -> None:
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)

    @property
    def error_links(self) -> list[FormError]:
        """For the summary: what is wrong, with what it belongs to."""
        if not self.is_bound:
            return []
        return [
            FormError(self[name].auto_id if name in self.fields else "additions", f"{self.named(name)}{message}")
            for name, messages in self.errors.items()
            for message in messages
        ]

    def named(self, name: str) -> str:
        if name not in self.fields:
            return ""
        kind, _, rest = name.partition("-")
        label = self.fields[name].label
        if kind in ("owner", "due"):
            return f"{label_of(self.board, rest)}, {str(label).lower()}: "
        if kind == "addition":
            return f"Addition {int(rest.partition('-')[0]) + 1}, {str(label).lower()}: "
        return f"{label}: "


def day_shown(iso: str | None) -> str:
    return short_date(date.fromisoformat(iso)) if iso else ""
