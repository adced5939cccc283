"""What the pages beside the form say: the answer to be withdrawn, the answers to be confirmed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Board, does_not_count
from patients.findings.answers import value_in_words
from patients.models import Assessment
from patients.models.assessments import StoredAnswer
from patients.presenters.assessment.question_notes import is_carried, why_it_does_not_count


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    label: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConfirmRow:
    """`becomes` says what confirming does to the date: an event keeps it."""

    code: str
    label: str
    answer: str
    becomes: str
    warning: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """`not_counting` needs new results. `ticked_sentence` says that nothing is confirmed yet."""

    rows: tuple[ConfirmRow, ...]
    not_counting: tuple[ConfirmRow, ...]
    ticked_sentence: str


def withdraw_page(assessment: Assessment, finding: Finding) -> WithdrawPage:
    return WithdrawPage(finding.label, with_day(finding, assessment.findings[finding.code]))


def confirm_page(board: Board, *, ticked: Collection[str] = (), all_ticked: bool = False) -> ConfirmPage:
    """Every answer that was carried forward and that nobody has confirmed since.

    Safety: ticking all of them only fills in this list; they are confirmed by a second act, after being read. HZ-2
    """
    stored = board.assessment.findings
    carried = [
        finding
        for code, finding in board.evaluation.release.vocabulary.findings.items()
        if is_carried(stored.get(code))
    ]
    rows: dict[bool, list[ConfirmRow]] = {False: [], True: []}
    for finding in carried:
        is_ticked = all_ticked or finding.code in ticked
        row = confirm_row(board, finding, stored[finding.code], is_ticked=is_ticked)
        rows[does_not_count(board.evaluation, finding.code)].append(row)
    return ConfirmPage(tuple(rows[False]), tuple(rows[True]), ticked_sentence(len(rows[False])) if all_ticked else "")


def ticked_sentence(number: int) -> str:
    them = "The answer is" if number == 1 else f"All {number} answers are"
    return f"{them} ticked, and nothing is confirmed yet. Take the tick away from what you have not looked at today."


def confirm_row(board: Board, finding: Finding, stored: StoredAnswer, *, is_ticked: bool) -> ConfirmRow:
    today = short_date(board.evaluation.as_of)
    return ConfirmRow(
        code=finding.code,
        label=finding.label,
        answer=with_day(finding, stored),
        becomes="keeps its date: it is an event" if finding.event else f"becomes an observation of {today}",
        warning=why_it_does_not_count(board.evaluation, finding),
        is_ticked=is_ticked,
    )


def with_day(finding: Finding, stored: StoredAnswer) -> str:
    day = date.fromisoformat(stored["observed_on"]) if stored["observed_on"] else None
    return f"{value_in_words(finding, stored)}, {short_date(day)}" if day else value_in_words(finding, stored)
