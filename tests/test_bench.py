"""./dev bench: lists what can be measured, and says how a measurement stands to its goal."""

from __future__ import annotations

import pytest

from bench import __main__ as bench
from bench import gate
from pathways.engine import prove
from pathways.engine.proofs import CheckKind
from tests.gate.contents import proof, proves, result


def test_alone_it_lists_the_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([]) == 0
    assert "./dev bench gate" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["speed"], ["gate", "twice"]])
def test_an_unknown_benchmark_is_refused_with_the_list(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(arguments) == 2
    assert "Benchmarks: audit, gate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("goal", "must", "verdict", "status"),
    [(60.0, 90.0, "goal met", 0), (0.0, 90.0, "must kept, goal missed", 0), (0.0, 0.0, "must MISSED", 1)],
)
def test_the_gate_is_measured_against_its_goal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    goal: float,
    must: float,
    verdict: str,
    status: int,
) -> None:
    monkeypatch.setattr(prove, "prove", proves(proof(result(CheckKind.PROMISE, "one", proved=True))))
    monkeypatch.setattr(gate, "GOAL", goal)
    monkeypatch.setattr(gate, "MUST", must)
    assert bench.main(["gate"]) == status
    out = capsys.readouterr().out
    assert out.count("run ") == gate.RUNS
    assert verdict in out
