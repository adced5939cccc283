"""Finds what is known to be misread in clinical text: unsafe abbreviations, numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pathways.engine.release import Release
from pathways.gate.report import Level, Line
from pathways.gate.texts import Text, texts_of
from pathways.gate.wording import LONGEST

UNITS = "micrograms?|milligrams?|mg|kg|g|mL|ml|cL|dL|L|cGy|Gy|mmol|mol|mm|cm|units?|hours?|days?|weeks?"
DOSE_UNITS = (
    r"(?:micrograms?|milligrams?|grams?|mcg|[µμ]g|mg|kg|g|mL|ml|cGy|Gy|units?|IU|tablets?|capsules?|drops?|doses?)"
)


@dataclass(frozen=True, slots=True)
class UnsafeForm:
    """``remedy`` completes "Write …". Only instructions are held to ``instructions_only`` forms."""

    pattern: re.Pattern[str]
    remedy: str
    instructions_only: bool = False


def unsafe(pattern: str, remedy: str, *, any_case: bool = False, instructions_only: bool = False) -> UnsafeForm:
    return UnsafeForm(re.compile(pattern, re.IGNORECASE if any_case else 0), remedy, instructions_only)


UNSAFE = (
    unsafe(r"[µμ]g\b|(?:\b|(?<=\d))mcg\b", "“micrograms” in full"),
    unsafe(r"(?:\b|(?<=\d))I\.?U\b|\biu\b", "“units” in full"),
    unsafe(r"(?:\b|(?<=\d))U\b|(?<=\d)\s?u\b", "“units” in full"),
    unsafe(
        r"\b(?:q\.?d|o\.?d|q\.?o\.?d|b\.?d|b\.?i\.?d|t\.?d\.?s|t\.?i\.?d|q\.?d\.?s|q\.?i\.?d)\b",
        "how often in full: “daily”, “every other day”, “twice daily”",
        any_case=True,
    ),
    unsafe(r"\bMS(?:O4)?\b|\bMgSO4\b", "the medicine or the disease in full"),
    unsafe(r"\bIT\b|\bI\.T\.|\bi\.t\.", "“intrathecal” in full"),
    unsafe(rf"(?<![\w.])\d[\d.,]*(?:{UNITS})\b", "a space between number and unit"),
    # A concentration on a laboratory report keeps the precision it was reported with; a dose must not.
    unsafe(rf"\d\.\d*0(?!\d)\s?{DOSE_UNITS}\b(?!/(?:d?L|mL|min)\b)", "the dose without a trailing zero"),
    unsafe(r"(?<![\w.])\.\d", "a zero before the decimal point"),
    unsafe(r"[<>≤≥]", "“below”, “above”, “at least” or “at most” in full", instructions_only=True),
    unsafe(
        r"\b\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})\b",
        "the month in letters: 22-Nov-2026, or 22 November 2026 for patients",
    ),
)


def check_abbreviations(release: Release) -> Iterator[Line]:
    texts = list(texts_of(release))
    found = [line for text in texts for line in unsafe_lines(text)]
    yield from found
    if not found:
        yield Line(
            Level.PASSED, "unsafe-abbreviation", f"No unsafe abbreviation, number or date in {len(texts)} texts."
        )


def unsafe_lines(text: Text) -> Iterator[Line]:
    written = text.text[: LONGEST[text.use]]  # what is longer is refused for its length, and never searched
    for form in UNSAFE:
        match = form.pattern.search(written)
        if match and (text.use.instructs or not form.instructions_only):
            sentence = (
                f"The {text.use.value} of {text.name} says “{match.group().strip()}”, which can be misread. "
                f"Write {form.remedy}."
            )
            yield Line(Level.BLOCKING, "unsafe-abbreviation", sentence, text.place.part, text.place.entry)
