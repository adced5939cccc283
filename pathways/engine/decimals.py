"""Exact decimal arithmetic: conversions never round, so that 1 g/L is 100 mg/dL and not below it."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

# Twice the digits that a value may have, and more: a product of two admitted numbers is always exact.
EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow])
MOST_DIGITS = 100


def is_writable(number: Decimal) -> bool:
    """Whether a number is finite and short enough to be converted without rounding."""
    if not number.is_finite():
        return False
    digits = len(number.as_tuple().digits)
    return digits <= MOST_DIGITS and abs(number.adjusted()) <= MOST_DIGITS


def product(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.multiply(left, right)


def is_multiple(number: Decimal, step: Decimal, start: Decimal) -> bool:
    return EXACT.remainder(EXACT.subtract(number, start), step) == 0


def in_words(number: Decimal) -> str:
    """A number as a person writes it: no exponent, no trailing zeros added or taken away."""
    return format(number, "f")
