"""The proof of the shipped content, and the patients that show it when a rule loses what keeps it safe."""

from __future__ import annotations

from copy import deepcopy

import pytest

from pathways.engine.danger import milder_patient
from pathways.engine.prove import CheckKind, Proof, broken_promises, prove
from pathways.engine.records import evaluate_record
from pathways.engine.release import Release, build_release
from tests.engine.documents import Document
from tests.shipped import shipped_content

SHIPPED = shipped_content()


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(SHIPPED.release)


def test_every_promise_is_proved(proof: Proof) -> None:
    promises = {result.subject: result for result in proof.results if result.kind is CheckKind.PROMISE}
    assert list(promises) == list(SHIPPED.release.safeguards.promises)
    assert [key for key, result in promises.items() if result.text != "Holds for every possible patient."] == []


def test_nothing_blocks_and_only_known_twins_are_reported(proof: Proof) -> None:
    assert proof.holds
    unproved = {(result.kind, result.subject, result.others) for result in proof.results if not result.proved}
    assert unproved == {(CheckKind.REDUNDANT, "bleed-severity", ("bleed-serial-imaging",))}


def test_every_rule_and_derived_finding_is_checked(proof: Proof) -> None:
    subjects: dict[CheckKind, set[str]] = {}
    for result in proof.results:
        subjects.setdefault(result.kind, set()).add(result.subject)
    rules = SHIPPED.release.rules.values()
    assert subjects[CheckKind.DEAD_RULE] == {rule.key for rule in rules}
    assert subjects[CheckKind.OVERRULED] == {rule.key for rule in rules if rule.takes_part}
    assert subjects[CheckKind.DERIVED] == {"prognosis", "symptomatic_site"}


def test_the_second_checker_confirms_everything(proof: Proof) -> None:
    assert proof.agreed == len(proof.results)


def without(rule_key: str, text: str) -> Release:
    """The shipped content with one term taken out of a rule."""
    document: Document = deepcopy(SHIPPED.document)
    (rule,) = [rule for pathway in document["pathways"] for rule in pathway["rules"] if rule["key"] == rule_key]
    terms = rule["when"].strip().split(" and ")
    assert text in terms
    rule["when"] = " and ".join(term for term in terms if term != text)
    return build_release(document)


@pytest.mark.parametrize(
    ("rule", "term", "finding"),
    [
        ("bleed-it-resume", "deposits is linear", "deposits"),
        ("bleed-it-resume", "neuro_exam is stable", "neuro_exam"),
        ("bleed-it-resume", "lm_diagnosis is established", "lm_diagnosis"),
        ("init-it-selected", "intracranial_bleed is none", "intracranial_bleed"),
    ],
)
def test_a_rule_without_one_of_its_grounds_yields_a_patient(rule: str, term: str, finding: str) -> None:
    mutant = without(rule, term)
    broken = {result.subject: result for result in prove(mutant).results if result.blocking and not result.proved}
    assert broken
    assert set(broken) == set(broken_promises(mutant))
    for result in broken.values():
        assert result.witness is not None
        assert result.witness.rules == (rule,)
        verdict = evaluate_record(mutant, result.witness.record)["verdicts"]["intrathecal_chemotherapy"]
        assert verdict["stance"] == "consider"
    smallest = min((result.witness.record["findings"] for result in broken.values() if result.witness), key=len)
    assert finding not in smallest
    danger = milder_patient(SHIPPED.release, mutant)
    assert danger is not None
    assert danger.interventions == ("intrathecal_chemotherapy",)
