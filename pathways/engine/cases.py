"""Runs the worked cases of a release: for each invented patient, where the verdicts differ from the expected ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.observations import BadFinding
from pathways.engine.records import RESULTS, read_record
from pathways.engine.release import Release
from pathways.engine.safeguards import Case, ExpectedVerdict
from pathways.engine.truth import TRUE

NOT_LISTED = ExpectedVerdict(None, settled=True)
RESULT_WORDS = {"applies": "applies", "does_not_apply": "does not apply", "unknown": "not known yet"}


@dataclass(frozen=True, slots=True)
class Difference:
    """``subject`` is the code of an intervention or the key of a rule; everything else is words."""

    subject: str
    expected: str
    given: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """``fault`` says why a case could not be run at all; ``applying`` are the rules that are true for this patient."""

    case: Case
    differences: tuple[Difference, ...] = ()
    fault: str = ""
    applying: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        return not self.differences and not self.fault


def run_cases(release: Release) -> tuple[CaseResult, ...]:
    """Every case of the release, in the order of the document."""
    return tuple(run_case(release, case) for case in release.safeguards.cases.values())


def run_case(release: Release, case: Case) -> CaseResult:
    try:
        evaluation = evaluate_case(release, case)
    except BadFinding as error:
        place = f"{error.finding}: " if error.finding else ""
        return CaseResult(case, fault=f"{place}{error.message}")
    applying = frozenset(key for key, truth in evaluation.rules.items() if truth is TRUE)
    return CaseResult(case, tuple(differences_of(case, evaluation)), applying=applying)


def evaluate_case(release: Release, case: Case) -> Evaluation:
    """The case's patient, evaluated; raises BadFinding where the record does not fit the vocabulary."""
    read = read_record(release, case.record)
    return evaluate(release, read.observations, read.as_of)


def differences_of(case: Case, evaluation: Evaluation) -> Iterator[Difference]:
    yield from verdict_differences(case, evaluation)
    yield from rule_differences(case, evaluation)


def verdict_differences(case: Case, evaluation: Evaluation) -> Iterator[Difference]:
    interventions = evaluation.release.vocabulary.interventions
    for code, verdict in evaluation.verdicts.items():
        given = ExpectedVerdict(verdict.stance.value if verdict.stance else None, verdict.settled)
        expected = case.expect.get(code, NOT_LISTED)
        if given != expected:
            yield difference(code, interventions[code].label, verdict_in_words(expected), verdict_in_words(given))
    for code in case.expect:
        if code not in interventions:
            yield difference(code, code, verdict_in_words(case.expect[code]), "no such intervention")


def rule_differences(case: Case, evaluation: Evaluation) -> Iterator[Difference]:
    for key, result in case.expect_rules.items():
        truth = evaluation.rules.get(key)
        given = RESULTS[truth] if truth is not None else "no such rule"
        if given != result:
            yield difference(key, f"Rule {key}", RESULT_WORDS.get(result, result), RESULT_WORDS.get(given, given))


def difference(subject: str, label: str, expected: str, given: str) -> Difference:
    return Difference(subject, expected, given, f"{label}: expected {expected}; given {given}")


def verdict_in_words(verdict: ExpectedVerdict) -> str:
    """ "consider, not settled"; without a stance the content does not address the intervention."""
    return f"{verdict.stance or 'not addressed'}, {'settled' if verdict.settled else 'not settled'}"
