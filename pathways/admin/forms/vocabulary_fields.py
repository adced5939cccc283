"""Fields of the vocabulary's forms: options, units and terms as lines, and numbers exactly as they were typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms

from pathways.admin.forms.fields import ConditionText, EntryField, Text, plain
from pathways.engine.condition_language import NUMBER, RESERVED
from pathways.engine.decimals import is_writable
from pathways.engine.problems import CODE

OPTION = re.compile(r"(?P<code>[^:|]+):(?P<label>[^|]*)(?:\|(?P<help>.*))?")
UNIT = re.compile(r"(?P<code>[^\s,×*]+)(?:(?:\s*[×*]\s*|\s+x\s+)(?P<factor>\S+))?")
NUMBER_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
CODE_RULE = f"Small letters, digits and underscores, beginning with a letter; none of the words {', '.join(RESERVED)}."


def lines_of(text: str) -> Iterator[str]:
    return (line.strip() for line in text.split("\n") if line.strip())


def is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None and text not in RESERVED


def exact_number(text: str) -> Decimal:
    """A number as people write it; raises ValidationError with what to write instead."""
    if NUMBER_WITH_COMMA.fullmatch(text):
        raise forms.ValidationError(f"Write {text.replace(',', '.')} with a point instead of {text} with a comma.")
    if not NUMBER.fullmatch(text) or not is_writable(Decimal(text)):
        raise forms.ValidationError(f"“{text[:40]}” is not a number. Write it as 70 or 0.5.")
    return Decimal(text)


def written_number(number: Decimal) -> int | str:
    """As documents hold it: an integer, or text, which stays exact."""
    return int(number) if number == number.to_integral_value() else format(number, "f")


class ExactNumber(EntryField, forms.CharField):
    """A number in a plain text box: a browser's number box would throw away what is no number."""

    shape = "line"

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "number-input"})
        super().__init__(required=False, max_length=40, widget=widget, **options)

    def to_initial(self, value: Any) -> str:
        return "" if value is None else str(value)

    def clean(self, value: Any) -> Decimal | None:
        typed = plain(str(super().clean(value) or ""))
        return exact_number(typed) if typed else None

    def to_value(self, cleaned: Decimal | None, original: Any) -> int | str | None:
        return None if cleaned is None else written_number(cleaned)


class WholeNumber(ExactNumber):
    """A count from 0, such as days."""

    def clean(self, value: Any) -> Decimal | None:
        number = super().clean(value)
        if number is not None and (number < 0 or number != number.to_integral_value()):
            raise forms.ValidationError("Write a whole number from 0, such as 14.")
        return number


class OptionLines(Text):
    """The options of a choice, one per line: “code: Label | help”."""

    shape = "lines"

    def to_initial(self, value: Any) -> str:
        written = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return "\n".join(option_line(one) for one in written)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        options = [read_option(line, number) for number, line in enumerate(lines_of(text), 1)]
        codes = [option["code"] for option in options]
        for code in codes:
            if codes.count(code) > 1:
                raise forms.ValidationError(f"The option “{code}” stands twice. Give each option a code of its own.")
        return text

    def to_value(self, cleaned: str, original: Any) -> list[dict[str, str]] | None:
        """An option whose line nobody touched stays as it was written."""
        before = [one for one in original if isinstance(one, dict)] if isinstance(original, list) else []
        kept = {option_line(one): one for one in before}
        return [kept.get(line) or read_option(line, number) for number, line in enumerate(lines_of(cleaned), 1)] or None


def option_line(option: dict[str, Any]) -> str:
    help_text = f" | {option['help']}" if option.get("help") else ""
    return f"{option.get('code', '')}: {option.get('label', '')}{help_text}"


def read_option(line: str, number: int) -> dict[str, str]:
    match = OPTION.fullmatch(line)
    if match is None:
        raise forms.ValidationError(f"Line {number}: write the code, a colon and the label, such as “linear: Linear”.")
    code, label, help_text = (plain(match[name] or "") for name in ("code", "label", "help"))
    if not is_code(code):
        raise forms.ValidationError(f"Line {number}: “{code[:60]}” cannot be a code. {CODE_RULE}")
    if not label:
        raise forms.ValidationError(f"Line {number}: the option “{code}” needs a label behind the colon.")
    return {"code": code, "label": label} | ({"help": help_text} if help_text else {})


class UnitLines(Text):
    """The units of a number, one per line: “mg/L × 0.1”. The first is the one that everything is converted to."""

    shape = "lines"

    def to_initial(self, value: Any) -> str:
        written = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return "\n".join(f"{one.get('code', '')} × {one.get('factor', '')}" for one in written)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        units = [read_unit(line, number) for number, line in enumerate(lines_of(text), 1)]
        codes = [unit["code"] for unit in units]
        if len(set(codes)) < len(codes):
            raise forms.ValidationError("Every unit stands once.")
        if units and units[0]["factor"] != 1:
            raise forms.ValidationError(
                "The first unit is the one that everything is converted to: write it with “× 1”, or with nothing."
            )
        return text

    def to_value(self, cleaned: str, original: Any) -> list[dict[str, Any]] | None:
        return [read_unit(line, number) for number, line in enumerate(lines_of(cleaned), 1)] or None


def read_unit(line: str, number: int) -> dict[str, Any]:
    match = UNIT.fullmatch(line)
    # Safety: a unit never counts as the first one only because nobody said how they differ.
    if match is None or (number > 1 and not match["factor"]):
        raise forms.ValidationError(f"Line {number}: write the unit, × and its factor, such as “mg/L × 0.1”.")
    factor = exact_number(match["factor"]) if match["factor"] else Decimal(1)
    if factor <= 0:
        raise forms.ValidationError(f"Line {number}: the factor must be above zero.")
    return {"code": match["code"], "factor": written_number(factor)}


class TermLines(ConditionText):
    """Conditions of one term each, one per line, kept as a list; the page checks them as it checks a condition."""

    def to_initial(self, value: Any) -> str:
        return "\n".join(str(one) for one in value) if isinstance(value, list) else ""

    def to_value(self, cleaned: str, original: Any) -> list[str] | None:
        return list(lines_of(cleaned)) or None
