"""Saving the draft: every readable answer is stored, every other one is refused with a sentence, in one step."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.payloads import canonical
from audit.services import record
from patients.findings import Answer, FormContext, Refusal, vocabulary_for
from patients.findings.answers import Writing, accept
from patients.models import Assessment, SavedChange
from patients.models.assessments import StoredAnswer
from patients.permissions import check_can_change_locked
from patients.services.assessments.moved_on import (
    FormMovedOn,
    MovedOn,
    check_belongs_here,
    check_is_fresh,
    differences,
    not_as_typed,
    readable_text,
    touched,
)
from patients.services.assessments.storing import changed_answers, refusals_of, store
from patients.services.locking import lock_assessment
from patients.services.moments import moment_of

OVERTAKEN = ""  # instead of a digest: under this key nothing takes effect any more


@dataclass(frozen=True, slots=True)
class Submission:
    """What a form sends. A finding not in `answers`, or a text that is None, was not in the form and stays as it is.

    With `resolve`, both versions were shown; `theirs` names the answers and texts that stay as they are saved.
    `follows` is the key of a save of the same form whose answer had not come yet when this one was sent.
    """

    context: FormContext
    key: UUID
    answers: Mapping[str, Answer]
    priorities: str | None
    ceilings: str | None
    resolve: bool = False
    theirs: frozenset[str] = frozenset()
    follows: UUID | None = None

    @property
    def digest(self) -> str:
        """Of the content alone: the context of a repeated request may have been renewed meanwhile."""
        answers = {code: [one.value, one.unit, one.observed_on, one.why_unknown] for code, one in self.answers.items()}
        content: dict[str, Any] = {"answers": answers, "texts": [self.priorities, self.ceilings]}
        chosen = {"theirs": sorted(self.theirs)} if self.theirs else {}
        return hashlib.sha256(canonical(content | chosen)).hexdigest()

    def without(self, codes: Collection[str]) -> "Submission":
        """These stay as they are saved."""
        return replace(
            self,
            answers={code: one for code, one in self.answers.items() if code not in codes},
            priorities=None if "priorities" in codes else self.priorities,
            ceilings=None if "ceilings" in codes else self.ceilings,
        )


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The assessment as it is now; `replayed` when this very save had taken effect before.

    `taken_over` names what others had changed meanwhile: it stands as they saved it, and the form does not show it yet.
    """

    assessment: Assessment
    refusals: dict[str, Refusal]
    replayed: bool = False
    taken_over: frozenset[str] = frozenset()


def save_draft(assessment: Assessment, *, by: User, submission: Submission, at: datetime | None = None) -> SavedDraft:
    """Raises NotAllowed, or FormMovedOn with both versions when the form is older than what is stored.

    `at` is for demo patients: `moments`.
    """
    try:
        return _save(assessment, by=by, submission=submission, at=at)
    except IntegrityError:
        # The key was used before, under a context that had been renewed. Look again; nothing was written.
        with transaction.atomic():
            locked = lock_assessment(assessment.pk, by=by)
            replay = replay_of(submission, locked, writing_of(by, locked, timezone.now()))
            if replay is None:
                raise
            return replay


