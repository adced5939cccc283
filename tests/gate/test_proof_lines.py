"""The proof in the report: what blocks, where it is to be changed, and the witness in words."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from pathways.engine.cases import run_cases
from pathways.engine.proofs import CheckKind, Witness
from pathways.engine.release import Release, build_release
from pathways.gate.proof import CHECKS, check_proof
from pathways.gate.report import Level
from pathways.gate.witness import case_from_witness, witness_in_words
from tests.engine.documents import Document, rule
from tests.gate.contents import AS_OF, FORBIDS, NEVER_IN_BLEEDING, PART, WITNESS, document, proof, result


@pytest.fixture
def release() -> Release:
    return build_release(document())


def test_every_kind_of_check_has_its_line() -> None:
    assert set(CHECKS) == set(CheckKind)


@pytest.mark.parametrize(
    ("kind", "subject", "level", "place"),
    [
        (CheckKind.PROMISE, "never-in-bleeding", Level.BLOCKING, ("safeguards", "promises/never-in-bleeding")),
        (CheckKind.DEAD_RULE, "gives", Level.BLOCKING, (PART, "rules/gives")),
        (CheckKind.OVERRULED, "gives", Level.BLOCKING, (PART, "rules/gives")),
        (CheckKind.DERIVED, "outlook", Level.BLOCKING, ("vocabulary", "derived/outlook")),
        (CheckKind.DEAD_ALTERNATIVE, "gives", Level.WARNING, (PART, "rules/gives")),
        (CheckKind.REDUNDANT, "gives", Level.WARNING, (PART, "rules/gives")),
        (CheckKind.HOLE, "hole: drug: weight 70 to 80", Level.WARNING, ("safeguards", "")),
        (CheckKind.OVERLAP, "overlap: gives, forbids: weight 70", Level.WARNING, ("safeguards", "")),
    ],
)
def test_what_is_not_proved_is_said_where_it_can_be_changed(
    release: Release, kind: CheckKind, subject: str, level: Level, place: tuple[str, str]
) -> None:
    line = next(iter(check_proof(release, proof(result(kind, subject)))))
    assert line.level is level
    assert (line.part, line.entry) == place
    assert f"What is wrong with {subject}." in line.text
    assert line.details["subject"] == subject


def test_a_line_names_the_subject_and_what_to_do(release: Release) -> None:
    overlap = result(CheckKind.OVERLAP, "overlap: gives, forbids", text="With 70 kg both apply.", witness=WITNESS)
    promise = result(CheckKind.PROMISE, "never-in-bleeding", text="For this patient Drug is “consider”.")
    dead = result(CheckKind.DEAD_RULE, "gives", text="No patient can ever meet the conditions of this rule.")
    assert [line.text for line in check_proof(release, proof(promise, dead, overlap))][:3] == [
        (
            "This promise is not kept: “The drug is never given while there is bleeding.” "
            "For this patient Drug is “consider”. Change the rules that give this, or the promise."
        ),
        "Rule gives: No patient can ever meet the conditions of this rule. Correct its conditions, or remove it.",
        "Drug: With 70 kg both apply. Part them, or mark it as intended.",
    ]


def test_a_promise_that_protects_nobody_is_a_warning(release: Release) -> None:
    empty = result(CheckKind.PROMISE, "never-in-bleeding", proved=True, vacuous=True)
    line = next(iter(check_proof(release, proof(empty))))
    assert (line.level, line.check) == (Level.WARNING, "promise-empty")
    assert (line.part, line.entry) == ("safeguards", "promises/never-in-bleeding")


def test_what_is_proved_is_counted(release: Release) -> None:
    proved = [result(CheckKind.PROMISE, key, proved=True) for key in ("one", "two")]
    lines = list(check_proof(release, proof(*proved)))
    assert [(line.level, line.text) for line in lines] == [
        (Level.PASSED, "2 promises are proved over every possible patient."),
        (Level.PASSED, "2 checks by z3 5.4.0 in 1.2 seconds; a second checker without a solver confirmed 1 of them."),
    ]


def test_one_that_fails_takes_the_count_away(release: Release) -> None:
    results = [result(CheckKind.PROMISE, "one", proved=True), result(CheckKind.PROMISE, "never-in-bleeding")]
    assert [line.level for line in check_proof(release, proof(*results))] == [Level.BLOCKING, Level.PASSED]


def test_a_witness_is_told_in_words(release: Release) -> None:
    words = witness_in_words(release, WITNESS)
    assert words.findings == ("Fever: Yes", "Bleed: Yes on 20-Nov-2026")
    assert [(given.label, given.verdict) for given in words.verdicts] == [("Drug", "Do not (contraindicate)")]
    assert [(firing.key, firing.pathway, firing.wording) for firing in words.rules] == [
        ("forbids", "only", "Wording of forbids.")
    ]


@pytest.mark.parametrize(
    ("stance", "findings", "words"),
    [
        ("consider", {"fever": "yes", "bleed": "no"}, "Consider"),
        ("recommend", {"fever": "yes", "bleed": "no"}, "Do (recommend)"),
        ("avoid", {"fever": "yes", "bleed": "no"}, "Not advised (avoid)"),
        ("recommend", {"fever": "yes"}, "Not settled (recommend)"),
        ("avoid", {"fever": "yes"}, "Not advised (avoid), not settled"),
        ("avoid", {"fever": "no", "bleed": "no"}, "Not addressed"),
    ],
)
def test_a_verdict_is_said_as_on_its_card(stance: str, findings: Document, words: str) -> None:
    made = build_release(document(rule("gives", stance, "fever is yes"), FORBIDS, cases=()))
    told = witness_in_words(made, Witness({"as_of": AS_OF, "findings": findings}, ("drug",)))
    assert told.verdicts[0].verdict == words


def test_a_finding_that_is_recorded_but_not_used_says_why() -> None:
    made = document()
    made["vocabulary"]["findings"][1]["valid_days"] = 7
    old = Witness({"as_of": AS_OF, "findings": {"bleed": {"value": "no", "observed_on": "2026-11-01"}}}, ("drug",))
    words = witness_in_words(build_release(made), old)
    assert words.findings == ("Bleed: No on 01-Nov-2026 (not used: observed 21 days ago, counts for 7)",)
    assert words.verdicts[0].verdict == "Not addressed, not settled"


def test_a_witness_becomes_a_case_that_runs(release: Release) -> None:
    heavy = Witness({"as_of": AS_OF, "findings": {"bleed": "yes", "weight": {"value": Decimal("70.5"), "unit": "kg"}}})
    made = case_from_witness(release, heavy, identity="witness-heavy", title="A witness")
    assert made["findings"]["weight"] == {"value": "70.5", "unit": "kg"}
    assert made["expect"] == {"drug": {"stance": "contraindicate", "settled": True}}
    assert all(outcome.passed for outcome in run_cases(build_release(document(cases=(made,)))))


def test_the_line_carries_the_witness_as_plain_json(release: Release) -> None:
    failed = result(CheckKind.PROMISE, "never-in-bleeding", witness=WITNESS, others=("gives",))
    details = next(iter(check_proof(release, proof(failed)))).details
    assert details["others"] == ["gives"]
    assert details["witness"]["record"] == WITNESS.record
    assert details["witness"]["case"]["id"] == "witness-never-in-bleeding"
    assert details["witness"]["case"]["title"] == NEVER_IN_BLEEDING["text"]
    assert details["witness"]["findings"] == ["Fever: Yes", "Bleed: Yes on 20-Nov-2026"]
    assert json.loads(json.dumps(details)) == details
