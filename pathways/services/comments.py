"""Remarks on the entries of a version, by everybody who works on the guidance."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.models import Comment, Version
from pathways.permissions import NotAllowed, Refusal, check_can_work_on_content
from pathways.services.versions.closing import refuse_bad_note

LONGEST_ENTRY = 160
LONGEST_FIELD = 80


@transaction.atomic
def add_comment(version: Version, *, by: User, entry: str, field: str, text: str) -> Comment:
    """On a field of an entry such as "rules/init-systemic"; without an entry, on the part. Raises NotAllowed."""
    check_can_work_on_content(by)
    refuse_bad_note(text, Refusal.NO_TEXT)
    if len(entry) > LONGEST_ENTRY or len(field) > LONGEST_FIELD or not f"{entry}{field}".isprintable():
        raise NotAllowed(Refusal.BAD_TEXT)
    comment = Comment.objects.create(
        version=version, entry=entry, field=field, text=text.strip(), by=by, by_name=by.display_name
    )
    record(
        Event.COMMENT_ADDED,
        by=by,
        target=str(version.pk),
        after={"part": version.part, "entry": entry, "field": field, "comment": str(comment.pk)},
    )
    return comment


@transaction.atomic
def resolve_comment(comment: Comment, *, by: User) -> Comment:
    """Raises NotAllowed."""
    check_can_work_on_content(by)
    locked = Comment.objects.select_for_update().get(pk=comment.pk)
    if locked.resolved_at is not None:
        raise NotAllowed(Refusal.ALREADY_RESOLVED)
    locked.resolved_at = timezone.now()
    locked.resolved_by_name = by.display_name
    locked.save(update_fields=["resolved_at", "resolved_by_name"])
    record(Event.COMMENT_RESOLVED, by=by, target=str(locked.version_id), after={"comment": str(locked.pk)})
    return locked
