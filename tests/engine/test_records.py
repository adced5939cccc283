"""Whatever a record or a line holds, it is evaluated or refused with a sentence; nothing else ever happens."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.observations import BadFinding
from pathways.engine.records import BadLine, error_record, evaluate_record, identity_of, read_line
from tests.engine.hypothesis_profiles import examples
from tests.shipped import shipped_content

RELEASE = shipped_content().release
CODES = st.sampled_from([*RELEASE.vocabulary.findings, "karnofsky", "prognosis", ""])
DAYS = st.sampled_from(["2026-11-22", "2026-11-23", "2026-11-01", "0001-01-01", "9999-12-31", "2026-02-30", ""])
NUMBERS = st.sampled_from([0, 80, 65, -0.0, 1e308, 1e-308, 10**40, float("nan"), float("inf"), 0.9])
OPTIONS = [option for finding in RELEASE.vocabulary.findings.values() for option in finding.option_codes()]
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, DAYS, st.sampled_from(OPTIONS), st.text(max_size=5))
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
)
ANSWERS = st.one_of(
    SCALARS,
    ANYTHING,
    st.fixed_dictionaries(
        {"value": SCALARS}, optional={"unit": st.sampled_from(["mg/dL", "g/L", "", None]), "observed_on": DAYS}
    ),
)
RECORDS = st.fixed_dictionaries(
    {"id": st.one_of(st.text(max_size=3), ANYTHING), "as_of": st.one_of(DAYS, DAYS, ANYTHING)},
    optional={"findings": st.dictionaries(CODES, ANSWERS, max_size=4), "ward": ANYTHING},
)


def answer_to(line: str) -> dict[str, Any]:
    identity = None
    try:
        record = read_line(line)
        identity = identity_of(record)
        return evaluate_record(RELEASE, record)
    except (BadFinding, BadLine) as error:
        return error_record(error, identity, 1)


@examples(200)
@given(RECORDS)
def test_any_record_is_evaluated_or_refused(record: dict[str, Any]) -> None:
    answer = answer_to(json.dumps(record))
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert set(answer) in (
        {"id", "release", "verdicts", "rules", "not_current"}, {"id", "error"}, {"line", "error"}
    )  # fmt: skip


@examples(200)
@given(st.one_of(st.text(), st.text(alphabet='{}[]":,0123456789eE+-.\\ \ntrufalsnNaI')))
def test_any_text_is_evaluated_or_refused(line: str) -> None:
    assert set(answer_to(line)) == {"line", "error"}
