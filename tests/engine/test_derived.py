"""Derived findings: one true alternative settles the value, all false give the other, otherwise it is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.engine.problems import ContentProblems
from pathways.engine.release import build_release
from tests.engine.agreement import engine_for
from tests.engine.documents import derived, finding, number, rule, with_rules

APPLIES, NOT, UNKNOWN = "applies", "does_not_apply", "unknown"

DOCUMENT = with_rules(
    [
        number("kps", maximum=100, step=10),
        finding("life_expectancy", "under_1_month", "at_least_1_month"),
        finding("nerve"),
        finding("cord"),
        finding("benefit", asked_when="prognosis is poor"),
    ],
    rule("poor", "avoid", "prognosis is poor"),
    rule("favourable", "recommend", "prognosis is favourable"),
    rule("site", "recommend", "site is yes", "radiotherapy"),
    rule("no-site", "avoid", "site is no", "radiotherapy"),
    rule("benefit", "consider", "benefit is yes", "operation"),
    rule("burden", "consider", "burden is heavy", "operation"),
    derived=[
        derived("prognosis", "kps < 70\nlife_expectancy is under_1_month", "poor", "favourable"),
        derived("site", "nerve is yes\ncord is yes"),
        derived("burden", "prognosis is poor and site is yes", "heavy", "light"),
    ],
    interventions=("drug", "radiotherapy", "operation"),
)
evaluate_document = engine_for(DOCUMENT)


def evaluate(**findings: object) -> dict[str, Any]:
    return evaluate_document({"id": "p", "as_of": "2026-11-22", "findings": findings})


PROGNOSIS = [
    # kps, life expectancy, poor, favourable
    (60, "at_least_1_month", APPLIES, NOT),
    (60, "under_1_month", APPLIES, NOT),
    (60, None, APPLIES, NOT),
    (70, "at_least_1_month", NOT, APPLIES),
    (70, "under_1_month", APPLIES, NOT),
    (70, None, UNKNOWN, UNKNOWN),
    (None, "at_least_1_month", UNKNOWN, UNKNOWN),
    (None, "under_1_month", APPLIES, NOT),
    (None, None, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("kps", "life_expectancy", "poor", "favourable"), PROGNOSIS)
def test_prognosis(kps: int | None, life_expectancy: str | None, poor: str, favourable: str) -> None:
    rules = evaluate(kps=kps, life_expectancy=life_expectancy)["rules"]
    assert (rules["poor"], rules["favourable"]) == (poor, favourable)


SITES = [
    # nerve, cord, site is yes, site is no
    ("yes", None, APPLIES, NOT),
    (None, "yes", APPLIES, NOT),
    ("yes", "no", APPLIES, NOT),
    ("no", "no", NOT, APPLIES),
    ("no", None, UNKNOWN, UNKNOWN),
    (None, None, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("nerve", "cord", "yes", "no"), SITES)
def test_symptomatic_site(nerve: str | None, cord: str | None, yes: str, no: str) -> None:
    rules = evaluate(nerve=nerve, cord=cord)["rules"]
    assert (rules["site"], rules["no-site"]) == (yes, no)


def test_a_derived_finding_may_rest_on_derived_findings() -> None:
    assert evaluate(kps=60, nerve="yes")["rules"]["burden"] == APPLIES
    assert evaluate(kps=60)["rules"]["burden"] == UNKNOWN
    assert evaluate(nerve="no", cord="no")["rules"]["burden"] == NOT


@pytest.mark.parametrize(
    ("kps", "life_expectancy", "expected"),
    [(60, None, APPLIES), (80, "at_least_1_month", NOT), (80, None, UNKNOWN), (None, None, UNKNOWN)],
)
def test_a_question_may_depend_on_a_derived_finding(kps: object, life_expectancy: object, expected: str) -> None:
    assert evaluate(kps=kps, life_expectancy=life_expectancy, benefit="yes")["rules"]["benefit"] == expected


NEEDS = [
    # recorded, needs of radiotherapy
    ({}, ["nerve", "cord"]),
    ({"nerve": "no"}, ["cord"]),
    ({"cord": "no"}, ["nerve"]),
    ({"nerve": "no", "cord": "no"}, []),
]


@pytest.mark.parametrize(("findings", "needs"), NEEDS)
def test_a_derived_finding_is_replaced_by_what_it_waits_for(findings: dict[str, object], needs: list[str]) -> None:
    assert evaluate(**findings)["verdicts"]["radiotherapy"]["needs"] == needs


def test_a_question_that_waits_for_a_derived_finding_waits_for_its_findings_too() -> None:
    assert evaluate(nerve="no", cord="no")["verdicts"]["operation"]["needs"] == ["kps", "life_expectancy", "benefit"]
    assert evaluate(nerve="no", cord="no", benefit="no")["verdicts"]["operation"]["needs"] == ["kps", "life_expectancy"]


CIRCLES = [
    ([finding("a", asked_when="b is yes"), finding("b", asked_when="a is yes")], []),
    ([finding("a", asked_when="a is yes")], []),
    ([finding("a", asked_when="d is yes")], [derived("d", "a is yes")]),
    ([finding("a")], [derived("d", "e is yes"), derived("e", "d is yes")]),
]


@pytest.mark.parametrize(("findings", "more"), CIRCLES)
def test_a_circle_is_refused(findings: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    with pytest.raises(ContentProblems) as caught:
        build_release(with_rules(findings, derived=more))
    assert any("circle" in problem.message for problem in caught.value.problems)


def test_overtaking_each_other_is_no_circle() -> None:
    """Overtaking looks at what was recorded, not at what counts."""
    both = [finding("a", overtaken_by=["b is yes"]), finding("b", overtaken_by=["a is yes"])]
    assert build_release(with_rules(both)).order
