"""Decides the promises, and says in words how a patient breaks one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pathways.engine.claims import Breaks, IsTouched, meant
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.proofs import CheckKind, CheckResult
from pathways.engine.prover import Check, Example, Prover, failed, passed
from pathways.engine.replay import Replay
from pathways.engine.safeguards import Promise, PromiseKind

HOLDS = "Holds for every possible patient."
TOUCHES_NOBODY = "Holds, but only because there is no patient it speaks of."
SAYS_NOTHING = "It names no intervention or no stance, so it promises nothing."


def promise_checks(prover: Prover) -> Iterator[Check]:
    for key, promise in prover.release.safeguards.promises.items():
        yield Check(CheckKind.PROMISE, key, partial(decide, prover, promise))


def decide(prover: Prover, promise: Promise) -> list[CheckResult]:
    return [result_of(prover, promise)]


def result_of(prover: Prover, promise: Promise) -> CheckResult:
    if says_nothing(promise):
        return failed(CheckKind.PROMISE, promise.key, SAYS_NOTHING)
    example = prover.example(Breaks(promise), fewest=True)
    if example is not None:
        return broken(prover, promise, example)
    if prover.exists(IsTouched(promise)):
        return passed(CheckKind.PROMISE, promise.key, HOLDS)
    return replace(passed(CheckKind.PROMISE, promise.key, TOUCHES_NOBODY), vacuous=True)


def says_nothing(promise: Promise) -> bool:
    return not promise.interventions or (not promise.stances and promise.kind is not PromiseKind.ALWAYS)


def broken(prover: Prover, promise: Promise, example: Example) -> CheckResult:
    view = Replay(example.evaluation, prover.regions)
    should_be_meant = promise.kind is PromiseKind.ALWAYS
    at_fault = tuple(code for code in promise.interventions if meant(view, promise, code) is not should_be_meant)
    verdicts = [example.evaluation.verdicts[code] for code in at_fault]
    rules = tuple(rule.key for verdict in verdicts for rule in (*verdict.governing, *verdict.overruled))
    text = f"For this patient {' and '.join(advice(example.evaluation, verdict) for verdict in verdicts)}."
    return failed(CheckKind.PROMISE, promise.key, text, example.witness(at_fault, rules))


def advice(evaluation: Evaluation, verdict: Verdict) -> str:
    label = evaluation.release.vocabulary.interventions[verdict.intervention].label
    stance = f"is “{verdict.stance.value}”" if verdict.stance else "has no stance"
    return f"{label} {stance}, {'settled' if verdict.settled else 'not settled'}"
