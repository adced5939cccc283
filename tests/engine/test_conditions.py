"""The language of conditions: what can be said, what it means, and what is refused with line, column and a hint."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.condition_language import ConditionError, ConditionProblem, parse
from pathways.engine.conditions import Condition, Operator
from pathways.engine.release import build_release
from pathways.engine.vocabulary import Vocabulary
from tests.engine.agreement import engine_for
from tests.engine.documents import derived, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import conditions, pools, vocabularies

UNITS = [{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}, {"code": "mg/L", "factor": "0.1"}]
FINDINGS = [
    finding("csf_flow", "unobstructed", "obstructed"),
    finding("hydrocephalus", "none", "asymptomatic", "symptomatic"),
    finding("raised_icp"),
    number("kps", maximum=100, step=10),
    number("csf_protein", units=UNITS),
]
PROGNOSIS = derived("prognosis", "kps < 70", "poor", "favourable")


def vocabulary() -> Vocabulary:
    return build_release(with_rules(FINDINGS, derived=[PROGNOSIS])).vocabulary


VARIABLES = vocabulary().variables


def read(text: str) -> Condition:
    return parse(text, VARIABLES)


def fault(text: str) -> tuple[int, int, str]:
    """Line, column and message of the only fault in a text."""
    with pytest.raises(ConditionError) as caught:
        read(text)
    (problem,) = caught.value.problems
    return problem.line, problem.column, problem.message


def result(when: str, **findings: object) -> str:
    """What a rule with this condition gives for a patient."""
    evaluate = engine_for(with_rules(FINDINGS, rule("r", "note", when), derived=[PROGNOSIS]))
    return str(evaluate({"id": "p", "as_of": "2026-11-22", "findings": findings})["rules"]["r"])


APPLIES, NOT, UNKNOWN = "applies", "does_not_apply", "unknown"

OPERATORS = [
    # condition, value, result
    ("hydrocephalus is none", "none", APPLIES),
    ("hydrocephalus is none", "symptomatic", NOT),
    ("hydrocephalus is none", None, UNKNOWN),
    ("hydrocephalus is not none", "none", NOT),
    ("hydrocephalus is not none", "asymptomatic", APPLIES),
    ("hydrocephalus is not none", None, UNKNOWN),
    ("hydrocephalus is any of none, asymptomatic", "asymptomatic", APPLIES),
    ("hydrocephalus is any of none, asymptomatic", "symptomatic", NOT),
    ("hydrocephalus is any of none, asymptomatic", None, UNKNOWN),
    ("hydrocephalus is none of none, asymptomatic", "none", NOT),
    ("hydrocephalus is none of none, asymptomatic", "symptomatic", APPLIES),
    ("hydrocephalus is none of none, asymptomatic", None, UNKNOWN),
    ("hydrocephalus is any of none, asymptomatic, symptomatic", None, UNKNOWN),
    ("kps < 70", 60, APPLIES),
    ("kps < 70", 70, NOT),
    ("kps <= 70", 70, APPLIES),
    ("kps <= 70", 80, NOT),
    ("kps > 70", 70, NOT),
    ("kps > 70", 80, APPLIES),
    ("kps >= 70", 70, APPLIES),
    ("kps >= 70", 60, NOT),
    ("kps >= 0", None, UNKNOWN),
]


@pytest.mark.parametrize(("when", "value", "expected"), OPERATORS)
def test_operator(when: str, value: object, expected: str) -> None:
    finding_code, _, _ = when.partition(" ")
    assert result(when, **{finding_code: value}) == expected


ALTERNATIVES = "kps < 70 and raised_icp is yes\ncsf_flow is obstructed"

JOINED = [
    ({"kps": 60, "raised_icp": "yes"}, APPLIES),
    ({"kps": 60, "raised_icp": "no"}, UNKNOWN),
    ({"kps": 60, "raised_icp": "no", "csf_flow": "unobstructed"}, NOT),
    ({"kps": 80, "csf_flow": "unobstructed"}, NOT),
    ({"kps": 60, "csf_flow": "unobstructed"}, UNKNOWN),
    ({"csf_flow": "obstructed"}, APPLIES),
    ({}, UNKNOWN),
]


@pytest.mark.parametrize(("findings", "expected"), JOINED)
def test_lines_are_alternatives_of_joined_terms(findings: dict[str, object], expected: str) -> None:
    assert result(ALTERNATIVES, **findings) == expected


@pytest.mark.parametrize("limit", ["100 mg/dL", "1 g/L", "1.00 g/L", "1000 mg/L"])
@pytest.mark.parametrize(
    ("value", "unit", "below"),
    [
        (1.0, "g/L", NOT),
        (1, "g/L", NOT),
        (0.999, "g/L", APPLIES),
        (99.99, "mg/dL", APPLIES),
        (100, "mg/dL", NOT),
        (999.9, "mg/L", APPLIES),
        (1000, "mg/L", NOT),
    ],
)
def test_units_are_converted_exactly(limit: str, value: float, unit: str, below: str) -> None:
    assert result(f"csf_protein < {limit}", csf_protein={"value": value, "unit": unit}) == below


def test_always_holds_even_of_a_patient_nobody_knows_anything_about() -> None:
    assert result("always") == APPLIES


def test_blank_lines_and_spaces_do_not_matter() -> None:
    loose = "\n  kps<70   and raised_icp is  yes \n\n\tcsf_flow is   obstructed\n"
    assert read(loose) == read(ALTERNATIVES)


@pytest.mark.parametrize("option", ["none", "symptomatic"])
def test_none_is_an_operator_only_before_of(option: str) -> None:
    (term,) = read(f"hydrocephalus is {option}").terms()
    assert (term.operator, term.values) == (Operator.IS, (option,))
    (term,) = read(f"hydrocephalus is none of {option}").terms()
    assert (term.operator, term.values) == (Operator.IS_NONE_OF, (option,))


def test_a_threshold_keeps_the_unit_it_was_written_in() -> None:
    (term,) = read("csf_protein < 0.9 g/L").terms()
    assert (term.number, term.unit, term.threshold) == (Decimal("0.9"), "g/L", Decimal(90))
    assert str(term) == "csf_protein < 0.9 g/L"


FAULTS = [
    # text, line, column, words of the message
    ("csf_flo is obstructed", 1, 1, ["csf_flo", "csf_flow"]),
    ("raised_icp is yes\nkps < 70 and csf_flw is obstructed", 2, 14, ["csf_flw", "csf_flow"]),
    ("csf_flow is obstructd", 1, 13, ["obstructd", "obstructed"]),
    ("prognosis is por", 1, 14, ["por", "poor"]),
    ("hydrocephalus is any of none, symptomatc", 1, 31, ["symptomatc", "symptomatic"]),
    ("csf_flow < 70", 1, 10, ["csf_flow", "number"]),
    ("kps is 70", 1, 5, ["kps", "number"]),
    ("csf_protein < 100", 1, 18, ["unit", "mg/dL", "g/L", "mg/L"]),
    ("csf_protein < 100 and raised_icp is yes", 1, 19, ["unit", "mg/dL"]),
    ("csf_protein < 100 mg/dl", 1, 19, ["mg/dl", "mg/dL"]),
    ("kps < 70 mg/dL", 1, 10, ["kps", "unit", "mg/dL"]),
    ("kps < seventy", 1, 7, ["seventy", "number"]),
    ("kps < NaN", 1, 7, ["NaN", "number"]),
    ("kps < 1e400", 1, 7, ["1e400", "number"]),
    ("", 1, 1, ["empty", "always"]),
    (" \n\t\n", 1, 1, ["empty", "always"]),
    ("not kps < 70", 1, 1, ["is not"]),
    ("not (kps < 70)", 1, 1, ["is not"]),
    ("(kps < 70)", 1, 1, ["parentheses"]),
    ("raised_icp is yes and (kps < 70)", 1, 23, ["parentheses"]),
    ("raised_icp is yes or kps < 70", 1, 19, ["or", "lines of their own"]),
    ("kps < 70 or raised_icp is yes", 1, 10, ["or"]),
    ("raised_icp is yes and", 1, 22, ["finding"]),
    ("and raised_icp is yes", 1, 1, ["and"]),
    ("raised_icp", 1, 11, ["operator"]),
    ("raised_icp is", 1, 14, ["option"]),
    ("raised_icp = yes", 1, 12, ["is"]),
    ("raised_icp != yes", 1, 12, ["is not"]),
    ("raised_icp yes", 1, 12, ["operator"]),
    ("raised_icp is yes csf_flow is obstructed", 1, 19, ["and"]),
    ("csf_flow is any unobstructed, obstructed", 1, 13, ["any", "of"]),
    ("csf_flow is any of", 1, 19, ["option"]),
    ("csf_flow is none of", 1, 20, ["option"]),
    ("csf_flow is any of obstructed,", 1, 31, ["option"]),
    ("csf_flow is obstructed, unobstructed", 1, 23, ["and"]),
    ("csf_flow is unknown", 1, 13, ["unknown", "not having looked"]),
    ("always and raised_icp is yes", 1, 1, ["always"]),
    ("raised_icp is yes\nalways", 2, 1, ["always"]),
    ("KPS < 70", 1, 1, ["KPS"]),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), FAULTS)
def test_a_fault_is_named_with_its_place_and_a_hint(text: str, line: int, column: int, words: list[str]) -> None:
    found_line, found_column, message = fault(text)
    assert (found_line, found_column) == (line, column), message
    assert [word for word in words if word not in message] == []


def test_every_faulty_line_is_reported_at_once() -> None:
    with pytest.raises(ConditionError) as caught:
        read("csf_flo is obstructed\nraised_icp is yes\nkps is 70")
    assert [problem.line for problem in caught.value.problems] == [1, 3]


@pytest.mark.parametrize(
    "text", ["__import__('os')", "kps < 70; drop", "raised_icp is yes # yes", "kps < 7_0", "kps < ٧٠", "kps < 70\x00"]
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        read(text)


@st.composite
def vocabularies_with_conditions(draw: st.DrawFn) -> tuple[Vocabulary, str]:
    draft = draw(vocabularies())
    text = draw(pools(draft.nodes, 6).flatmap(conditions))
    return build_release(with_rules(draft.findings, derived=draft.derived)).vocabulary, text


@examples(150)
@given(vocabularies_with_conditions())
def test_a_printed_condition_reads_back_as_itself(case: tuple[Vocabulary, str]) -> None:
    known, text = case
    condition = parse(text, known.variables)
    assert parse(str(condition), known.variables) == condition
    assert str(parse(str(condition), known.variables)) == str(condition)


WORDS = ("<", ">=", "=", ",", "(", ")", "\n", "kps", "csf_flow", "is", "not", "any", "none", "of", "70", "mg/dL", "and")


@examples(150)
@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    problems: tuple[ConditionProblem, ...] = ()
    try:
        condition = read(text)
    except ConditionError as error:
        problems = error.problems
    else:
        assert read(str(condition)) == condition
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
