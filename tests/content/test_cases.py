"""Worked patients and the verdicts that the shipped content must give them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pathways.content_files import load_content
from tests.engine.agreement import differences, evaluator_of
from tests.engine.slow_evaluator import evaluate_slowly

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
NOT_LISTED = {"stance": None, "settled": True}
SHIPPED = load_content()
INTERVENTIONS = list(SHIPPED.release.vocabulary.interventions)

each_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def record_of(case: dict[str, Any]) -> dict[str, Any]:
    return {name: case[name] for name in ("id", "as_of", "findings")}


@cache
def output_of(number: int) -> dict[str, Any]:
    return evaluator_of(SHIPPED.release)(record_of(CASES[number]))


@each_case
def test_case(case: dict[str, Any]) -> None:
    """Interventions that are not listed have no stance and are settled."""
    verdicts = output_of(CASES.index(case))["verdicts"]
    expected = {code: case["expect"].get(code, NOT_LISTED) for code in INTERVENTIONS}
    assert {code: {name: verdicts[code][name] for name in NOT_LISTED} for code in INTERVENTIONS} == expected


@pytest.mark.parametrize(
    "case", [case for case in CASES if "expect_rules" in case], ids=[c["id"] for c in CASES if "expect_rules" in c]
)
def test_case_rules(case: dict[str, Any]) -> None:
    rules = output_of(CASES.index(case))["rules"]
    assert {key: rules[key] for key in case["expect_rules"]} == case["expect_rules"]


@each_case
def test_slow_evaluator_agrees_on_case(case: dict[str, Any]) -> None:
    assert differences(evaluate_slowly(SHIPPED.document, record_of(case)), output_of(CASES.index(case))) == []


def test_cases_are_distinct_and_name_only_interventions_that_exist() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert {code for case in CASES for code in case["expect"]} <= set(INTERVENTIONS)
    assert all(set(case) <= {"id", "title", "as_of", "findings", "expect", "expect_rules"} for case in CASES)


def test_every_intervention_with_rules_has_a_case_in_which_it_has_a_stance() -> None:
    """Craniospinal radiotherapy only ever gets a prohibition; the case for it is case-55."""
    spoken_of = {code for case in CASES for code, verdict in case["expect"].items() if verdict["stance"]}
    assert spoken_of == {code for code, rules in SHIPPED.release.rules_of.items() if rules}
