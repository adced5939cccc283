"""Proves what a release promises, over every possible patient, and shows a witness where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from time import monotonic

from pathways.engine.claims import Breaks
from pathways.engine.derived_checks import derived_checks
from pathways.engine.promise_checks import promise_checks, says_nothing
from pathways.engine.proofs import (
    CheckersDisagree,
    CheckKind,
    CheckResult,
    NotDecided,
    Proof,
    ProofCancelled,
    Witness,
)
from pathways.engine.prover import Check, Prover, failed
from pathways.engine.release import Release
from pathways.engine.rule_checks import rule_checks
from pathways.engine.thresholds import threshold_checks

__all__ = [
    "CheckKind",
    "CheckResult",
    "CheckersDisagree",
    "Proof",
    "ProofCancelled",
    "Witness",
    "broken_promises",
    "prove",
]

Progress = Callable[[int, int, str], None]
SECONDS = 20.0


def prove(
    release: Release,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    seconds: float = SECONDS,
) -> Proof:
    """Decide every check of a release.

    ``progress`` is told how many checks are done, of how many, and which is next. ``seconds`` is the time that the
    solver has for one answer; what it cannot decide in that time is not proved. Raises ProofCancelled, and
    CheckersDisagree where the solver is contradicted by the second checker or by the evaluator.
    """
    started = monotonic()
    prover = Prover(release, seconds)
    checks = list(chain(promise_checks(prover), rule_checks(prover), derived_checks(prover), threshold_checks(prover)))
    results: list[CheckResult] = []
    agreed = 0
    for done, check in enumerate(checks):
        if cancelled is not None and cancelled():
            raise ProofCancelled
        if progress is not None:
            progress(done, len(checks), f"{check.kind.value}: {check.subject}")
        unconfirmed = prover.unconfirmed
        found = decided(check, prover)
        agreed += len(found) if prover.unconfirmed == unconfirmed else 0
        results.extend(found)
    if progress is not None:
        progress(len(checks), len(checks), "")
    return Proof(release.sha256, prover.logic.version, tuple(results), monotonic() - started, agreed)


def decided(check: Check, prover: Prover) -> list[CheckResult]:
    try:
        return check.decide()
    except NotDecided:
        prover.unconfirmed += 1
        text = f"Not decided within {prover.seconds:g} seconds, so it does not count as proved."
        return [failed(check.kind, check.subject, text)]


def broken_promises(release: Release, *, seconds: float = SECONDS) -> tuple[str, ...]:
    """The keys of the promises that some patient breaks: only that, and so in a few hundredths of a second.

    A promise that is not decided in time counts as broken.
    """
    prover = Prover(release, seconds)
    return tuple(
        key
        for key, promise in release.safeguards.promises.items()
        if says_nothing(promise) or not is_kept(prover, Breaks(promise))
    )


def is_kept(prover: Prover, claim: Breaks) -> bool:
    try:
        return prover.search.anyone(claim.stated(prover.encoding)) is None
    except NotDecided:
        return False
