"""The end of a draft: submitted for review, or discarded."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.editing.wellformed import LONGEST_TEXT, is_seen
from pathways.models import Version
from pathways.permissions import NotAllowed, Refusal, check_can_change, check_can_submit
from pathways.selectors.parts import newest_approved
from pathways.selectors.versions import problems_of
from pathways.services.versions.storing import decide, lock_version
from pathways.states import VersionState

MOST_PROBLEMS_NAMED = 20


@transaction.atomic
def submit_version(version: Version, *, by: User, note: str, seen_sha256: str) -> Version:
    """Freeze a draft for its reviewers. Raises NotAllowed, with the problems that remain."""
    locked = lock_version(version.pk)
    check_can_submit(by, locked)
    if locked.sha256 != seen_sha256:
        raise NotAllowed(Refusal.MOVED_ON)
    refuse_bad_note(note, Refusal.NO_NOTE)
    refuse_unfinished(locked)
    locked.state = VersionState.SUBMITTED
    locked.note = note.strip()
    locked.submitted_at = timezone.now()
    locked.submitted_by_name = by.display_name
    locked.save(update_fields=["state", "note", "submitted_at", "submitted_by_name"])
    record(
        Event.VERSION_SUBMITTED,
        by=by,
        target=str(locked.pk),
        after={"part": locked.part, "number": locked.number, "sha256": locked.sha256},
        reason=locked.note,
    )
    return locked


def refuse_unfinished(version: Version) -> None:
    approved = newest_approved(version.part)
    if approved is not None and approved.sha256 == version.sha256:
        raise NotAllowed(Refusal.NOTHING_CHANGED)
    if problems := problems_of(version):
        raise NotAllowed(Refusal.HAS_PROBLEMS, [str(problem) for problem in problems[:MOST_PROBLEMS_NAMED]])


@transaction.atomic
def discard_version(version: Version, *, by: User, reason: str) -> Version:
    """Give a draft up; it stays readable. Raises NotAllowed."""
    locked = lock_version(version.pk)
    check_can_change(by, locked)
    refuse_bad_note(reason, Refusal.NO_REASON)
    decide(locked, VersionState.DISCARDED, at=timezone.now())
    record(
        Event.VERSION_DISCARDED,
        by=by,
        target=str(locked.pk),
        after={"part": locked.part, "number": locked.number, "sha256": locked.sha256},
        reason=reason.strip(),
    )
    return locked


def refuse_bad_note(text: str, missing: Refusal) -> None:
    if not text.strip():
        raise NotAllowed(missing)
    if len(text) > LONGEST_TEXT or not is_seen(text.replace("\r\n", "\n")):
        raise NotAllowed(Refusal.BAD_TEXT)
