"""When a form was filled in on top of something that is not so any more: what each side changed since it was opened.

Where nobody else changed what this person changed, both changes stand. Where both changed one answer, nothing is saved
and a person chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

from accounts.models import User
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Answer, FormContext, value_in_words, vocabulary_for
from patients.findings.answers import Writing, accept, day_of
from patients.findings.form_context import (
    NOTHING_STORED,
    base_of,
    fingerprint,
    fingerprint_of_text,
    shown_of,
    standing_print,
)
from patients.models import Assessment, SavedChange
from patients.models.assessments import TEXT_LABELS, StoredAnswer

if TYPE_CHECKING:
    from patients.services.assessments.drafts import Submission

NOTHING = "Nothing recorded"
LONGEST_TEXT = 10_000


class MovedOn(Enum):
    """What changed since the form was opened."""

    OTHER_USER = "This form was opened by somebody else, who was signed in here before you. Nothing was saved."
    OTHER_PATIENT = "This form belongs to another patient or assessment. Nothing was saved."
    OTHER_RELEASE = (
        "The assessment was moved to other guidance since this form was opened. Nothing was saved yet. "
        "Answers to questions that this guidance does not ask cannot be kept: note them first."
    )
    NEWER_REVISION = "The assessment was changed since this form was opened. Nothing was saved yet."
    OTHER_DAY = "This form was opened on another day. Look at the dates before you save it today."
    KEY_USED_BEFORE = "This form was saved once already, with other answers. Nothing was saved yet."


class Side(Enum):
    """Who changed an answer since the form was opened."""

    BOTH = "both"
    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is saved and what the form says; `code` is the finding, or priorities or ceilings.

    `saved_by` and `saved_at` are empty for texts, of which the latest writer is not kept, and where nothing is saved.
    """

    label: str
    saved: str
    yours: str
    code: str = ""
    side: Side = Side.BOTH
    saved_by: str = ""
    saved_at: datetime | None = None


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


def check_is_fresh(submission: "Submission", assessment: Assessment, writing: Writing) -> tuple[Difference, ...]:
    """What others changed meanwhile and this form leaves as it is. Raises FormMovedOn where a person has to look.

    Safety: an answer that this person did not touch is never written back over a newer one. HZ-64
    """
    context = submission.context
    reason = None
    if context.release != assessment.release_id:
        reason = MovedOn.OTHER_RELEASE
    elif context.revision != assessment.revision:
        reason = MovedOn.NEWER_REVISION
    elif context.day != writing.today:
        reason = MovedOn.OTHER_DAY
    if reason is None:
        return ()
    found = beside_own(differences(submission, assessment, writing), submission, assessment, writing)
    is_apart = context.day == writing.today and all(one.side is not Side.BOTH for one in found)
    if reason is MovedOn.NEWER_REVISION and context.base is not None and is_apart:
        return tuple(one for one in found if one.side is Side.THEIRS)
    raise FormMovedOn(reason, found)


def beside_own(
    found: tuple[Difference, ...], submission: "Submission", assessment: Assessment, writing: Writing
) -> tuple[Difference, ...]:
    """What this very form saved a moment ago was changed by nobody else: the later one stands.

    Of a text, and of an answer that was cleared, it is not kept who wrote it last. They are its own where nobody else
    has written anything since the form was opened.
    """
    if submission.follows is None:
        return found
    earlier = SavedChange.objects.filter(assessment=assessment, key=submission.follows).first()
    if earlier is None:
        return found
    if assessment.revision == earlier.revision == submission.context.revision + 1:
        return tuple(replace(one, side=Side.MINE) for one in found)
    own = (writing.name, earlier.at)
    return tuple(replace(one, side=Side.MINE) if (one.saved_by, one.saved_at) == own else one for one in found)


