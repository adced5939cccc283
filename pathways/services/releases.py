"""Writing releases: the only way that content comes into the database and into force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.context import Actor
from audit.events import Event
from audit.services import record
from pathways.content_files import Content
from pathways.editing.parts import Document, parts_of
from pathways.engine.release import canonical_json, content_hash
from pathways.models import Activation, Release, ReleasePart, Version
from pathways.services.versions.storing import SYSTEM_NAME, lock_open_version, new_version, supersede
from pathways.states import ReviewStatus, VersionState

SUBMITTED_OR_BEYOND = (VersionState.SUBMITTED, VersionState.UNDER_REVIEW, VersionState.APPROVED)


@transaction.atomic
def add_release(content: Content, *, by: Actor | None) -> Release:
    """Store content as a release. The same content again is the same release."""
    sha256 = content.release.sha256
    existing = Release.objects.filter(sha256=sha256).first()
    if existing is not None:
        return existing
    release = Release.objects.create(
        number=(Release.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1,
        sha256=sha256,
        title=content.release.title,
        # Files are never approved by loading them: approval is given in the application, by two people.
        status=ReviewStatus.UNDER_REVIEW,
        document=canonical_json(content.document),
        created_by_name=by.audit_name if by else SYSTEM_NAME,
    )
    add_parts(release, content)
    record(
        Event.CONTENT_LOADED,
        by=by,
        target=str(release.pk),
        after={"number": release.number, "sha256": sha256, "status": release.status},
    )
    return release


def add_parts(release: Release, content: Content) -> None:
    """The parts of loaded content become submitted versions, so that two reviewers can approve what was shipped."""
    now = timezone.now()
    for position, (part, document) in enumerate(parts_of(content.document).items()):
        ReleasePart.objects.create(
            release=release,
            position=position,
            part=part,
            version=version_for(part, document, at=now),
            sha256=content_hash(document),
        )


def version_for(part: str, document: Document, *, at: datetime) -> Version | None:
    """The version with this text that was submitted already, or a new one; None where people are at work."""
    sha256 = content_hash(document)
    known = Version.objects.filter(part=part, sha256=sha256, state__in=SUBMITTED_OR_BEYOND).order_by("-number").first()
    if known is not None:
        return known
    open_version = lock_open_version(part)
    if open_version is not None:
        if open_version.state != VersionState.SUBMITTED or open_version.created_by_id is not None:
            return None
        supersede(open_version, at=at)
    return new_version(part, document, by=None, at=at, based_on=None, state=VersionState.SUBMITTED)


def follows_files() -> bool:
    """Whether files put in force what is, so that newer files may take its place. What a person decided stays."""
    latest = Activation.objects.select_related("release").defer("release__document").first()
    return latest is None or (latest.release.status == ReviewStatus.UNDER_REVIEW and latest.note is None)


@transaction.atomic
def activate_release(release: Release, *, by: Actor | None) -> Activation:
    """Put a release in force. Activating the one that is in force already changes nothing."""
    latest = Activation.objects.select_related("release").first()
    if latest is not None and latest.release_id == release.pk:
        return latest
    activation = put_in_force(release, by=by)
    record(
        Event.RELEASE_ACTIVATED,
        by=by,
        target=str(release.pk),
        before={"sha256": latest.release.sha256} if latest else None,
        after={"sha256": release.sha256, "number": release.number},
    )
    return activation


def put_in_force(release: Release, *, by: Actor | None, note: str | None = None) -> Activation:
    """A step of services, which audit it."""
    highest = Activation.objects.aggregate(highest=Max("position"))["highest"] or 0
    return Activation.objects.create(
        position=highest + 1, release=release, by_name=by.audit_name if by else SYSTEM_NAME, note=note
    )
