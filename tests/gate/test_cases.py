"""Cases: run as they stand in the document, and what differs is said in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.engine.cases import CaseResult, run_cases
from pathways.engine.release import build_release
from pathways.engine.safeguards import Case, ExpectedVerdict
from tests.engine.documents import Document, rule
from tests.gate.contents import BLEEDING, FORBIDS, GIVES, TREATED, case, document, verdict


def results(checked: Document) -> dict[str, CaseResult]:
    return {result.case.id: result for result in run_cases(build_release(checked))}


def test_cases_pass_that_get_what_they_expect() -> None:
    found = results(document())
    assert [(result.passed, result.fault, result.differences) for result in found.values()] == [(True, "", ())] * 2
    assert {identity: set(result.applying) for identity, result in found.items()} == {
        "case-treated": {"gives"},
        "case-bleeding": {"forbids"},
    }


@pytest.mark.parametrize(
    ("expect", "text"),
    [
        ({"drug": verdict("withhold")}, "Drug: expected withhold, settled; given consider, settled"),
        ({"drug": verdict("consider", settled=False)}, "Drug: expected consider, not settled; given consider, settled"),
        ({}, "Drug: expected not addressed, settled; given consider, settled"),
    ],
)
def test_a_verdict_that_differs_is_said_in_words(expect: Document, text: str) -> None:
    found = results(document(cases=(TREATED | {"expect": expect},)))["case-treated"]
    assert not found.passed
    assert [(difference.subject, difference.text) for difference in found.differences] == [("drug", text)]


def test_an_unknown_finding_leaves_the_verdict_open() -> None:
    found = results(document(cases=(case("case-open", {"fever": "yes"}, {"drug": verdict(None)}),)))["case-open"]
    assert [difference.given for difference in found.differences] == ["not addressed, not settled"]


def test_rules_may_be_expected_to_apply_or_not() -> None:
    expecting = TREATED | {"expect_rules": {"gives": "applies", "forbids": "unknown"}}
    found = results(document(cases=(expecting,)))["case-treated"]
    assert [difference.text for difference in found.differences] == [
        "Rule forbids: expected not known yet; given does not apply"
    ]


def test_numbers_written_as_text_are_exact() -> None:
    light = rule("light", "consider", "weight < 70.1 kg")
    boundary = case("case-light", {"weight": {"value": "70.1", "unit": "kg"}}, {})
    lighter = case("case-lighter", {"weight": {"value": "70.09", "unit": "kg"}}, {"drug": verdict("consider")})
    assert all(result.passed for result in results(document(light, cases=(boundary, lighter))).values())


@pytest.mark.parametrize(
    ("findings", "fault"),
    [
        ({"fever": "perhaps"}, "fever: “perhaps” is not one of yes, no."),
        ({"weight": {"value": 70, "unit": "stone"}}, "weight: The unit “stone” is not known here: write one of kg."),
        ({"fever": {"value": "yes", "observed_on": "2027-01-01"}}, "fever: Observed on 2027-01-01, which is after"),
    ],
)
def test_a_patient_who_cannot_be_is_a_fault_of_the_case(findings: Document, fault: str) -> None:
    found = results(document(cases=(case("case-odd", findings, {}), BLEEDING)))
    assert found["case-odd"].fault.startswith(fault)
    assert not found["case-odd"].passed
    assert found["case-bleeding"].passed


def test_what_a_case_expects_of_nothing_that_exists_differs() -> None:
    release = build_release(document(GIVES, FORBIDS, cases=()))
    record = {"id": "made", "as_of": "2026-11-22", "findings": {"weight": {"value": Decimal("70.5"), "unit": "kg"}}}
    made = Case("made", "Made", record, {"herb": ExpectedVerdict("consider", settled=True)}, {"gone": "applies"})
    release.safeguards.cases["made"] = made
    texts = [difference.text for difference in run_cases(release)[0].differences]
    assert "herb: expected consider, settled; given no such intervention" in texts
    assert "Rule gone: expected applies; given no such rule" in texts