def differences(submission: "Submission", assessment: Assessment, writing: Writing) -> tuple[Difference, ...]:
    findings = vocabulary_for(assessment).findings
    base = submission.context.base
    answers = [
        difference(findings[code], typed, assessment.findings.get(code), writing, base)
        for code, typed in submission.answers.items()
        if code in findings
    ]
    texts = [
        difference_of_text(code, saved, typed, base)
        for code, saved, typed in (
            ("priorities", assessment.priorities, submission.priorities),
            ("ceilings", assessment.ceilings, submission.ceilings),
        )
        if typed is not None
    ]
    return tuple(one for one in [*answers, *texts] if one is not None)


def difference(
    finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing, base: Mapping[str, str] | None
) -> Difference | None:
    # As it would be read into an empty record: beside a newer answer it may be refused, and that is no change.
    side = side_of(finding.code, print_of(finding, typed, writing), standing_print(stored), base)
    if side is None:
        return None
    outcome = accept(finding, typed, stored, writing)
    if outcome.refusal:
        yours = f"{outcome.refusal.entered or NOTHING}: {outcome.refusal.message}"
    else:
        yours = with_date(finding, outcome.stored, writing.today)
    saved = with_date(finding, stored, writing.today)
    if saved == yours and side is not Side.THEIRS:
        return None
    written_by, written_at = (stored["by"], datetime.fromisoformat(stored["at"])) if stored else ("", None)
    return Difference(finding.label, saved, yours, finding.code, side, written_by, written_at)


def side_of(code: str, mine: str, saved: str, base: Mapping[str, str] | None) -> Side | None:
    """None where nobody changed it. Where it is not known what the form was opened with, both changed everything."""
    if base is None:
        return Side.BOTH
    before = base.get(code, NOTHING_STORED)
    if mine == shown_of(before):
        return None if saved == before else Side.THEIRS
    return Side.MINE if saved == before else Side.BOTH


def touched(submission: "Submission", assessment: Assessment, writing: Writing) -> frozenset[str]:
    """What stands in the form otherwise than when it was opened; nothing where that is not known."""
    base = submission.context.base
    if base is None:
        return frozenset()
    now = prints_of(submission, assessment, writing)
    return frozenset(code for code, shown in now.items() if shown != shown_of(base.get(code, NOTHING_STORED)))


def prints_of(submission: "Submission", assessment: Assessment, writing: Writing) -> dict[str, str]:
    findings = vocabulary_for(assessment).findings
    answers = {
        code: print_of(findings[code], typed, writing) for code, typed in submission.answers.items() if code in findings
    }
    texts = {"priorities": submission.priorities, "ceilings": submission.ceilings}
    return answers | {
        name: fingerprint_of_text(readable_text(text)) for name, text in texts.items() if text is not None
    }


def print_of(finding: Finding, typed: Answer, writing: Writing) -> str:
    return fingerprint(accept(finding, typed, None, writing).stored)


def not_as_typed(submission: "Submission", assessment: Assessment, writing: Writing) -> frozenset[str]:
    """What stands in the record otherwise than in this form, whoever wrote it.

    Safety: a save that is repeated brings its form up to date, or its next save would write the old answers back. HZ-64
    """
    saved = base_of(assessment)
    shown = prints_of(submission, assessment, writing)
    return frozenset(code for code, one in shown.items() if one != shown_of(saved.get(code, NOTHING_STORED)))


def difference_of_text(code: str, saved: str, typed: str, base: Mapping[str, str] | None) -> Difference | None:
    yours = readable_text(typed)
    if saved == yours:
        return None
    side = side_of(code, fingerprint_of_text(yours), fingerprint_of_text(saved), base) or Side.BOTH
    return Difference(TEXT_LABELS[code], saved or NOTHING, yours or NOTHING, code, side)


def readable_text(text: str) -> str:
    """Line ends as one character, and no characters that no database takes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one.isprintable() or one in "\n\t")[:LONGEST_TEXT].rstrip()


def with_date(finding: Finding, stored: StoredAnswer | None, today: date) -> str:
    if stored is None:
        return NOTHING
    words = value_in_words(finding, stored)
    day = day_of(stored)
    dated = f"{words}, {short_date(day)}" if day else words
    return f"{dated} (not accepted: “{stored['refused']['entered']}”)" if stored["refused"] else dated
