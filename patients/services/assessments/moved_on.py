"""When a form was filled in on top of something that is not so any more: refused, with both versions shown."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from accounts.models import User
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Answer, FormContext, release_of, value_in_words
from patients.findings.answers import Writing, accept, day_of
from patients.models import Assessment
from patients.models.assessments import TEXT_LABELS, StoredAnswer

if TYPE_CHECKING:
    from patients.services.assessments.drafts import Submission

NOTHING = "Nothing recorded"


class MovedOn(Enum):
    """What changed since the form was opened."""

    OTHER_USER = "This form was opened by somebody else, who was signed in here before you. Nothing was saved."
    OTHER_PATIENT = "This form belongs to another patient or assessment. Nothing was saved."
    OTHER_RELEASE = "The assessment was moved to other guidance since this form was opened. Nothing was saved yet."
    NEWER_REVISION = "The assessment was changed since this form was opened. Nothing was saved yet."
    OTHER_DAY = "This form was opened on another day. Look at the dates before you save it today."
    KEY_USED_BEFORE = "This form was saved once already, with other answers. Nothing was saved yet."


@dataclass(frozen=True, slots=True)
class Difference:
    """What is saved and what the form says; `code` is the finding, or priorities or ceilings."""

    label: str
    saved: str
    yours: str
    code: str = ""


class FormMovedOn(Exception):
    """Nothing was saved. `differences` is empty where the form must not be saved at all (another user or patient)."""

    def __init__(self, reason: MovedOn, differences: tuple[Difference, ...] = ()) -> None:
        self.reason = reason
        self.differences = differences
        super().__init__(reason.value)


def check_belongs_here(context: FormContext, assessment: Assessment, *, by: User) -> None:
    """Nothing of another person's or another patient's form is ever saved or even compared."""
    if context.user != by.pk:
        raise FormMovedOn(MovedOn.OTHER_USER)
    if context.assessment != assessment.pk or context.patient != assessment.patient_id:
        raise FormMovedOn(MovedOn.OTHER_PATIENT)


def check_is_fresh(submission: "Submission", assessment: Assessment, writing: Writing) -> None:
    context = submission.context
    reason = None
    if context.release != assessment.release_id:
        reason = MovedOn.OTHER_RELEASE
    elif context.revision != assessment.revision:
        reason = MovedOn.NEWER_REVISION
    elif context.day != writing.today:
        reason = MovedOn.OTHER_DAY
    if reason is not None:
        raise FormMovedOn(reason, differences(submission, assessment, writing))


def differences(submission: "Submission", assessment: Assessment, writing: Writing) -> tuple[Difference, ...]:
    findings = release_of(assessment).vocabulary.findings
    answers = [
        difference(findings[code], typed, assessment.findings.get(code), writing)
        for code, typed in submission.answers.items()
        if code in findings
    ]
    texts = [
        Difference(label, saved or NOTHING, yours or NOTHING, code)
        for code, label, saved, yours in (
            ("priorities", TEXT_LABELS["priorities"], assessment.priorities, submission.priorities),
            ("ceilings", TEXT_LABELS["ceilings"], assessment.ceilings, submission.ceilings),
        )
        if yours is not None and saved != yours
    ]
    return tuple(one for one in [*answers, *texts] if one is not None)


def difference(finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing) -> Difference | None:
    outcome = accept(finding, typed, stored, writing)
    if outcome.refusal:
        yours = f"{outcome.refusal.entered or NOTHING}: {outcome.refusal.message}"
    else:
        yours = with_date(finding, outcome.stored, writing.today)
    saved = with_date(finding, stored, writing.today)
    return Difference(finding.label, saved, yours, finding.code) if saved != yours else None


def with_date(finding: Finding, stored: StoredAnswer | None, today: date) -> str:
    if stored is None:
        return NOTHING
    words = value_in_words(finding, stored)
    day = day_of(stored)
    return f"{words}, {short_date(day)}" if day else words
