"""The parts that the guidance consists of now: what is in force, and the newest version of each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from pathways.editing.parts import Document, parts_of
from pathways.engine.release import content_hash
from pathways.models import Activation, Release, ReleasePart, Version
from pathways.selectors.releases import document_of
from pathways.states import VersionState

# Versions that were given up do not stand for their part any more.
STANDING = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.UNDER_REVIEW, VersionState.APPROVED)
APPROVED = (VersionState.APPROVED,)


@dataclass(frozen=True, slots=True)
class PartInForce:
    """``version`` is None for a part that came from files and was never a version here."""

    part: str
    document: Document
    sha256: str
    version: Version | None


def release_built_on() -> Release | None:
    """What new versions are compared with: the release put in force last, else the newest one that was stored."""
    latest = Activation.objects.select_related("release").first()
    return latest.release if latest else Release.objects.first()


def parts_in_force(release: Release | None) -> dict[str, PartInForce]:
    """The parts of a release, in content order."""
    if release is None:
        return {}
    versions = {
        one.part: one.version
        for one in ReleasePart.objects.filter(release=release).select_related("version").defer("version__document")
    }
    return {
        part: PartInForce(part, document, content_hash(document), versions.get(part))
        for part, document in parts_of(document_of(release)).items()
    }


def newest_versions(states: Iterable[VersionState]) -> dict[str, Version]:
    """The newest version of each part that is in one of these states, in the order in which they were started."""
    wanted = tuple(states)
    same_part = Version.objects.filter(part=OuterRef("part"), state__in=wanted).order_by("-number")
    newest = Version.objects.filter(pk=Subquery(same_part.values("pk")[:1])).order_by("created_at", "part")
    return {version.part: version for version in newest}


def newest_approved(part: str) -> Version | None:
    return Version.objects.filter(part=part, state=VersionState.APPROVED).order_by("-number").first()


def document_of_version(version: Version) -> Document:
    document: dict[str, Any] = json.loads(version.document)
    return document
