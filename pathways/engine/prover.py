"""Asks the solver whether a claimed patient exists, and holds every answer against the second checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pathways.engine.claims import Applies, Claim
from pathways.engine.enumeration import SecondChecker
from pathways.engine.evaluation import Evaluation
from pathways.engine.logic import Logic
from pathways.engine.proofs import CheckersDisagree, CheckKind, CheckResult, Witness
from pathways.engine.regions import regions_of
from pathways.engine.release import Release
from pathways.engine.replay import Replay
from pathways.engine.search import Patient, Search, record_of
from pathways.engine.symbolic import Anybody, Encoding
from pathways.engine.truth import TRUE


@dataclass(frozen=True, slots=True)
class Example:
    """A patient of whom a claim is true, as the evaluator sees them."""

    record: dict[str, Any]
    evaluation: Evaluation

    def witness(self, interventions: tuple[str, ...] = (), rules: tuple[str, ...] = ()) -> Witness:
        return Witness(self.record, interventions, rules)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to decide. ``decide`` may find several results, or none where another check says it already."""

    kind: CheckKind
    subject: str
    decide: Callable[[], list[CheckResult]]


class Prover:
    """``unconfirmed`` counts the answers that the second checker had too many patients to look at for.

    ``seen`` holds for each rule a bit for every example so far: whether the rule applied to it.
    """

    def __init__(self, release: Release, seconds: float) -> None:
        self.release = release
        self.seconds = seconds
        self.regions = regions_of((release,))
        self.logic = Logic()
        self.anybody = Anybody(self.logic, self.regions)
        self.encoding = Encoding(release, self.logic, self.anybody)
        self.search = Search(self.logic, self.anybody, seconds)
        self.second = SecondChecker(release, self.regions)
        self.unconfirmed = 0
        self.examples = 0
        self.seen: dict[str, int] = dict.fromkeys(release.rules, 0)

    def example(self, claim: Claim, *, fewest: bool = False) -> Example | None:
        """A patient as claimed, or None if there is none; raises NotDecided."""
        formula = claim.stated(self.encoding)
        patient = self.search.fewest(formula) if fewest else self.search.anyone(formula)
        if patient is None:
            self.confirm_absence(claim)
            return None
        return self.replayed(claim, patient)

    def exists(self, claim: Claim) -> bool:
        return self.example(claim) is not None

    def applies_to_some(self, rule: str, without: tuple[str, ...] = ()) -> bool:
        """Whether there is a patient to whom the rule applies and none of the others does; examples are at hand."""
        examples = self.seen[rule]
        for key in without:
            examples &= ~self.seen[key]
        return examples != 0 or self.exists(Applies(rule, without))

    def confirm_absence(self, claim: Claim) -> None:
        exists = self.second.exists(claim)
        if exists:
            raise CheckersDisagree(f"The solver finds no patient for {claim}, but there is one.")
        self.unconfirmed += exists is None

    def replayed(self, claim: Claim, patient: Patient) -> Example:
        record = record_of(self.release, self.regions, patient)
        replay = Replay.of(self.release, record, self.regions)
        if not claim.stated(replay):
            raise CheckersDisagree(f"The patient {record} is not as claimed by {claim}.")
        for key, truth in replay.evaluation.rules.items():
            self.seen[key] |= (truth is TRUE) << self.examples
        self.examples += 1
        return Example(record, replay.evaluation)


def passed(kind: CheckKind, subject: str, text: str) -> CheckResult:
    return CheckResult(kind, subject, proved=True, blocking=kind.blocks, text=text)


def failed(
    kind: CheckKind, subject: str, text: str, witness: Witness | None = None, others: tuple[str, ...] = ()
) -> CheckResult:
    return CheckResult(kind, subject, proved=False, blocking=kind.blocks, text=text, witness=witness, others=others)
