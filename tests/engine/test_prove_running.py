"""A proof under way: progress, cancelling, answers that do not come, and checkers that contradict each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pathways.engine
from pathways.engine.prove import CheckersDisagree, CheckKind, ProofCancelled, broken_promises, prove
from pathways.engine.prover import Prover
from pathways.engine.release import Release
from pathways.engine.search import Patient, Search
from tests.engine import documents as d
from tests.engine.proving import of_kind, promise, release_with

COLOURS = ("red", "amber", "green")
YES, NO = "bleed is yes", "bleed is no"
OFFERED = {"stances": ["recommend", "consider"]}
BLEED_AND_FLOW = [d.finding("bleed"), d.finding("flow", *COLOURS)]


def simple() -> Release:
    never = promise("never", "never", when=YES, **OFFERED)
    return release_with(
        BLEED_AND_FLOW,
        d.rule("give", "recommend", "flow is green"),
        d.rule("stop", "avoid", YES),
        promises=(never,),
    )


def test_progress_is_told_and_ends() -> None:
    told: list[tuple[int, int, str]] = []
    prove(simple(), progress=lambda *step: told.append(step))
    assert told[0] == (0, len(told) - 1, "promise: never")
    assert told[-1][0] == told[-1][1] == len(told) - 1


def test_a_proof_can_be_cancelled() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(ProofCancelled):
        prove(simple(), cancelled=cancelled)
    assert len(asked) == 3


def test_the_proof_names_its_content_and_its_checker() -> None:
    release = simple()
    proof = prove(release)
    assert proof.content_sha256 == release.sha256
    assert proof.checker.startswith("z3 ")
    assert proof.seconds > 0


def test_what_the_solver_does_not_decide_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    import z3

    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    release = simple()
    proof = prove(release, seconds=3)
    assert not proof.holds
    undecided = of_kind(proof, CheckKind.PROMISE)["never"]
    assert undecided.text == "Not decided within 3 seconds, so it does not count as proved."
    assert proof.agreed == 0
    assert broken_promises(release) == ("never",)


def test_a_patient_the_solver_overlooks_is_found_by_the_second_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "answer", lambda _search: None)
    with pytest.raises(CheckersDisagree):
        prove(simple())


def test_a_patient_who_is_not_as_claimed_is_found_by_the_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "fewest", lambda *_: Patient({"bleed": 0}, {}))
    with pytest.raises(CheckersDisagree):
        prove(simple())


def test_too_many_patients_to_count_are_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pathways.engine.enumeration.MOST_PATIENTS", 3)
    proof = prove(simple())
    assert proof.holds
    assert proof.agreed < len(proof.results)


def test_broken_promises_are_named_without_a_whole_proof() -> None:
    kept, broken = promise("kept", "never", when=YES, **OFFERED), promise("broken", "never", when=NO, **OFFERED)
    rules = (d.rule("give", "recommend", "flow is green"), d.rule("stop", "avoid", YES))
    assert broken_promises(release_with(BLEED_AND_FLOW, *rules, promises=(kept, broken))) == ("broken",)


def test_two_proofs_share_nothing() -> None:
    one, other = Prover(simple(), 1), Prover(simple(), 1)
    assert one.logic.context is not other.logic.context


def test_only_one_module_knows_the_solver() -> None:
    engine = Path(pathways.engine.__file__ or "").parent
    importing = {
        path.name
        for path in engine.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and any(alias.name == "z3" for alias in node.names)
    }
    assert importing == {"logic.py"}