@transaction.atomic
def _save(assessment: Assessment, *, by: User, submission: Submission, at: datetime | None) -> SavedDraft:
    locked = lock_assessment(assessment.pk, by=by)
    check_belongs_here(submission.context, locked, by=by)
    writing = writing_of(by, locked, moment_of(at))
    # A repeated request always comes with an older revision: only then is it worth a look.
    is_older = submission.context.revision != locked.revision
    if is_older and (replay := replay_of(submission, locked, writing)):
        return replay
    check_can_change_locked(locked)
    taken_over = {one.code for one in check_is_fresh(submission, locked, writing)} | submission.theirs
    mine = submission.without(taken_over)
    before = dict(locked.findings)
    texts_before = {"priorities": locked.priorities, "ceilings": locked.ceilings}
    locked.findings, refusals = accepted(mine, locked, writing)
    if mine.priorities is not None:
        locked.priorities = readable_text(mine.priorities)
    if mine.ceilings is not None:
        locked.ceilings = readable_text(mine.ceilings)
    store(locked, by=by, at=writing.moment, read_revision=locked.revision)
    SavedChange.objects.create(
        assessment=locked, key=submission.key, digest=submission.digest, revision=locked.revision, at=writing.moment
    )
    overtake(submission, locked, writing.moment)
    old, new = changed_answers(before, locked.findings)
    old_texts, new_texts = changed_texts(texts_before, locked)
    record(
        Event.ASSESSMENT_SAVED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before=old | old_texts,
        after=new | new_texts,
        reason=reason_of(submission, taken_over),
    )
    return SavedDraft(locked, refusals, taken_over=frozenset(taken_over))


def overtake(submission: Submission, assessment: Assessment, moment: datetime) -> None:
    """The save before this one may still be on its way. All that it brings is in this one, as it was left.

    Safety: or an answer that was put back meanwhile would be changed after all, with nobody there to see it. HZ-64
    """
    if submission.follows is None:
        return
    earlier = {"assessment": assessment, "key": submission.follows}
    if not SavedChange.objects.filter(**earlier).exists():
        SavedChange.objects.create(**earlier, digest=OVERTAKEN, revision=assessment.revision, at=moment)


def touched_in_form(assessment: Assessment, *, by: User, submission: Submission) -> frozenset[str]:
    """The answers and texts that somebody changed in this form since it was opened."""
    return touched(submission, assessment, writing_of(by, assessment, timezone.now()))


def reason_of(submission: Submission, taken_over: Collection[str]) -> str:
    if submission.resolve:
        chosen = "Chosen answer by answer" if submission.theirs else "Own answers kept"
        return f"{chosen} after both versions were shown"
    return "Saved beside what somebody else had changed meanwhile" if taken_over else ""


def accepted(
    submission: Submission, assessment: Assessment, writing: Writing
) -> tuple[dict[str, StoredAnswer], dict[str, Refusal]]:
    vocabulary = vocabulary_for(assessment).findings
    findings: dict[str, StoredAnswer] = dict(assessment.findings)
    refusals: dict[str, Refusal] = {}
    for code, typed in submission.answers.items():
        if code not in vocabulary:
            refusals[code] = Refusal("The guidance has no such question.", typed.value)
            continue
        outcome = accept(vocabulary[code], typed, findings.get(code), writing)
        if outcome.stored is None:
            findings.pop(code, None)
        else:
            findings[code] = outcome.stored
        if outcome.refusal:
            refusals[code] = outcome.refusal
    return findings, refusals


def replay_of(submission: Submission, assessment: Assessment, writing: Writing) -> SavedDraft | None:
    """The current state, if this save took effect before. Other content under its key is no repetition."""
    saved = SavedChange.objects.filter(assessment=assessment, key=submission.key).first()
    if saved is None:
        return None
    if saved.digest != submission.digest:
        raise FormMovedOn(MovedOn.KEY_USED_BEFORE, differences(submission, assessment, writing))
    elsewhere = not_as_typed(submission, assessment, writing)
    return SavedDraft(assessment, refusals_of(assessment), replayed=True, taken_over=elsewhere)


def writing_of(user: User, assessment: Assessment, moment: datetime) -> Writing:
    return Writing(
        name=user.display_name,
        moment=moment,
        today=timezone.localdate(moment),
        birth_date=assessment.patient.birth_date,
    )


def changed_texts(before: Mapping[str, str], assessment: Assessment) -> tuple[dict[str, Any], dict[str, Any]]:
    now = {"priorities": assessment.priorities, "ceilings": assessment.ceilings}
    changed = [name for name in now if now[name] != before[name]]
    return {name: before[name] for name in changed}, {name: now[name] for name in changed}
