"""Decides whether every derived finding has one value for everybody, and whether both of its values occur."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pathways.engine.claims import GivesValue, HasNoOneValue
from pathways.engine.cones import closed, findings_among
from pathways.engine.proofs import CheckKind, CheckResult
from pathways.engine.prover import Check, Prover, failed, passed
from pathways.engine.vocabulary import Derived


def derived_checks(prover: Prover) -> Iterator[Check]:
    for code, derived in prover.release.vocabulary.derived.items():
        yield Check(CheckKind.DERIVED, code, partial(decide, prover, derived))


def decide(prover: Prover, derived: Derived) -> list[CheckResult]:
    code, values = derived.code, (derived.value, derived.otherwise)
    findings = findings_among(prover.release, closed(prover.release, [code]))
    example = prover.example(HasNoOneValue(code, values, findings), fewest=True)
    if example is not None:
        text = f"{derived.label} has no value, or two, although everything it depends on is recorded."
        return [failed(CheckKind.DERIVED, code, text, example.witness())]
    absent = tuple(value for value in values if not prover.exists(GivesValue(code, value)))
    if absent:
        text = f"No patient can ever have the value {' or '.join(derived.label_of(value) for value in absent)}."
        return [failed(CheckKind.DERIVED, code, text, others=absent)]
    text = "Has exactly one value once everything it depends on is recorded, and both values occur."
    return [passed(CheckKind.DERIVED, code, text)]
