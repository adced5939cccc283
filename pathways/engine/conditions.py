"""Conditions as data: terms joined by "and" in an alternative, alternatives joined by "or" in a condition."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from pathways.engine.decimals import in_words

# Beyond these nobody can review a condition, and comparing rules with each other takes long.
MOST_ALTERNATIVES = 200
MOST_TERMS = 2000


class Operator(Enum):
    IS = "is"
    IS_NOT = "is not"
    IS_ANY_OF = "is any of"
    IS_NONE_OF = "is none of"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def holds_where_not_applicable(self) -> bool:
        """A finding that does not apply can make a rule fire only by not being something."""
        return self in (Operator.IS_NOT, Operator.IS_NONE_OF)


COMPARISONS = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)


@dataclass(frozen=True, slots=True)
class Term:
    """One test of one finding: against option codes, or against a number.

    ``number`` and ``unit`` are the threshold as it was written, ``threshold`` the same in the canonical unit.
    """

    finding: str
    operator: Operator
    values: tuple[str, ...] = ()
    number: Decimal | None = None
    unit: str | None = None
    threshold: Decimal | None = None

    def __str__(self) -> str:
        if self.number is not None:
            unit = f" {self.unit}" if self.unit else ""
            return f"{self.finding} {self.operator.value} {in_words(self.number)}{unit}"
        return f"{self.finding} {self.operator.value} {', '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that must all hold. Without terms it always holds; only ``always`` is written so."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " and ".join(str(term) for term in self.terms) or "always"

    def joined_with(self, other: Alternative) -> Alternative:
        return Alternative(tuple(dict.fromkeys(self.terms + other.terms)))


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives of which one must hold."""

    alternatives: tuple[Alternative, ...]

    def __str__(self) -> str:
        return "\n".join(str(alternative) for alternative in self.alternatives)

    @property
    def is_always(self) -> bool:
        return any(not alternative.terms for alternative in self.alternatives)

    def terms(self) -> tuple[Term, ...]:
        every = [term for alternative in self.alternatives for term in alternative.terms]
        return tuple(dict.fromkeys(every))

    def findings(self) -> frozenset[str]:
        return frozenset(term.finding for term in self.terms())

    def joined_with(self, other: Condition) -> Condition:
        """Both conditions, multiplied out, so that every alternative reads as one row of a table."""
        return Condition(tuple(mine.joined_with(theirs) for mine in self.alternatives for theirs in other.alternatives))

    def is_too_large_with(self, other: Condition) -> bool:
        """Whether joining both would leave more than anybody can review; said without joining them."""
        mine, theirs = len(self.alternatives), len(other.alternatives)
        return mine * theirs > MOST_ALTERNATIVES or theirs * self.size + mine * other.size > MOST_TERMS

    @property
    def size(self) -> int:
        """How many terms are written in all alternatives."""
        return sum(len(alternative.terms) for alternative in self.alternatives)

    def or_else(self, other: Condition) -> Condition:
        return Condition(tuple(dict.fromkeys(self.alternatives + other.alternatives)))


ALWAYS = Condition((Alternative(()),))
