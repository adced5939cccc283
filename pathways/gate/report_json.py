"""A report as plain JSON, as it is stored with a check, and back, exactly."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from pathways.engine.cases import Difference
from pathways.engine.proofs import CheckKind, CheckResult, Proof, Witness
from pathways.gate.report import CaseOutcome, Level, Line, Report
from pathways.gate.witness import plain

Json = dict[str, Any]


def report_to_json(report: Report) -> Json:
    return {
        "sha256": report.sha256,
        "lines": [{**asdict(line), "level": line.level.value} for line in report.lines],
        "cases": [
            asdict(outcome) | {"differences": [asdict(one) for one in outcome.differences]} for outcome in report.cases
        ],
        "proof": proof_to_json(report.proof) if report.proof else None,
        "impact": report.impact,
    }


def report_from_json(stored: Json) -> Report:
    return Report(
        sha256=stored["sha256"],
        lines=tuple(Line(**{**line, "level": Level(line["level"])}) for line in stored["lines"]),
        cases=tuple(case_from_json(outcome) for outcome in stored["cases"]),
        proof=proof_from_json(stored["proof"]) if stored["proof"] else None,
        impact=stored["impact"],
    )


def case_from_json(stored: Json) -> CaseOutcome:
    differences = tuple(Difference(**difference) for difference in stored["differences"])
    return CaseOutcome(**{**stored, "differences": differences})


# The proof


def storable(proof: Proof) -> Proof:
    """The proof with its witnesses as documents write them, so that JSON keeps every number exactly."""
    return replace(proof, results=tuple(storable_result(result) for result in proof.results))


def storable_result(result: CheckResult) -> CheckResult:
    if result.witness is None:
        return result
    return replace(result, witness=replace(result.witness, record=plain(result.witness.record)))


def proof_to_json(proof: Proof) -> Json:
    return {**asdict(proof), "results": [result_to_json(result) for result in proof.results]}


def result_to_json(result: CheckResult) -> Json:
    return {
        **asdict(result),
        "kind": result.kind.value,
        "others": list(result.others),
        "witness": witness_to_json(result.witness),
    }


def witness_to_json(witness: Witness | None) -> Json | None:
    if witness is None:
        return None
    return {
        "record": plain(witness.record),
        "interventions": list(witness.interventions),
        "rules": list(witness.rules),
    }


def proof_from_json(stored: Json) -> Proof:
    return Proof(**{**stored, "results": tuple(result_from_json(result) for result in stored["results"])})


def result_from_json(stored: Json) -> CheckResult:
    witness = witness_from_json(stored["witness"]) if stored["witness"] else None
    changed = {"kind": CheckKind(stored["kind"]), "witness": witness, "others": tuple(stored["others"])}
    return CheckResult(**{**stored, **changed})


def witness_from_json(stored: Json) -> Witness:
    return Witness(stored["record"], tuple(stored["interventions"]), tuple(stored["rules"]))
