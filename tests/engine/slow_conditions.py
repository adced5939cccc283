"""A tiny reader of condition texts for the slow evaluator, written apart from the engine's own parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

TERM = re.compile(r"(\w+)\s+(is any of|is none of|is not|is|<=|<|>=|>)\s+(\S.*)")
LISTS = ("is any of", "is none of")
COMPARISONS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class SlowTerm:
    finding: str
    operator: str
    values: tuple[str, ...] = ()
    number: Fraction | None = None
    unit: str | None = None


SlowAlternative = tuple[SlowTerm, ...]
SlowCondition = tuple[SlowAlternative, ...]


def exact(number: object) -> Fraction:
    """A number as it was written, without rounding: 0.9 is nine tenths."""
    return Fraction(str(number))


@cache
def read_condition(text: str) -> SlowCondition:
    """One alternative per line, terms joined by `and`; `always` is one alternative without terms."""
    if text.strip() == "always":
        return ((),)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(tuple(read_term(term) for term in re.split(r"\s+and\s+", line)) for line in lines)


def read_term(text: str) -> SlowTerm:
    match = TERM.fullmatch(text.strip())
    assert match is not None, f"not a term: {text!r}"
    finding, operator, rest = match.groups()
    if operator in COMPARISONS:
        number, _, unit = rest.strip().partition(" ")
        return SlowTerm(finding, operator, number=exact(number), unit=unit.strip() or None)
    if operator in LISTS:
        return SlowTerm(finding, operator, tuple(value.strip() for value in rest.split(",")))
    return SlowTerm(finding, operator, (rest.strip(),))


def joined(first: SlowCondition, second: SlowCondition) -> SlowCondition:
    """Both conditions: every alternative of the one with every alternative of the other."""
    return tuple(one + other for one in first for other in second)
