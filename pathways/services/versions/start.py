"""Starting a version of a part, or a pathway that did not exist."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.editing.parts import PATHWAY_PREFIX, Document
from pathways.editing.wellformed import is_seen
from pathways.engine.problems import KEY
from pathways.models import Version
from pathways.permissions import NotAllowed, Refusal, check_can_edit, check_can_start
from pathways.selectors.parts import (
    STANDING,
    document_of_version,
    newest_approved,
    newest_versions,
    parts_in_force,
    release_built_on,
)
from pathways.services.versions.storing import add_author, lock_open_version, new_version, supersede

LONGEST_TITLE = 200


@transaction.atomic
def start_version(part: str, *, by: User) -> Version:
    """A draft of the newest version of a part. A submitted version is superseded by it."""
    check_can_edit(by)
    open_version = lock_open_version(part)
    check_can_start(by, open_version)
    version = draft_from(part, open_version, by=by, at=timezone.now())
    add_author(version, by=by)
    record(
        Event.VERSION_STARTED,
        by=by,
        target=str(version.pk),
        before={"superseded": str(open_version.pk)} if open_version else None,
        after={"part": part, "number": version.number, "sha256": version.sha256},
    )
    return version


def draft_from(part: str, submitted: Version | None, *, by: User, at: datetime) -> Version:
    """From the submitted version, else the newest approved one, else what is in force."""
    if submitted is not None:
        supersede(submitted, at=at)
    source = submitted or newest_approved(part)
    document = document_of_version(source) if source else document_in_force(part)
    return new_version(part, document, by=by, at=at, based_on=source)


def document_in_force(part: str) -> Document:
    release = release_built_on()
    if release is None:
        raise NotAllowed(Refusal.NO_GUIDANCE)
    found = parts_in_force(release).get(part)
    if found is None:
        raise NotAllowed(Refusal.NO_SUCH_PART)
    return found.document


@transaction.atomic
def start_pathway(code: str, *, title: str, by: User) -> Version:
    """The first draft of a pathway, without rules."""
    check_can_edit(by)
    refuse_bad_names(code, title)
    part = f"{PATHWAY_PREFIX}{code}"
    if part in parts_in_force(release_built_on()) or part in newest_versions(STANDING):
        raise NotAllowed(Refusal.PART_EXISTS)
    document: Document = {"code": code, "title": title.strip(), "summary": "", "scope": "always", "rules": []}
    version = new_version(part, document, by=by, at=timezone.now(), based_on=None)
    add_author(version, by=by)
    record(
        Event.VERSION_STARTED,
        by=by,
        target=str(version.pk),
        after={"part": part, "number": version.number, "sha256": version.sha256},
    )
    return version


def refuse_bad_names(code: str, title: str) -> None:
    if not KEY.fullmatch(code):
        raise NotAllowed(Refusal.BAD_CODE)
    if not title.strip():
        raise NotAllowed(Refusal.NO_TITLE)
    if len(title) > LONGEST_TITLE or not is_seen(title):
        raise NotAllowed(Refusal.BAD_TEXT)
