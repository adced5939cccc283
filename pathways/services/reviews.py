"""Reviewing a submitted version: two people who did not write it approve the exact text, or it goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.models import Review, Version
from pathways.permissions import NotAllowed, Refusal, check_can_decide, check_can_review
from pathways.selectors.parts import document_of_version
from pathways.selectors.reviews import APPROVALS_NEEDED, approvals_of, required_checklist
from pathways.services.versions.closing import refuse_bad_note
from pathways.services.versions.storing import decide, lock_version, new_version
from pathways.states import ReviewDecision, VersionState

Checklist = Mapping[str, Sequence[str]]


@transaction.atomic
def start_review(version: Version, *, by: User) -> Version:
    """From now on the editors leave the version alone. Starting a review that was started changes nothing."""
    locked = lock_version(version.pk)
    check_can_review(by, locked)
    if locked.state == VersionState.UNDER_REVIEW:
        return locked
    locked.state = VersionState.UNDER_REVIEW
    locked.save(update_fields=["state"])
    record(
        Event.REVIEW_STARTED,
        by=by,
        target=str(locked.pk),
        after={"part": locked.part, "number": locked.number, "sha256": locked.sha256},
    )
    return locked


@transaction.atomic
def approve_version(
    version: Version, *, by: User, seen_sha256: str, checklist: Checklist, comment: str = ""
) -> Version:
    """Approve the text that was read. With enough approvals of it the version is approved. Raises NotAllowed."""
    locked = lock_version(version.pk)
    check_can_decide(by, locked)
    refuse_other_text(locked, seen_sha256)
    refuse_open_questions(locked, checklist)
    if comment.strip():
        refuse_bad_note(comment, Refusal.NO_TEXT)
    answered = {entry: list(questions) for entry, questions in required_checklist(locked).items()}
    _decided(locked, ReviewDecision.APPROVED, by=by, checklist=answered, comment=comment)
    approvals = approvals_of(locked).count()
    if approvals >= APPROVALS_NEEDED:
        decide(locked, VersionState.APPROVED, at=timezone.now())
    record(
        Event.VERSION_APPROVED,
        by=by,
        target=str(locked.pk),
        after={
            "part": locked.part,
            "number": locked.number,
            "sha256": locked.sha256,
            "approvals": approvals,
            "state": str(locked.state),
        },
        reason=comment.strip(),
    )
    return locked


@transaction.atomic
def return_version(version: Version, *, by: User, seen_sha256: str, comment: str) -> Version:
    """Give it back with comments; returns the draft with the same text that its editors go on with."""
    locked = lock_version(version.pk)
    check_can_decide(by, locked)
    refuse_other_text(locked, seen_sha256)
    refuse_bad_note(comment, Refusal.NO_REASON)
    now = timezone.now()
    _decided(locked, ReviewDecision.RETURNED, by=by, checklist={}, comment=comment)
    decide(locked, VersionState.RETURNED, at=now)
    draft = new_version(locked.part, document_of_version(locked), by=by, at=now, based_on=locked)
    record(
        Event.VERSION_RETURNED,
        by=by,
        target=str(locked.pk),
        after={"part": locked.part, "number": locked.number, "sha256": locked.sha256, "draft": str(draft.pk)},
        reason=comment.strip(),
    )
    return draft


def refuse_other_text(version: Version, seen_sha256: str) -> None:
    if seen_sha256 != version.sha256:
        raise NotAllowed(Refusal.TEXT_CHANGED)


def refuse_open_questions(version: Version, checklist: Checklist) -> None:
    missing = [
        entry
        for entry, questions in required_checklist(version).items()
        if not set(questions) <= set(checklist.get(entry, ()))
    ]
    if missing:
        raise NotAllowed(Refusal.CHECKLIST_OPEN, [f"{entry}." for entry in missing])


def _decided(
    version: Version, decision: ReviewDecision, *, by: User, checklist: dict[str, list[str]], comment: str
) -> None:
    Review.objects.create(
        version=version,
        reviewer=by,
        reviewer_name=by.display_name,
        reviewer_role=by.audit_role,
        sha256=version.sha256,
        decision=decision,
        checklist=checklist,
        comment=comment.strip(),
    )
