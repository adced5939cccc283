"""Against the release in force: a case that is changed or removed blocks until somebody has accepted it."""

from __future__ import annotations

from typing import Any

from pathways.gate.report import Level, Line
from tests.engine.documents import Document
from tests.gate.contents import (
    BLEEDING,
    FORBIDS,
    GIVES,
    NEVER_IN_BLEEDING,
    PART,
    TREATED,
    case,
    document,
    lines_of,
    report_on,
    verdict,
)


def changed_lines(now: Document, before: Document | None = None, **more: Any) -> list[Line]:
    report = report_on(now, baseline=before or document(), **more)
    return [line for line in report.lines if line.check in {"case-changed", "case-removed"}]


def test_nothing_changed_is_said() -> None:
    assert [(line.level, line.text) for line in changed_lines(document())] == [
        (Level.PASSED, "2 cases of the release in force are unchanged.")
    ]


def test_without_a_release_in_force_there_is_nothing_to_compare() -> None:
    line = lines_of(report_on(document()), "case-changed")[0]
    assert (line.level, line.text) == (Level.PASSED, "There is no release in force to compare the cases with.")


def test_another_expectation_blocks_and_is_said_in_words() -> None:
    milder = document(GIVES, FORBIDS | {"stance": "avoid"}, cases=(TREATED, BLEEDING | {"expect": {}}))
    line = changed_lines(milder)[0]
    assert line.level is Level.BLOCKING
    assert (line.part, line.entry) == ("safeguards", "cases/case-bleeding")
    assert line.details["case"] == "case-bleeding"
    assert line.details["subject"] == "case/case-bleeding"
    assert line.details["changes"] == ["Drug, contraindicate, settled → not addressed, settled"]
    assert "Not yet accepted" in line.text


def test_another_patient_blocks() -> None:
    older: Document = {"fever": {"value": "yes", "observed_on": "2026-11-01"}, "weight": {"value": "70", "unit": "kg"}}
    now = document(cases=(TREATED | {"findings": older, "as_of": "2026-11-23"}, BLEEDING))
    assert changed_lines(now)[0].details["changes"] == [
        "the day, 2026-11-22 → 2026-11-23",
        "Fever, yes → yes on 2026-11-01",
        "Bleed, no → not recorded",
        "Weight, not recorded → 70 kg",
    ]


def test_another_rule_result_blocks() -> None:
    now = document(cases=(TREATED | {"expect_rules": {"gives": "applies"}}, BLEEDING))
    assert changed_lines(now)[0].details["changes"] == ["rule gives, nothing expected → applies"]


def test_a_new_title_changes_nothing() -> None:
    now = document(cases=(TREATED | {"title": "Said better"}, BLEEDING))
    assert changed_lines(now)[0].level is Level.PASSED


def test_a_new_case_needs_no_acceptance() -> None:
    new = case("case-cool", {"fever": "no", "bleed": "no"}, {})
    assert changed_lines(document(cases=(TREATED, BLEEDING, new)))[0].level is Level.PASSED


def test_a_removed_case_blocks() -> None:
    line = changed_lines(document(cases=(TREATED,)))[0]
    assert (line.level, line.check, line.entry) == (Level.BLOCKING, "case-removed", "")
    assert line.text.startswith("Case case-bleeding (Patient case-bleeding) was removed.")


def test_what_was_accepted_passes_and_nothing_else() -> None:
    now = document(cases=())
    lines = changed_lines(now, accepted=frozenset({"case/case-treated", "impact"}))
    assert {line.details["case"]: line.level for line in lines} == {
        "case-treated": Level.PASSED,
        "case-bleeding": Level.BLOCKING,
    }


def test_a_release_in_force_from_before_there_were_cases_is_no_obstacle() -> None:
    old = document()
    del old["safeguards"]
    assert changed_lines(document(), old)[0].level is Level.PASSED


def test_a_failing_case_blocks_with_what_differs() -> None:
    wrong = TREATED | {"expect": {"drug": verdict("recommend")}}
    line = lines_of(report_on(document(cases=(wrong, BLEEDING))), "case-failing")[0]
    assert (line.level, line.part, line.entry) == (Level.BLOCKING, "safeguards", "cases/case-treated")
    assert line.details["differences"] == ["Drug: expected recommend, settled; given consider, settled"]
    assert line.details["differences"][0] in line.text


def test_a_rule_that_no_case_reaches_is_a_warning() -> None:
    report = report_on(document(cases=(TREATED,)))
    assert [(line.level, line.part, line.entry) for line in lines_of(report, "rule-without-case")] == [
        (Level.WARNING, PART, "rules/forbids")
    ]
    assert lines_of(report_on(document()), "rule-without-case")[0].level is Level.PASSED


def test_content_without_cases_is_a_warning() -> None:
    assert lines_of(report_on(document(cases=())), "case-failing")[0].level is Level.WARNING


def test_a_promise_that_is_weakened_or_gone_is_never_passed_over() -> None:
    weaker = NEVER_IN_BLEEDING | {"stances": ["recommend"]}
    now = document()
    now["safeguards"]["promises"] = [weaker]
    line = lines_of(report_on(now, baseline=document()), "promise-changed")[0]
    assert (line.level, line.part, line.entry) == (Level.BLOCKING, "safeguards", "promises/never-in-bleeding")
    now["safeguards"]["promises"] = []
    line = lines_of(report_on(now, baseline=document()), "promise-removed")[0]
    assert (line.level, line.part, line.details["subject"]) == (
        Level.BLOCKING,
        "safeguards",
        "promise/never-in-bleeding",
    )
    assert NEVER_IN_BLEEDING["text"] in line.text
    accepted = frozenset({"promise/never-in-bleeding"})
    line = lines_of(report_on(now, baseline=document(), accepted=accepted), "promise-removed")[0]
    assert (line.level, "Accepted." in line.text) == (Level.PASSED, True)


def test_content_that_promises_nothing_any_more_is_not_published() -> None:
    """Whatever was accepted one by one: a proof of no promises holds, and says nothing."""
    now = document()
    now["safeguards"]["promises"] = []
    accepted = frozenset({"promise/never-in-bleeding"})
    line = lines_of(report_on(now, baseline=document(), accepted=accepted), "promise-none")[0]
    assert (line.level, line.part) == (Level.BLOCKING, "safeguards")
    del now["safeguards"]
    assert lines_of(report_on(now, baseline=document()), "promise-none", Level.BLOCKING)
    assert lines_of(report_on(now), "promise-none", Level.WARNING)
    assert not lines_of(report_on(document(), baseline=document()), "promise-none")


def test_what_another_hash_has_is_a_change() -> None:
    """Python holds 1 and true for equal."""
    expected = {"drug": {"stance": "contraindicate", "settled": 1}}
    (line,) = changed_lines(document(), document(cases=(TREATED, BLEEDING | {"expect": expected})))
    assert (line.level, line.entry) == (Level.BLOCKING, "cases/case-bleeding")
