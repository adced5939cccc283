"""What a proof of a release says: one result per check, and a witness patient where a check fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class CheckKind(Enum):
    """PROMISE, DEAD_RULE, OVERRULED and DERIVED block publishing; the others are for a person to look at."""

    PROMISE = "promise"
    DEAD_RULE = "dead rule"
    OVERRULED = "always overruled"
    DERIVED = "derived value"
    DEAD_ALTERNATIVE = "dead alternative"
    REDUNDANT = "always together"
    HOLE = "hole"
    OVERLAP = "overlap"

    @property
    def blocks(self) -> bool:
        return self in (CheckKind.PROMISE, CheckKind.DEAD_RULE, CheckKind.OVERRULED, CheckKind.DERIVED)


@dataclass(frozen=True, slots=True)
class Witness:
    """A patient with as few recorded findings as possible, for whom a check fails.

    ``record`` is an input of `records.read_record`. ``interventions`` are those at fault; ``rules`` are the rules that
    apply to them and matter, the governing ones first.
    """

    record: dict[str, Any]
    interventions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``subject`` is a promise key, a rule key, a derived finding's code, or the name of a hole or an overlap.

    ``text`` is one sentence; ``others`` are what the sentence is about beside the subject: rule keys, or alternatives.
    A promise is ``vacuous`` that is kept only because there is no patient it speaks of.
    """

    kind: CheckKind
    subject: str
    proved: bool
    blocking: bool
    text: str
    witness: Witness | None = None
    others: tuple[str, ...] = ()
    vacuous: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """``agreed`` counts the checks that the second checker, which has no solver, confirmed."""

    content_sha256: str
    checker: str
    results: tuple[CheckResult, ...]
    seconds: float
    agreed: int

    @property
    def holds(self) -> bool:
        return not any(result.blocking and not result.proved for result in self.results)


class ProofCancelled(Exception):
    """Somebody stopped the proof before its end."""


class CheckersDisagree(RuntimeError):
    """The solver and the second checker, or a witness and the evaluator, contradict each other: a fault of ours."""


class NotDecided(Exception):
    """The solver gave up within its time: nothing is proved."""
