"""What an unsettled verdict needs: no finding that could not help, and recording all of them moves it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.agreement import Evaluate, engine_for, evaluation_of, evaluator_of
from tests.engine.documents import Document, derived, finding, number, pathway, release, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, answer, patients, values
from tests.shipped import shipped_content

SHIPPED = shipped_content()
evaluate_shipped = evaluator_of(SHIPPED.release)

A, B, C, D = finding("a"), finding("b"), finding("c"), finding("d")


def needs(document: Document, **findings: object) -> list[str]:
    record = {"id": "p", "as_of": "2026-11-22", "findings": findings}
    verdict = engine_for(document)(record)["verdicts"]["drug"]
    assert verdict["settled"] == (verdict["needs"] == [])
    return list(verdict["needs"])


TERMS = [
    # condition, recorded, needs
    ("a is yes and b is yes", {}, ["a", "b"]),
    ("a is yes and b is yes", {"a": "yes"}, ["b"]),
    ("a is yes and b is yes", {"a": "no"}, []),
    ("a is yes and b is yes\nc is yes", {"a": "no"}, ["c"]),
    ("a is yes and b is yes\nc is yes", {"a": "yes"}, ["b", "c"]),
    ("a is yes and b is yes\na is no and c is yes", {"a": "yes"}, ["b"]),
    ("c is yes\nb is yes\na is yes", {}, ["a", "b", "c"]),
]


@pytest.mark.parametrize(("when", "recorded", "expected"), TERMS)
def test_unknown_findings_of_alternatives_that_are_not_false(
    when: str, recorded: dict[str, object], expected: list[str]
) -> None:
    assert needs(with_rules([A, B, C], rule("r", "recommend", when)), **recorded) == expected


def test_the_scope_is_needed_too() -> None:
    document = release([A, B], [pathway("p", [rule("r", "recommend", "b is yes")], "a is yes")])
    assert needs(document) == ["a", "b"]
    assert needs(document, b="yes") == ["a"]


COVERING = [
    # first rule, second rule, needs of nothing recorded
    (("recommend", "a is yes"), ("recommend", "a is yes and b is yes"), ["a"]),
    (("recommend", "a is yes and b is yes"), ("recommend", "a is yes"), ["a"]),
    (("avoid", "a is yes"), ("recommend", "a is yes and b is yes"), ["a"]),
    (("recommend", "a is yes"), ("avoid", "a is yes and b is yes"), ["a", "b"]),
    (("recommend", "a is yes"), ("recommend", "a is yes and b is yes\nc is yes"), ["a", "b", "c"]),
    (("recommend", "a is yes\nc is yes"), ("recommend", "a is yes and b is yes\nc is yes"), ["a", "c"]),
    (("recommend", "a is yes"), ("recommend", "a is not no and b is yes"), ["a", "b"]),
    (("recommend", "a is yes"), ("recommend", "a is yes"), ["a"]),
    (("recommend", "a is yes\na is yes and b is yes"), ("recommend", "a is yes"), ["a", "b"]),
    (("recommend", "a is yes"), ("recommend", "a is yes\na is yes and b is yes"), ["a"]),
]


@pytest.mark.parametrize(("first", "second", "expected"), COVERING)
def test_a_rule_adds_nothing_to_a_more_general_one_at_least_as_strict(
    first: tuple[str, str], second: tuple[str, str], expected: list[str]
) -> None:
    """Of rules that cover each other the first in content order counts."""
    assert needs(with_rules([A, B, C], rule("first", *first), rule("second", *second))) == expected


def test_a_rule_on_another_intervention_covers_nothing() -> None:
    general, specific = rule("g", "avoid", "a is yes", "shunt"), rule("s", "recommend", "a is yes and b is yes")
    assert needs(with_rules([A, B], general, specific, interventions=("drug", "shunt"))) == ["a", "b"]


def test_a_note_covers_nothing() -> None:
    note, specific = rule("n", "note", "a is yes"), rule("s", "avoid", "a is yes and b is yes")
    assert needs(with_rules([A, B], note, specific)) == ["a", "b"]


CHAIN = with_rules(
    [A, finding("b", asked_when="a is yes"), finding("c", asked_when="b is yes"), D],
    rule("r", "recommend", "c is yes"),
)

CHAINED = [
    # recorded, needs
    ({}, ["a", "b", "c"]),
    ({"a": "yes"}, ["b", "c"]),
    ({"a": "yes", "b": "yes"}, ["c"]),
    ({"a": "no"}, []),
    ({"b": "yes", "c": "yes"}, ["a"]),
    ({"c": "yes"}, ["a", "b"]),
    ({"b": "yes"}, ["a", "c"]),
    ({"a": "yes", "b": "no"}, []),
]


@pytest.mark.parametrize(("recorded", "expected"), CHAINED)
def test_where_it_is_unknown_whether_to_ask(recorded: dict[str, object], expected: list[str]) -> None:
    """Its questions are needed as well, and the finding itself unless its answer waits already."""
    assert needs(CHAIN, **recorded) == expected


def test_an_old_answer_to_a_question_that_may_not_be_put_is_needed_again() -> None:
    document = with_rules([A, finding("b", asked_when="a is yes", valid_days=3)], rule("r", "avoid", "b is yes"))
    assert needs(document, b={"value": "yes", "observed_on": "2026-11-18"}) == ["a", "b"]
    assert needs(document, b={"value": "yes", "observed_on": "2026-11-19"}) == ["a"]


def test_a_derived_finding_is_never_needed_itself() -> None:
    made = [derived("risk", "a is yes and b is yes\nc is yes", "high", "low")]
    document = with_rules([A, B, C, D], rule("r", "avoid", "risk is high and d is yes"), derived=made)
    assert needs(document) == ["a", "b", "c", "d"]
    assert needs(document, a="no") == ["c", "d"]
    assert needs(document, d="no") == []


def test_the_tumour_type_is_not_needed_for_systemic_therapy_alone() -> None:
    """The rule for the HER2 agent says nothing that the rule for systemic therapy does not say already."""
    record = {
        "id": "p1",
        "as_of": "2026-11-22",
        "findings": {
            "lm_diagnosis": "established",
            "life_expectancy": "at_least_1_month",
            "intracranial_bleed": "none",
            "craniospinal_rt": "none",
        },
    }
    assert evaluate_shipped(record)["verdicts"]["systemic_therapy"]["needs"] == ["kps"]


def test_the_documented_example() -> None:
    record = {
        "id": "p1",
        "as_of": "2026-11-22",
        "findings": {
            "lm_diagnosis": "established",
            "kps": 80,
            "life_expectancy": "at_least_1_month",
            "hydrocephalus": {"value": "none", "observed_on": "2026-11-01"},
            "csf_protein": {"value": 0.9, "unit": "g/L"},
        },
    }
    output = evaluate_shipped(record)
    assert output["verdicts"]["systemic_therapy"] == {
        "stance": "recommend",
        "settled": False,
        "needs": ["primary_tumour", "braf", "intracranial_bleed", "craniospinal_rt"],
        "satisfied": False,
    }
    assert output["rules"]["init-systemic"] == "applies"
    assert output["rules"]["bleed-it-withhold"] == "unknown"
    assert output["not_current"] == {"hydrocephalus": "observed 21 days ago, counts for 14"}


def recording_all_needs(
    draw: Callable[..., Any], document: Document, record: Record, evaluator: Evaluate
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each unsettled verdict before, and after all its needs were recorded with the evaluation day's date."""
    findings = {one["code"]: one for one in document["vocabulary"]["findings"]}
    pairs = []
    for intervention, before in evaluator(record)["verdicts"].items():
        if before["settled"]:
            continue
        added = {
            code: answer(*draw(st.sampled_from(values(document, findings[code]))), None) for code in before["needs"]
        }
        after = evaluator(record | {"findings": record["findings"] | added})["verdicts"][intervention]
        pairs.append((before, after))
    return pairs


