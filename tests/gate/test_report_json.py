"""A report is stored as JSON and comes back exactly as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pathways.engine import prove
from pathways.engine.proofs import CheckKind, Witness
from pathways.gate.check import check_document
from pathways.gate.report import Level, Line, Report
from pathways.gate.report_json import report_from_json, report_to_json
from tests.gate.contents import AS_OF, TODAY, TREATED, WITNESS, document, proof, proves, result, verdict


def stored(report: Report) -> Report:
    return report_from_json(json.loads(json.dumps(report_to_json(report), allow_nan=False)))


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report with lines of every level, a failing case, and witnesses with a number that is no integer."""
    heavy = Witness({"as_of": AS_OF, "findings": {"weight": {"value": Decimal("70.50"), "unit": "kg"}}})
    results = (
        result(CheckKind.PROMISE, "never-in-bleeding", witness=WITNESS, others=("gives", "forbids")),
        result(CheckKind.DEAD_RULE, "gives", witness=heavy),
        result(CheckKind.HOLE, "weight", proved=True),
    )
    monkeypatch.setattr(prove, "prove", proves(proof(*results)))
    wrong = TREATED | {"expect": {"drug": verdict("recommend")}}
    return check_document(document(cases=(wrong,)), today=TODAY, baseline=document())


def test_a_report_comes_back_exactly(whole: Report) -> None:
    assert {line.level for line in whole.lines} == set(Level)
    assert whole.proof is not None
    assert stored(whole) == whole


def test_numbers_of_a_witness_stay_exact(whole: Report) -> None:
    found = stored(whole)
    assert found.proof is not None
    witness = found.proof.results[1].witness
    assert witness is not None
    assert witness.record["findings"]["weight"]["value"] == "70.50"


def test_a_report_without_proof_and_with_impact_comes_back() -> None:
    impact: dict[str, Any] = {"drafts": 3, "changed": [{"intervention": "drug"}]}
    report = Report("f" * 64, (Line(Level.WARNING, "proved-by", "Left out."),), impact=impact)
    assert stored(report) == report
