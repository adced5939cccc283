"""Importing content files as drafts, which then go the same way as everything that is edited here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.content_files import Content
from pathways.editing.parts import Document, part_in_words, parts_of
from pathways.engine.release import content_hash
from pathways.models import Version
from pathways.permissions import NotAllowed, check_can_edit, why_open
from pathways.selectors.parts import STANDING, newest_approved, newest_versions, parts_in_force, release_built_on
from pathways.services.versions.storing import add_author, lock_open_version, new_version, supersede


@transaction.atomic
def import_content(content: Content, *, by: User | None) -> tuple[Version, ...]:
    """A draft of every part that differs; nobody's open draft is overwritten. Raises NotAllowed.

    Without a person it is whoever may run commands on the server. A folder without safeguards leaves them alone.
    """
    if by is not None:
        check_can_edit(by)
    now = timezone.now()
    current = hashes_worked_on()
    drafts = tuple(
        draft_of(part, document, by=by, at=now)
        for part, document in parts_of(content.document).items()
        if current.get(part) != content_hash(document) and (part != "safeguards" or "safeguards" in content.document)
    )
    if drafts:
        record(
            Event.CONTENT_IMPORTED,
            by=by,
            after={
                "sha256": content.release.sha256,
                "parts": {draft.part: {"number": draft.number, "sha256": draft.sha256} for draft in drafts},
            },
        )
    return drafts


def hashes_worked_on() -> dict[str, str]:
    in_force = {part: one.sha256 for part, one in parts_in_force(release_built_on()).items()}
    return in_force | {part: version.sha256 for part, version in newest_versions(STANDING).items()}


def draft_of(part: str, document: Document, *, by: User | None, at: datetime) -> Version:
    open_version = lock_open_version(part)
    if refusal := why_open(open_version):
        raise NotAllowed(refusal, [f"It is about {part_in_words(part)}."])
    if open_version is not None:
        supersede(open_version, at=at)
    version = new_version(part, document, by=by, at=at, based_on=open_version or newest_approved(part))
    if by is not None:
        add_author(version, by=by)
    return version