def moved_on(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return after["settled"] or after["stance"] != before["stance"] or after["needs"] != before["needs"]


@examples(250)
@given(st.data())
def test_recording_all_needs_moves_every_verdict_on_in_small_contents(data: st.DataObject) -> None:
    document = data.draw(small_contents())
    record = data.draw(patients(document))
    for before, after in recording_all_needs(data.draw, document, record, engine_for(document)):
        assert before["needs"]
        assert moved_on(before, after)
        assert set(before["needs"]).isdisjoint(after["needs"]), "what was recorded today is never asked for again"


@examples(150)
@given(st.data())
def test_recording_all_needs_moves_every_verdict_on_in_the_shipped_content(data: st.DataObject) -> None:
    record = data.draw(patients(SHIPPED.document))
    for before, after in recording_all_needs(data.draw, SHIPPED.document, record, evaluate_shipped):
        assert before["needs"]
        assert moved_on(before, after)
        assert set(before["needs"]).isdisjoint(after["needs"])


@examples(200)
@given(patients(SHIPPED.document))
def test_needs_stand_in_vocabulary_order(record: Record) -> None:
    order = list(SHIPPED.release.vocabulary.findings)
    for verdict in evaluate_shipped(record)["verdicts"].values():
        assert verdict["needs"] == sorted(verdict["needs"], key=order.index)


@examples(200)
@given(patients(SHIPPED.document))
def test_missing_findings_are_those_of_all_verdicts_with_the_most_decisive_first(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    waiting = {
        code: {verdict.intervention for verdict in evaluation.verdicts.values() if code in verdict.needs}
        for code in SHIPPED.release.vocabulary.findings
    }
    assert {one.code: set(one.settles) for one in evaluation.missing} == {c: w for c, w in waiting.items() if w}
    assert [len(one.settles) for one in evaluation.missing] == sorted(
        (len(one.settles) for one in evaluation.missing), reverse=True
    )


def test_numbers_are_needed_like_any_finding() -> None:
    document = with_rules([number("kps", maximum=100, step=10)], rule("r", "avoid", "kps < 70"))
    assert needs(document) == ["kps"]
