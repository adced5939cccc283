"""Reads a typed value: an option's code, or a number exactly as it was reported, with its unit."""

import re
import unicodedata
from decimal import Decimal
from typing import NoReturn

from pathways.engine.vocabulary import Finding, Kind

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
NUMBER_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
NUMBER_AND_UNIT = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z%µ]\S*)")


class Refused(Exception):
    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def value_and_unit(finding: Finding, value: str, unit: str) -> tuple[str, str | None]:
    if finding.kind is not Kind.NUMBER:
        return value, unit or None
    if match := NUMBER_AND_UNIT.fullmatch(value):
        number, written = match.groups()
        if finding.unit(written) is None or (unit and unit != written):
            refuse_number(finding, value)
        return plain_number(finding, number), written
    return plain_number(finding, value), unit or None


def plain_number(finding: Finding, text: str) -> str:
    """The digits exactly as typed: the reported precision is part of a laboratory value."""
    if NUMBER_WITH_COMMA.fullmatch(text):
        raise Refused(f"Write {text.replace(',', '.')} with a point instead of {text} with a comma.")
    if not NUMBER.fullmatch(text):
        refuse_number(finding, text)
    return text


def refuse_number(finding: Finding, text: str) -> NoReturn:
    units = ", ".join(unit.code for unit in finding.units)
    hint = f"Write the number alone, such as 0.9, and choose the unit: {units}." if units else "Write it as 70 or 0.9."
    raise Refused(f"“{text[:40]}” is not a number. {hint}")


def engine_value(finding: Finding, value: str) -> str | Decimal:
    return Decimal(value) if finding.kind is Kind.NUMBER and NUMBER.fullmatch(value) else value


def is_same(finding: Finding, one: str | None, other: str) -> bool:
    return one is not None and engine_value(finding, one) == engine_value(finding, other)


def plain(text: str) -> str:
    """White space as plain spaces. Safety: nothing inside is deleted: "8\u200b0" must not become another number."""
    return "".join(" " if character.isspace() else character for character in text).strip()


def refuse_unseen(*texts: str) -> None:
    """What cannot be seen cannot be checked by whoever reads the form."""
    if any(not is_seen(character) for text in texts for character in text):
        raise Refused("It holds a character that cannot be seen. Type it again by hand.")


def is_seen(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) != "Mn"


def visible(text: str) -> str:
    """For keeping what was typed: a character that cannot be seen, or that no database takes, as a mark."""
    return "".join(character if is_seen(character) else "\N{REPLACEMENT CHARACTER}" for character in text)
