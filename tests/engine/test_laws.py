"""Laws for every content and every patient: the engine agrees with the slow evaluator, and takes nothing back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.agreement import differences, engine_for, evaluator_of
from tests.engine.brute_force import contradictions, gaps, taken_back
from tests.engine.documents import Document, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.slow_evaluator import evaluate_slowly
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, answer, as_json_number, patients, values
from tests.shipped import shipped_content

SHIPPED = shipped_content()
evaluate_shipped = evaluator_of(SHIPPED.release)


@st.composite
def contents_with_patients(draw: st.DrawFn, count: int = 1) -> tuple[Document, list[Record]]:
    document = draw(small_contents())
    return document, [draw(patients(document)) for _ in range(count)]


@st.composite
def patients_who_become_known(draw: st.DrawFn) -> tuple[Record, Record]:
    """A patient on the shipped content, and the same one after somebody recorded some of what was missing."""
    record = draw(patients(SHIPPED.document))
    findings = {finding["code"]: finding for finding in SHIPPED.document["vocabulary"]["findings"]}
    missing = gaps(SHIPPED.document, record)
    added: dict[str, Any] = {}
    for code in missing:
        if draw(st.booleans()):
            unrecorded = record["findings"].get(code) is None
            ago = draw(st.sampled_from((0, 0, 1, 5, 40))) if unrecorded else 0
            value, unit = draw(st.sampled_from(values(SHIPPED.document, findings[code])))
            added[code] = answer(value, unit, ago)
    return record, record | {"findings": record["findings"] | added}


@examples(350)
@given(contents_with_patients(count=6))
def test_engine_and_slow_evaluator_agree_over_small_random_contents(case: tuple[Document, list[Record]]) -> None:
    document, records = case
    evaluate = engine_for(document)
    for record in records:
        assert differences(evaluate_slowly(document, record), evaluate(record)) == []


@examples(1200)
@given(patients(SHIPPED.document))
def test_engine_and_slow_evaluator_agree_over_the_shipped_content(record: Record) -> None:
    assert differences(evaluate_slowly(SHIPPED.document, record), evaluate_shipped(record)) == []


@examples(150)
@given(contents_with_patients(), st.sampled_from([(0,), (0, 2), (0, 20)]))
def test_filling_every_gap_in_every_way_never_contradicts_the_engine(
    case: tuple[Document, list[Record]], days: tuple[int, ...]
) -> None:
    document, (record,) = case
    assert contradictions(document, record, engine_for(document), days=days, limit=200) == []


@examples(700)
@given(patients_who_become_known())
def test_more_knowledge_never_overturns_what_the_shipped_content_settled(case: tuple[Record, Record]) -> None:
    before, after = case
    assert taken_back(evaluate_shipped(before), evaluate_shipped(after)) == []


@examples(300)
@given(patients(SHIPPED.document))
def test_the_order_in_which_findings_are_recorded_does_not_matter(record: Record) -> None:
    backwards = record | {"findings": dict(reversed(record["findings"].items()))}
    assert evaluate_shipped(backwards) == evaluate_shipped(record)


UNITS = [{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}, {"code": "mg/L", "factor": "0.1"}]
PROTEIN = with_rules([number("protein", units=UNITS)], rule("low", "recommend", "protein < 100 mg/dL"))
evaluate_protein = engine_for(PROTEIN)


@examples(200)
@given(st.integers(0, 3_000_000))
def test_conversion_between_units_is_exact(tenths: int) -> None:
    """The same amount in three units, down to a hundredth of a milligram per decilitre, gives one answer."""
    amount = Fraction(tenths, 100)
    doses = {"mg/dL": amount, "g/L": amount / 100, "mg/L": amount * 10}
    for unit, value in doses.items():
        findings = {"protein": {"value": as_json_number(value), "unit": unit}}
        result = evaluate_protein({"id": "p", "as_of": "2026-11-22", "findings": findings})
        assert result["rules"]["low"] == ("applies" if amount < 100 else "does_not_apply")
