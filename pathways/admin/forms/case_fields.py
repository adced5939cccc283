"""The fields of a case: what is recorded of an invented patient, and what should be advised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from pathways.admin.forms.fields import EntryField, Text, Tick, day_widget, plain, read_day
from pathways.admin.forms.vocabulary_fields import exact_number, lines_of, written_number
from pathways.advice_classes import OF_STANCE
from pathways.dates import day_shown
from pathways.engine.read_safeguards import RULE_RESULTS, VERDICT_STANCES
from pathways.engine.vocabulary import Finding, Kind

Recorded = tuple[str, str, str]  # value, unit and day as they are typed

NOT_RECORDED = ("", "Not recorded")
NOT_SAID = ("", "Not said yet")
NOT_ADDRESSED = "none/settled"
EXPECTED = (
    *(
        (f"{stance.value}/{state}", f"{OF_STANCE[stance].word}{'' if state == 'settled' else ', not settled'}")
        for stance in VERDICT_STANCES
        for state in ("settled", "open")
    ),
    (NOT_ADDRESSED, "Not addressed"),
    ("none/open", "Not addressed, not settled"),
)


class RecordedWidget(forms.MultiWidget):
    """The answer, its unit and its day side by side, each with a name of its own for screen readers."""

    def __init__(self, value: forms.Widget, unit: forms.Widget, day: forms.Widget) -> None:
        super().__init__({"value": value, "unit": unit, "day": day})

    def decompress(self, value: Recorded | None) -> list[str]:
        return list(value or ("", "", ""))


class RecordedFinding(EntryField):
    """What is recorded of one finding. ``finding`` is None where the vocabulary has no such finding any more."""

    shape = "recorded"

    def __init__(self, code: str, finding: Finding | None, written: Any) -> None:
        self.finding = finding
        label = finding.label if finding else f"{code} (no such finding)"
        before = recorded_of(written)
        widget = RecordedWidget(
            value_widget(finding, label, before), unit_widget(finding, label, before), day_of(label)
        )
        super().__init__(required=False, label=label, widget=widget)

    def to_initial(self, value: Any) -> Recorded:
        return recorded_of(value)

    def clean(self, value: Any) -> Recorded:
        typed = [plain(str(one or "")) for one in (value or ("", "", ""))]
        found, unit, day = typed
        if not found:
            if day:
                raise forms.ValidationError("There is a day but no answer. Choose the answer, or empty the day.")
            return ("", "", "")
        if self.finding is not None and self.finding.kind is Kind.NUMBER:
            exact_number(found)
            unit = self.unit_of(unit)
        return (found, unit, read_day(day).isoformat() if day else "")

    def unit_of(self, unit: str) -> str:
        """Safety: a number never gets a unit that nobody chose, where there is more than one."""
        units = [one.code for one in self.finding.units] if self.finding else []
        if len(units) == 1:
            return units[0]
        if units and unit not in units:
            raise forms.ValidationError(f"Choose the unit: {' or '.join(units)}.")
        return unit

    def to_value(self, cleaned: Recorded, original: Any) -> Any:
        found, unit, day = cleaned
        if not found:
            return None
        is_number = self.finding is not None and self.finding.kind is Kind.NUMBER
        value: Any = written_number(exact_number(found)) if is_number else found
        details = {"unit": unit, "observed_on": day}
        return {"value": value} | {name: one for name, one in details.items() if one} if unit or day else value


def recorded_of(written: Any) -> Recorded:
    """The parts of a finding in a record: a bare value, or an object that says its unit and its day."""
    if isinstance(written, dict):
        return (shown(written.get("value")), shown(written.get("unit")), day_shown(written.get("observed_on")))
    return (shown(written), "", "")


def shown(part: Any) -> str:
    return "" if part is None else str(part)


def value_widget(finding: Finding | None, label: str, before: Recorded) -> forms.Widget:
    attrs = {"aria-label": label}
    if finding is not None and finding.kind is Kind.NUMBER:
        return forms.TextInput(attrs=attrs | {"inputmode": "decimal", "autocomplete": "off", "class": "number-input"})
    offered = [(option.code, option.label) for option in finding.options] if finding else []
    if before[0] and before[0] not in {code for code, _ in offered}:
        offered.append((before[0], f"{before[0]} (not known)"))
    return forms.Select(choices=[NOT_RECORDED, *offered], attrs=attrs)


def unit_widget(finding: Finding | None, label: str, before: Recorded) -> forms.Widget:
    units = [unit.code for unit in finding.units] if finding else []
    if len(units) <= 1 and not before[1]:
        return forms.HiddenInput()
    offered = list(dict.fromkeys([*units, *([before[1]] if before[1] else [])]))
    return forms.Select(
        choices=[("", "Unit?"), *((code, code) for code in offered)], attrs={"aria-label": f"{label}: unit"}
    )


def day_of(label: str) -> forms.Widget:
    return day_widget(**{"aria-label": f"{label}: observed on"})


class ExpectedAdvice(EntryField, forms.ChoiceField):
    """What should be advised on one intervention. Nobody having said it is not the same as "not addressed"."""

    shape = "select"

    def __init__(self, *, label: str, is_new: bool, is_known: bool = True) -> None:
        self.nothing = "" if is_new else NOT_ADDRESSED
        choices = [NOT_SAID, *EXPECTED] if is_new else list(EXPECTED)
        super().__init__(
            choices=choices if is_known else [*EXPECTED, ("", "Remove: there is no such intervention")],
            required=is_known,
            label=label,
            error_messages={"required": "Say what should be advised, or that it is not addressed."},
        )

    def to_initial(self, value: Any) -> str:
        return expected_choice(value) if isinstance(value, dict) else self.nothing

    def to_value(self, cleaned: str, original: Any) -> dict[str, Any] | None:
        if not cleaned or cleaned == NOT_ADDRESSED:
            return None
        stance, _, state = cleaned.partition("/")
        return {"stance": None if stance == "none" else stance, "settled": state == "settled"}


def expected_choice(verdict: Mapping[str, Any]) -> str:
    return f"{verdict.get('stance') or 'none'}/{'settled' if verdict.get('settled') is True else 'open'}"


class Proposed(EntryField, forms.CharField):
    """The button that fills in the verdicts, and the mark that they were filled in; no entry ever holds it."""

    shape = "propose"

    def __init__(self, *, label: str) -> None:
        super().__init__(required=False, max_length=3, label=label, widget=forms.HiddenInput)

    def to_initial(self, value: Any) -> str:
        return ""

    def to_value(self, cleaned: str, original: Any) -> None:
        return None


class Agreed(Tick):
    """A person's agreement to the proposals; no entry ever holds it."""

    def to_value(self, cleaned: bool, original: Any) -> None:
        return None


class RuleResults(Text):
    """What single rules should give, one per line: “bleed-it-resume: does not apply”."""

    shape = "lines"

    def to_initial(self, value: Any) -> str:
        written = value.items() if isinstance(value, dict) else ()
        return "\n".join(f"{key}: {str(result).replace('_', ' ')}" for key, result in written)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        results_of(text)
        return text

    def to_value(self, cleaned: str, original: Any) -> dict[str, str] | None:
        return results_of(cleaned or "") or None


def results_of(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(lines_of(text), 1):
        key, colon, result = (plain(part) for part in line.partition(":"))
        code = result.replace(" ", "_")
        if not key or not colon or code not in RULE_RESULTS:
            raise forms.ValidationError(
                f"Line {number}: write the rule, a colon, and “applies”, “does not apply” or “unknown”."
            )
        found[key] = code
    return found
