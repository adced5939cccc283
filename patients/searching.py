"""Understands what was typed into the search box: a name, a number, a date of birth, or a name with a date."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from patients.dates import BadDate, read_calendar_date
from patients.names import folded
from patients.nhs_number import BadNHSNumber, digits_of, in_groups, looks_like_one, read_nhs_number

FEWEST_LETTERS = 2
NUMBER_ONLY = re.compile(r"[0-9][0-9\s\-\u00a0]*")
NHS_LENGTHS = range(8, 13)  # a digit lost, doubled or added
TRAILING_DATE = re.compile(r"^(?P<rest>.*?)[\s,]*(?P<date>[0-9]{1,4}[-/][A-Za-z0-9]{1,3}[-/][0-9]{1,4})$")


class SearchKind(Enum):
    NAME = "name"
    BIRTH_DATE = "birth date"
    NAME_AND_BIRTH_DATE = "name and birth date"
    NHS_NUMBER = "NHS number"
    HOSPITAL_NUMBER = "hospital number"


class BadSearch(ValueError):
    """Nothing can be searched for; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """`hint` explains why nothing may be found: a check digit that is wrong."""

    kind: SearchKind
    family: str = ""
    given: str = ""
    words: tuple[str, ...] = ()
    birth_date: date | None = None
    nhs_number: str = ""
    hospital_number: str = ""
    hint: str = ""


def read_search(query: str, birth_date: str = "") -> SearchTerms:
    """Raises BadSearch."""
    text = " ".join(query.split())
    if not (text + birth_date.strip()).isprintable():  # a NUL, which no database takes, or a mark that nobody sees
        raise BadSearch("The text holds a character that cannot be seen. Type it again by hand.")
    try:
        day = read_calendar_date(birth_date) if birth_date.strip() else None
        if day is None:
            text, day = without_trailing_date(text)
    except BadDate as error:
        raise BadSearch(str(error)) from error
    if not text and day is None:
        raise BadSearch("Type an NHS number, a hospital number, or FAMILY, Given, with or without a date of birth.")
    if not text:
        return SearchTerms(SearchKind.BIRTH_DATE, birth_date=day)
    if any(character.isdecimal() for character in text):
        return read_number(text, day)
    return read_name(text, day)


def without_trailing_date(text: str) -> tuple[str, date | None]:
    """A hospital number may look like a date from afar; only what reads as one is taken for one."""
    match = TRAILING_DATE.match(text)
    if not match:
        return text, None
    try:
        return match["rest"].strip(), read_calendar_date(match["date"])
    except BadDate:
        if match["rest"]:
            raise
        return text, None


def read_name(text: str, day: date | None) -> SearchTerms:
    kind = SearchKind.NAME_AND_BIRTH_DATE if day else SearchKind.NAME
    if "," in text:
        family, given = (folded(part) for part in text.split(",", 1))
        terms = SearchTerms(kind, family=family, given=given, birth_date=day)
        letters = len(family) + len(given)
    else:
        words = tuple(word for word in (folded(part) for part in text.split()) if word)
        terms = SearchTerms(kind, words=words, birth_date=day)
        letters = sum(len(word) for word in words)
    if letters < FEWEST_LETTERS and day is None:
        raise BadSearch("Type at least two letters of the name, or add a date of birth.")
    return terms


def read_number(text: str, day: date | None) -> SearchTerms:
    hospital_number = text.upper()
    if looks_like_one(text):
        try:
            return SearchTerms(SearchKind.NHS_NUMBER, nhs_number=read_nhs_number(text), birth_date=day)
        except BadNHSNumber:
            hint = f"If {in_groups(digits_of(text))} is an NHS number, check it: its check digit is wrong."
            return SearchTerms(SearchKind.HOSPITAL_NUMBER, hospital_number=digits_of(text), birth_date=day, hint=hint)
    hint = ""
    if NUMBER_ONLY.fullmatch(text) and len(digits_of(text)) in NHS_LENGTHS:
        hint = f"If it is an NHS number: that has 10 digits, and this has {len(digits_of(text))}."
    return SearchTerms(SearchKind.HOSPITAL_NUMBER, hospital_number=hospital_number, birth_date=day, hint=hint)
