"""Writing releases: the only way that content comes into the database and into force."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from audit.events import Event
from audit.services import Actor, record
from pathways.content_files import Content
from pathways.engine.release import canonical_json
from pathways.models import Activation, Release
from pathways.states import ReviewStatus

SYSTEM_NAME = "System"


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
    record(
        Event.CONTENT_LOADED,
        by=by,
        target=str(release.pk),
        after={"number": release.number, "sha256": sha256, "status": release.status},
    )
    return release


@transaction.atomic
def activate_release(release: Release, *, by: Actor | None) -> Activation:
    """Put a release in force. Activating the one that is in force already changes nothing."""
    latest = Activation.objects.select_related("release").first()
    if latest is not None and latest.release_id == release.pk:
        return latest
    activation = Activation.objects.create(
        position=(latest.position if latest else 0) + 1,
        release=release,
        by_name=by.audit_name if by else SYSTEM_NAME,
    )
    record(
        Event.RELEASE_ACTIVATED,
        by=by,
        target=str(release.pk),
        before={"sha256": latest.release.sha256} if latest else None,
        after={"sha256": release.sha256, "number": release.number},
    )
    return activation
