"""NHS numbers: ten digits, of which the last one checks the others by modulus 11."""

import re

LENGTH = 10
MODULUS = 11
WEIGHTS = range(10, 1, -1)
SEPARATORS = re.compile(r"[\s\-\u00a0]+")


class BadNHSNumber(ValueError):
    """The text is no NHS number; the message says what is wrong with it."""


def digits_of(text: str) -> str:
    """The text without the spaces and hyphens that people write between the digits."""
    return SEPARATORS.sub("", text)


def looks_like_one(text: str) -> bool:
    digits = digits_of(text)
    return len(digits) == LENGTH and digits.isascii() and digits.isdecimal()


def read_nhs_number(text: str) -> str:
    """Ten checked digits; raises BadNHSNumber."""
    digits = digits_of(text)
    if not digits.isascii() or not digits.isdecimal():
        raise BadNHSNumber("An NHS number has digits only, for example 999 000 0018.")
    if len(digits) != LENGTH:
        raise BadNHSNumber(f"An NHS number has 10 digits; this one has {len(digits)}.")
    if digits[-1] != check_digit(digits[:9]):
        raise BadNHSNumber(
            f"{in_groups(digits)} is not an NHS number: its last digit does not fit the others. "
            "Check for a mistyped or swapped digit."
        )
    return digits


def check_digit(first_nine: str) -> str | None:
    """The tenth digit, or None: one in eleven combinations of nine digits is never given to anybody."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True))
    check = -total % MODULUS
    return None if check == LENGTH else str(check)


def in_groups(digits: str) -> str:
    """3-3-4 with no-break spaces, so that a line never ends inside a number."""
    return "\u00a0".join((digits[:3], digits[3:6], digits[6:])) if digits else ""
