"""The fields of entry forms: each turns a value of a document into what is typed, and back, without losing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pathways.dates import BadDate, day_shown, read_calendar_date

LONGEST_LINE = 300
LONGEST_TEXT = 6000
LONGEST_DAY = 40
DAY_EXAMPLE = "22-Nov-2026"
DAY_HELP = f"For example {DAY_EXAMPLE}."
Choices = Iterable[tuple[str, str]]


def plain(text: str) -> str:
    """Text as it is compared: one kind of line end, no blanks at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class EntryField(forms.Field):
    """A form field that stands for one field of an entry.

    ``shape`` names how the template draws it. ``to_initial`` makes what the form shows of the document's value,
    ``to_value`` the document's value of what was typed; None means "leave it out".
    """

    shape = "line"

    def to_initial(self, value: Any) -> Any:
        return value

    def to_value(self, cleaned: Any, original: Any) -> Any:
        return cleaned or None


class Line(EntryField, forms.CharField):
    """One line of text."""

    def __init__(self, *, required: bool = False, max_length: int = LONGEST_LINE, **options: Any) -> None:
        super().__init__(required=required, max_length=max_length, **options)

    def to_initial(self, value: Any) -> str:
        return "" if value is None else str(value)


class ShortLine(Line):
    """One line that needs half the width."""

    shape = "short"


class Text(Line):
    """Several lines. The line end with which YAML blocks close is kept as the document had it."""

    shape = "text"
    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, max_length: int = LONGEST_TEXT, **options: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_initial(self, value: Any) -> str:
        return plain(value) if isinstance(value, str) else ""

    def clean(self, value: Any) -> str:
        return plain(str(super().clean(value) or ""))

    def to_value(self, cleaned: str, original: Any) -> Any:
        ends = "\n" if isinstance(original, str) and original.endswith("\n") else ""
        return f"{cleaned}{ends}" if cleaned else None


class ConditionText(Text):
    """A condition, one alternative per line; the page checks it as one types and completes names.

    What is wrong with the text of a condition never stops it from being saved in a draft: nothing typed gets lost.
    """

    shape = "condition"

    def __init__(self, *, rows: int = 3, max_length: int = 8000, **options: Any) -> None:
        super().__init__(rows=rows, max_length=max_length, **options)
        self.widget.attrs |= {"spellcheck": "false", "autocapitalize": "off", "class": "condition-input"}


class Lines(Text):
    """A list of texts, one per line."""

    shape = "lines"

    def to_initial(self, value: Any) -> str:
        return "\n".join(str(one) for one in value) if isinstance(value, list) else ""

    def to_value(self, cleaned: str, original: Any) -> list[str] | None:
        return [line.strip() for line in cleaned.split("\n") if line.strip()] or None


class Day(EntryField, forms.CharField):
    """A day in any of the forms in which days are typed here, kept as ISO text."""

    shape = "day"

    def __init__(self, *, help_text: str = "", **options: Any) -> None:
        hint = f"{help_text} {DAY_HELP}".strip()
        super().__init__(required=False, max_length=LONGEST_DAY, widget=day_widget(), help_text=hint, **options)

    def to_initial(self, value: Any) -> str:
        return day_shown(value)

    def clean(self, value: Any) -> date | None:
        text = str(super().clean(value))
        return read_day(text) if text else None

    def to_value(self, cleaned: Any, original: Any) -> str | None:
        return cleaned.isoformat() if cleaned else None


def day_widget(**attrs: str) -> forms.Widget:
    """A box for text: the date picker of a browser writes days in the order of its own language."""
    return forms.TextInput(attrs={"class": "day-input", "autocomplete": "off", "placeholder": DAY_EXAMPLE} | attrs)


def read_day(text: str) -> date:
    try:
        return read_calendar_date(text)
    except BadDate as error:
        raise ValidationError(str(error)) from error


class Number(EntryField, forms.DecimalField):
    """A number: an integer stays one, anything else is kept as text, which is exact."""

    shape = "number"

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, max_digits=12, **options)

    def to_value(self, cleaned: Any, original: Any) -> int | str | None:
        if cleaned is None:
            return None
        whole = cleaned == cleaned.to_integral_value() and not isinstance(original, str)
        return int(cleaned) if whole else format(cleaned, "f")


class Tick(EntryField, forms.BooleanField):
    """True or left out."""

    shape = "tick"

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_value(self, cleaned: bool, original: Any) -> bool | None:
        return True if cleaned else None


class One(EntryField, forms.ChoiceField):
    """One of a few, as radio buttons, or of many, as a list. What the document says is offered even if unknown."""

    shape = "select"

    def __init__(self, choices: Choices = (), *, empty: str | None = None, radio: bool = False, **options: Any) -> None:
        self.empty = empty
        super().__init__(
            choices=(), required=options.pop("required", False), widget=forms.RadioSelect if radio else None, **options
        )
        self.shape = "radio" if radio else "select"
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        self.offered = [*([("", self.empty)] if self.empty is not None else []), *choices]
        self.choices = self.offered

    def to_initial(self, value: Any) -> str:
        written = "" if value is None else str(value)
        if written and written not in dict(self.offered):
            self.offered = [*self.offered, (written, f"{written} (not known)")]
            self.choices = self.offered
        return written


class Some(EntryField, forms.MultipleChoiceField):
    """Several names, kept in the order of the document, new ones behind."""

    shape = "some"

    def __init__(self, choices: Choices = (), **options: Any) -> None:
        super().__init__(choices=(), required=False, widget=forms.CheckboxSelectMultiple, **options)
        self.order: Sequence[str] = ()
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        self.offered = list(choices)
        self.choices = self.offered

    def to_initial(self, value: Any) -> list[str]:
        chosen = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
        labels = dict(self.offered)
        first = {code: labels.get(code, f"{code} (not known)") for code in chosen}
        self.offer([*first.items(), *((code, label) for code, label in labels.items() if code not in first)])
        self.order = tuple(chosen)
        return chosen

    def to_value(self, cleaned: list[str], original: Any) -> list[str] | None:
        kept = [code for code in self.order if code in cleaned]
        return [*kept, *(code for code in cleaned if code not in kept)] or None


class PlacesWidget(forms.Widget):
    """Reads the page or section typed beside each reference; the template draws the inputs."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        prefix = f"{name}-"
        typed = {key.removeprefix(prefix): plain(str(data[key])) for key in data if key.startswith(prefix)}
        return {key: place for key, place in typed.items() if place}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


class Places(EntryField):
    """Where in each reference: {reference key: page or section}. Drawn beside the ``Some`` field ``of``."""

    shape = "places"
    widget = PlacesWidget

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(required=False, **options)

    def to_initial(self, value: Any) -> dict[str, str]:
        return {str(key): str(place) for key, place in value.items()} if isinstance(value, dict) else {}

    def clean(self, value: Any) -> dict[str, str]:
        typed: dict[str, str] = value or {}
        if any(len(place) > LONGEST_LINE for place in typed.values()):
            raise ValidationError(f"A page or section has at most {LONGEST_LINE} characters.")
        return typed
