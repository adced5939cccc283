"""Steps that the services take with versions they have locked; each service audits what it did as a whole."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from pathways.editing.parts import Document
from pathways.editing.wellformed import LARGEST_PART
from pathways.engine.release import canonical_json
from pathways.models import Authorship, Version
from pathways.permissions import NotAllowed, Refusal
from pathways.states import VersionState

SYSTEM_NAME = "System"


def lock_version(pk: UUID) -> Version:
    return Version.objects.select_for_update().get(pk=pk)


def lock_open_version(part: str) -> Version | None:
    return Version.objects.select_for_update().filter(part=part, state__in=VersionState.open()).first()


def new_version(
    part: str,
    document: Document,
    *,
    by: User | None,
    at: datetime,
    based_on: Version | None,
    state: VersionState = VersionState.DRAFT,
) -> Version:
    """The next version of a part, with the authors of the unapproved version it is copied from."""
    text, sha256 = stored_form(document)
    name = by.display_name if by else SYSTEM_NAME
    highest = Version.objects.filter(part=part).aggregate(highest=Max("number"))["highest"] or 0
    is_submitted = state == VersionState.SUBMITTED
    try:
        with transaction.atomic():
            version = Version.objects.create(
                part=part,
                number=highest + 1,
                state=state,
                document=text,
                sha256=sha256,
                based_on=based_on,
                created_by=by,
                created_by_name=name,
                updated_by_name=name,
                updated_at=at,
                submitted_at=at if is_submitted else None,
                submitted_by_name=name if is_submitted else "",
            )
    except IntegrityError:  # somebody else started one in the same moment
        raise NotAllowed(Refusal.DRAFT_EXISTS) from None
    if based_on is not None and based_on.state != VersionState.APPROVED:
        for authorship in based_on.authorships.all():
            Authorship.objects.create(
                version=version, author_id=authorship.author_id, author_name=authorship.author_name
            )
    return version


def supersede(version: Version, *, at: datetime) -> None:
    decide(version, VersionState.SUPERSEDED, at=at)


def decide(version: Version, state: VersionState, *, at: datetime) -> None:
    """The last change of a version's state: approved, returned, superseded or discarded."""
    version.state = state
    version.decided_at = at
    version.save(update_fields=["state", "decided_at"])


def store_document(version: Version, document: Document, *, by: User, at: datetime) -> None:
    """Write the changed document of a locked draft; whoever changes it is one of its authors."""
    version.document, version.sha256 = stored_form(document)
    version.revision += 1
    version.updated_by_name = by.display_name
    version.updated_at = at
    version.save(update_fields=["document", "sha256", "revision", "updated_by_name", "updated_at"])
    add_author(version, by=by)


def add_author(version: Version, *, by: User) -> None:
    Authorship.objects.get_or_create(version=version, author=by, defaults={"author_name": by.display_name})


def stored_form(document: Document) -> tuple[str, str]:
    """The canonical text and its hash."""
    text = canonical_json(document)
    if len(text) > LARGEST_PART:
        raise NotAllowed(Refusal.PART_TOO_LARGE)
    return text, hashlib.sha256(text.encode()).hexdigest()
