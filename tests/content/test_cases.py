"""Worked patients and the verdicts that the shipped content must give them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.content.shipped_cases import CASES, SHIPPED, expected_of, json_record
from tests.engine.agreement import differences, evaluator_of
from tests.engine.slow_evaluator import evaluate_slowly

each_case = pytest.mark.parametrize("number", range(len(CASES)), ids=[case.id for case in CASES])


@cache
def output_of(number: int) -> dict[str, Any]:
    return evaluator_of(SHIPPED.release)(json_record(CASES[number]))


@each_case
def test_case(number: int) -> None:
    verdicts = output_of(number)["verdicts"]
    given = {code: {name: verdict[name] for name in ("stance", "settled")} for code, verdict in verdicts.items()}
    assert given == expected_of(SHIPPED.release, CASES[number])


@pytest.mark.parametrize("case", [case for case in CASES if case.expect_rules], ids=lambda case: case.id)
def test_case_rules(case: Any) -> None:
    rules = output_of(CASES.index(case))["rules"]
    assert {key: rules[key] for key in case.expect_rules} == case.expect_rules


@each_case
def test_slow_evaluator_agrees_on_case(number: int) -> None:
    slow = evaluate_slowly(SHIPPED.document, json_record(CASES[number]))
    assert differences(slow, output_of(number)) == []


def test_every_intervention_with_rules_has_a_case_in_which_it_has_a_stance() -> None:
    """Craniospinal radiotherapy only ever gets a prohibition; the case for it is case-55."""
    spoken_of = {code for case in CASES for code, expected in case.expect.items() if expected.stance}
    assert spoken_of == {code for code, rules in SHIPPED.release.rules_of.items() if rules}
