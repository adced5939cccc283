"""The slow evaluator keeps the law by itself, so that agreeing with it means something."""

from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.brute_force import contradictions
from tests.engine.documents import Document
from tests.engine.hypothesis_profiles import examples
from tests.engine.slow_evaluator import evaluate_slowly
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients


@st.composite
def contents_with_patients(draw: st.DrawFn) -> tuple[Document, Record]:
    document = draw(small_contents())
    return document, draw(patients(document))


@examples(60)
@given(contents_with_patients(), st.sampled_from([(0,), (0, 2), (0, 20)]))
def test_filling_every_gap_never_contradicts_what_the_slow_evaluator_settled(
    case: tuple[Document, Record], days: tuple[int, ...]
) -> None:
    document, record = case
    assert contradictions(document, record, partial(evaluate_slowly, document), days=days, limit=40) == []
