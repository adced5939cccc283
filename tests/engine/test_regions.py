"""How the values of a number are cut: exactly, within range and steps, and represented by what can be recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pathways.engine.conditions import Operator, Term
from pathways.engine.observations import read_observation
from pathways.engine.regions import ANY_DAY, cut, range_in_words
from pathways.engine.vocabulary import Finding, Kind, Option


def number(**limits: str) -> Finding:
    return Finding("n", Kind.NUMBER, "Group", "Number", **{name: Decimal(value) for name, value in limits.items()})


def term(operator: Operator, threshold: str) -> Term:
    return Term("n", operator, (), Decimal(threshold), None, Decimal(threshold))


def below(*thresholds: str) -> tuple[Term, ...]:
    return tuple(term(Operator.LESS, threshold) for threshold in thresholds)


@pytest.mark.parametrize(
    ("finding", "terms", "expected"),
    [
        (number(), (), ["n at any value"]),
        (number(), below("0.5"), ["n < 0.5", "n >= 0.5"]),
        (number(), (*below("5"), term(Operator.MORE, "5")), ["n < 5", "n = 5", "n > 5"]),
        (number(minimum="0", maximum="1"), below("0.5"), ["n >= 0 and < 0.5", "n >= 0.5 and <= 1"]),
        (number(minimum="0", maximum="1"), below("0", "2"), ["n >= 0 and <= 1"]),
        (number(minimum="0", step="10"), below("65", "61"), ["n >= 0 and < 61", "n > 65"]),
        (number(minimum="5", maximum="25", step="10"), below("10", "12"), ["n = 5", "n > 12 and <= 25"]),
        (number(minimum="0", maximum="100", step="10"), (term(Operator.AT_MOST, "65"),), ["n >= 0 and < 65",
                                                                                       "n > 65 and <= 100"]),
    ],
)  # fmt: skip
def test_cuts(finding: Finding, terms: tuple[Term, ...], expected: list[str]) -> None:
    assert [range_in_words(finding, region) for region in cut(finding, terms)] == expected


@pytest.mark.parametrize("threshold", ["0.5", "1e100", "-1e100", "1e-100", "99.999", "0", "12345678901234567890.5"])
@pytest.mark.parametrize("operator", [Operator.LESS, Operator.AT_MOST])
def test_each_region_is_represented_by_what_can_be_recorded(threshold: str, operator: Operator) -> None:
    finding = number()
    regions = cut(finding, (term(operator, threshold),))
    assert len(regions) == 2
    for region in regions:
        read_observation(finding, region.value, None, ANY_DAY, ANY_DAY)


def test_a_choice_keeps_only_the_options_that_a_term_tells_apart() -> None:
    options: Any = tuple(Option(code, code) for code in ("red", "amber", "green"))
    colour = Finding("n", Kind.CHOICE, "Group", "Colour", options=options)
    assert [region.value for region in cut(colour, (Term("n", Operator.IS, ("amber",)),))] == ["red", "amber"]


def test_two_definitions_share_only_what_both_accept() -> None:
    narrow, wide = number(minimum="0", maximum="10"), number(minimum="5", maximum="20")
    assert [region.value for region in cut(narrow, below("3", "7"), (wide,))] == [6, 7]
