"""Terms as functions: compiled once, so that evaluating never looks at a text or a unit again."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

from pathways.engine.conditions import Operator, Term
from pathways.engine.truth import FALSE, TRUE, UNKNOWN, Truth

Value = str | Decimal
ValueTest = Callable[[Value], bool]

COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


class NotApplicable:
    """The state of a finding that is not asked because it cannot matter."""


NOT_APPLICABLE = NotApplicable()

# What a term is evaluated on: a value in the canonical unit, NOT_APPLICABLE, or None for unknown.
Known = Value | NotApplicable | None


@lru_cache(maxsize=4096)
def value_test(term: Term) -> ValueTest:
    """A function from a known value to whether the term holds for it."""
    values = frozenset(term.values)
    match term.operator:
        case Operator.IS | Operator.IS_ANY_OF:
            return values.__contains__
        case Operator.IS_NOT | Operator.IS_NONE_OF:
            return lambda value: value not in values
        case Operator.LESS | Operator.AT_MOST | Operator.MORE | Operator.AT_LEAST:
            return number_test(term)
        case _:
            assert_never(term.operator)


def number_test(term: Term) -> ValueTest:
    compare, threshold = COMPARE[term.operator], term.threshold
    if threshold is None:
        raise ValueError(f"The term `{term}` compares without a number.")
    return lambda value: bool(compare(value, threshold))


@lru_cache(maxsize=4096)
def compiled(term: Term) -> Callable[[Known], Truth]:
    """The term as a function from what is known of its finding to a Truth."""
    holds = value_test(term)
    where_not_applicable = TRUE if term.operator.holds_where_not_applicable else FALSE

    def truth(value: Known) -> Truth:
        if value is None:
            return UNKNOWN
        if isinstance(value, NotApplicable):
            return where_not_applicable
        return TRUE if holds(value) else FALSE

    return truth
