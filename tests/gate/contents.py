"""Small release documents with safeguards, and a proof made by hand, for the tests of the gate."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

from pathways.engine.proofs import CheckKind, CheckResult, Proof, Witness
from pathways.engine.release import Release
from pathways.gate.check import check_document
from pathways.gate.report import Level, Line, Report
from tests.engine import documents
from tests.engine.documents import Document

TODAY = date(2026, 11, 22)
AS_OF = "2026-11-22"
PART = "pathways/only"


def case(identity: str, findings: Document, expect: Document, **more: Any) -> Document:
    return {
        "id": identity,
        "title": f"Patient {identity}",
        "as_of": AS_OF,
        "findings": findings,
        "expect": expect,
    } | more


def verdict(stance: str | None, *, settled: bool = True) -> Document:
    return {"stance": stance, "settled": settled}


GIVES = documents.rule("gives", "consider", "fever is yes and bleed is no")
FORBIDS = documents.rule("forbids", "contraindicate", "bleed is yes")
TREATED = case("case-treated", {"fever": "yes", "bleed": "no"}, {"drug": verdict("consider")})
BLEEDING = case("case-bleeding", {"fever": "yes", "bleed": "yes"}, {"drug": verdict("contraindicate")})
NEVER_IN_BLEEDING: Document = {
    "key": "never-in-bleeding",
    "kind": "never",
    "text": "The drug is never given while there is bleeding.",
    "interventions": ["drug"],
    "stances": ["recommend", "consider"],
    "when": "bleed is yes",
}


def document(*rules: Document, cases: tuple[Document, ...] = (TREATED, BLEEDING), **more: Any) -> Document:
    """Two findings, fever and bleed, one intervention, drug; as good as content can be, unless a test spoils it."""
    findings = [documents.finding("fever"), documents.finding("bleed"), documents.number("weight", units=WEIGHT)]
    made = documents.with_rules(findings, *(rules or (GIVES, FORBIDS)))
    made["pathways"][0]["review_by"] = "2027-11-22"
    made["evidence"]["references"][0]["kind"] = "study"
    made["safeguards"] = {"promises": [NEVER_IN_BLEEDING], "cases": list(cases), "intended": []}
    return copy.deepcopy(made | more)


WEIGHT = [{"code": "kg", "factor": 1}]


def report_on(checked: Document, **more: Any) -> Report:
    """The report without the proof."""
    return check_document(checked, today=TODAY, with_proof=False, **more)


def lines_of(report: Report, check: str, level: Level | None = None) -> list[Line]:
    return [line for line in report.lines if line.check == check and level in (None, line.level)]


WITNESS = Witness(
    {"as_of": AS_OF, "findings": {"bleed": {"value": "yes", "observed_on": "2026-11-20"}, "fever": "yes"}},
    ("drug",),
    ("forbids",),
)


def proof(*results: CheckResult) -> Proof:
    return Proof("0" * 64, "z3 5.4.0", results, 1.25, 1)


def proves(made: Proof) -> Callable[..., Proof]:
    """Something to put in the place of the solver, which comes to this result."""

    def prove(release: Release, **more: Any) -> Proof:
        return made

    return prove


def result(kind: CheckKind, subject: str, **more: Any) -> CheckResult:
    defaults: dict[str, Any] = {"proved": False, "blocking": kind.blocks, "text": f"What is wrong with {subject}."}
    return CheckResult(kind, subject, **(defaults | more))
