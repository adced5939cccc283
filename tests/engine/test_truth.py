"""The truth tables of strong Kleene logic, row by row."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from pathways.engine.truth import AND, OR, Truth, all_of, any_of, negation

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

BOTH = [
    # first, second, and, or
    (TRUE, TRUE, TRUE, TRUE),
    (TRUE, FALSE, FALSE, TRUE),
    (TRUE, UNKNOWN, UNKNOWN, TRUE),
    (FALSE, TRUE, FALSE, TRUE),
    (FALSE, FALSE, FALSE, FALSE),
    (FALSE, UNKNOWN, FALSE, UNKNOWN),
    (UNKNOWN, TRUE, UNKNOWN, TRUE),
    (UNKNOWN, FALSE, FALSE, UNKNOWN),
    (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
]

NEGATED = [(TRUE, FALSE), (FALSE, TRUE), (UNKNOWN, UNKNOWN)]


@pytest.mark.parametrize(("first", "second", "conjunction", "disjunction"), BOTH)
def test_two_truths_together(first: Truth, second: Truth, conjunction: Truth, disjunction: Truth) -> None:
    assert all_of([first, second]) is conjunction
    assert any_of([first, second]) is disjunction


@pytest.mark.parametrize(("first", "second", "conjunction", "disjunction"), BOTH)
def test_the_tables_that_the_engine_writes_down(
    first: Truth, second: Truth, conjunction: Truth, disjunction: Truth
) -> None:
    assert AND[first, second] is conjunction
    assert OR[first, second] is disjunction


@pytest.mark.parametrize(("truth", "negated"), NEGATED)
def test_negation(truth: Truth, negated: Truth) -> None:
    assert negation(truth) is negated


def test_the_table_has_every_pair() -> None:
    assert {(first, second) for first, second, *_ in BOTH} == set(product(Truth, repeat=2))


@pytest.mark.parametrize("truth", list(Truth))
def test_one_truth_alone_is_itself(truth: Truth) -> None:
    assert all_of([truth]) is truth
    assert any_of([truth]) is truth


def test_nothing_at_all() -> None:
    """`always` is a conjunction of nothing."""
    assert all_of([]) is TRUE
    assert any_of([]) is FALSE


@pytest.mark.parametrize("truths", list(permutations((TRUE, FALSE, UNKNOWN))))
def test_order_does_not_matter(truths: tuple[Truth, ...]) -> None:
    assert all_of(truths) is FALSE
    assert any_of(truths) is TRUE


@pytest.mark.parametrize(("first", "second"), list(product(Truth, repeat=2)))
def test_de_morgan(first: Truth, second: Truth) -> None:
    assert negation(all_of([first, second])) is any_of([negation(first), negation(second)])


@pytest.mark.parametrize("truth", list(Truth))
def test_a_truth_is_never_used_as_a_condition(truth: Truth) -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(truth)
    with pytest.raises(TypeError):
        assert truth
    with pytest.raises(TypeError):
        _ = not truth
