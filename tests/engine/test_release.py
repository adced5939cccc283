"""Release documents that are refused, whole and with the place of everything that is wrong."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.content_files import load_content
from pathways.engine.problems import ContentProblems, Problem
from pathways.engine.release import build_release
from tests.engine.agreement import engine_for
from tests.engine.documents import Document, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples

SHIPPED = load_content().document


def problems_of(document: Document) -> list[Problem]:
    with pytest.raises(ContentProblems) as caught:
        build_release(document)
    return list(caught.value.problems)


NO_NUMBERS = ["NaN", "sNaN", "Infinity", "1e999999999", "1e-999999999", "a tenth", 0.1, True, []]


@pytest.mark.parametrize("factor", [*NO_NUMBERS, 0, "-1", None])
def test_a_factor_that_is_no_number_is_refused(factor: object) -> None:
    units = [{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": factor}]
    problems = problems_of(with_rules([number("protein", units=units)]))
    assert {problem.path[:5] for problem in problems} == {("vocabulary", "findings", 0, "units", 1)}


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_limit_that_is_no_number_is_refused(value: object) -> None:
    """A limit that cannot be read must not silently be no limit."""
    for field in ("minimum", "maximum", "step"):
        document = with_rules([number("kps", **{"maximum": 100, "step": 10} | {field: value})])
        assert ("vocabulary", "findings", 0, field) in [problem.path for problem in problems_of(document)]


@pytest.mark.parametrize("days", [-1, 1.5, "14", True, []])
def test_a_validity_that_is_no_number_of_days_is_refused(days: object) -> None:
    document = with_rules([finding("exam", valid_days=days)])
    assert [problem.path for problem in problems_of(document)] == [("vocabulary", "findings", 0, "valid_days")]


def test_decimals_stand_as_text_and_stay_exact() -> None:
    units = [{"code": "mmol/L", "factor": "1"}, {"code": "mg/dL", "factor": "0.0259"}]
    evaluate = engine_for(with_rules([number("sugar", units=units)], rule("r", "note", "sugar < 2.59 mmol/L")))
    for value, expected in ((100, "does_not_apply"), (99.999, "applies")):
        findings = {"sugar": {"value": value, "unit": "mg/dL"}}
        assert evaluate({"id": "p", "as_of": "2026-11-22", "findings": findings})["rules"]["r"] == expected


@pytest.mark.parametrize("code", ["A", "a-b", "1a", "a b", "", "a" * 65, "ä", "__import__('os')", None, 7])
def test_a_code_that_could_be_anything_else_is_refused(code: object) -> None:
    assert problems_of(with_rules([finding("a") | {"code": code}]))
    assert problems_of(with_rules([finding("a", "x", "y") | {"options": [{"code": "x"}, {"code": code}]}]))
    document = with_rules([finding("a")])
    document["vocabulary"]["interventions"][0]["code"] = code
    assert problems_of(document)


@pytest.mark.parametrize("option", ["of", "and", "any", "not"])
def test_no_option_is_called_like_an_operator(option: str) -> None:
    assert problems_of(with_rules([finding("a", "x", option)]))


def test_everything_is_said_at_once_with_its_place() -> None:
    document = with_rules(
        [finding("a", asked_when="b is yes"), number("n", step=0)],
        rule("one", "recommend", "a is maybe\nz is yes", references=["gone"]),
        rule("two", "perhaps", "a is yes"),
    )
    places = {(problem.path, problem.line) for problem in problems_of(document)}
    rules = ("pathways", 0, "rules")
    assert places >= {
        (("vocabulary", "findings", 0, "asked_when"), 1),
        (("vocabulary", "findings", 1, "step"), None),
        ((*rules, 0, "when"), 1),
        ((*rules, 0, "when"), 2),
        ((*rules, 0, "references"), None),
        ((*rules, 1, "stance"), None),
    }


JUNK: list[Any] = [
    None, 0, -1, True, 0.5, "", "x", "always", "NaN", "\x00", [], {}, [None], [{}], ["x"], {"a": 1}, 10**30,
]  # fmt: skip


def places_in(part: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document, from the whole to the single words."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(place for step, inner in inside for place in places_in(inner, (*path, step)))]


PLACES = {
    name: [(name, *place) for place in places_in(SHIPPED[name])] for name in ("vocabulary", "pathways", "evidence")
}


@examples(150)
@given(st.sampled_from(list(PLACES)).flatmap(lambda name: st.sampled_from(PLACES[name])), st.sampled_from(JUNK))
def test_junk_anywhere_in_a_document_is_refused_or_harmless(place: tuple[str | int, ...], junk: Any) -> None:
    document = deepcopy(SHIPPED)
    part: Any = document
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = junk
    with suppress(ContentProblems):
        build_release(document)
