"""The missing findings: what each would help to settle, and why a recorded answer does not settle it."""

from dataclasses import dataclass

from pathways.engine.evaluation import Evaluation, MissingFinding
from pathways.engine.explain import condition_in_words
from pathways.engine.truth import UNKNOWN
from patients.findings import Board
from patients.presenters.advice.facts import question_href
from patients.states import WhyUnknown

NAMED_VERDICTS = 3


@dataclass(frozen=True, slots=True)
class MissingRow:
    """`standing` says why a recorded answer does not count; `why` what was recorded instead of a value."""

    label: str
    href: str
    helps: str
    standing: str
    why: str


@dataclass(frozen=True, slots=True)
class NextMissing:
    """The question that settles most: "CSF flow", "5 verdicts", of how many that are missing."""

    label: str
    href: str
    verdicts: str
    left: str


def next_missing(board: Board) -> NextMissing | None:
    """The most decisive finding whose question is open: one that was recorded as not known waits behind the others."""
    waiting = sorted(board.evaluation.missing, key=lambda one: (later(board, one.code), -len(one.settles)))
    if not waiting:
        return None
    first = waiting[0]
    return NextMissing(
        label=board.evaluation.release.vocabulary.findings[first.code].label,
        href=question_href(first.code),
        verdicts="1 verdict" if len(first.settles) == 1 else f"{len(first.settles)} verdicts",
        left=f"{len(waiting)}\N{NO-BREAK SPACE}missing",
    )


def later(board: Board, code: str) -> int:
    """0 is asked now, 1 was said to be not known, 2 may turn out not to be asked at all."""
    asked_when = board.evaluation.release.vocabulary.findings[code].asked_when
    if asked_when is not None and board.evaluation.truth_of(asked_when) is UNKNOWN:
        return 2
    return 1 if why_unknown_words(board, code) else 0


def missing_row(board: Board, one: MissingFinding) -> MissingRow:
    evaluation = board.evaluation
    interventions = [evaluation.release.vocabulary.interventions[code].label for code in one.settles]
    finding = evaluation.release.vocabulary.findings[one.code]
    asked_unknown = finding.asked_when is not None and evaluation.truth_of(finding.asked_when) is UNKNOWN
    asking = evaluation.awaited(finding.asked_when) if finding.asked_when is not None and asked_unknown else frozenset()
    first_asking = evaluation.release.vocabulary.in_order(asking)
    return MissingRow(
        label=finding.label,
        href=question_href(first_asking[0] if first_asking else one.code),
        helps=f"would help settle {counted(interventions)}",
        standing=standing_words(evaluation, one.code, asked_unknown=asked_unknown),
        why=why_unknown_words(board, one.code),
    )


def why_unknown_words(board: Board, code: str) -> str:
    stored = board.assessment.findings.get(code)
    return WhyUnknown(stored["why_unknown"]).label.lower() if stored and stored["why_unknown"] else ""


def counted(labels: list[str]) -> str:
    """ "12 verdicts: Systemic therapy, Corticosteroids, Neuroimaging and 9 more"."""
    if len(labels) == 1:
        return labels[0]
    more = f" and {len(labels) - NAMED_VERDICTS} more" if len(labels) > NAMED_VERDICTS else ""
    return f"{len(labels)} verdicts: {', '.join(labels[:NAMED_VERDICTS])}{more}"


def standing_words(evaluation: Evaluation, code: str, *, asked_unknown: bool) -> str:
    finding = evaluation.release.vocabulary.findings[code]
    if asked_unknown and finding.asked_when is not None:
        return f"asked only while {condition_in_words(finding.asked_when, evaluation.release.vocabulary)}"
    return "the recorded answer does not count any more" if evaluation.recorded[code].observation else ""
