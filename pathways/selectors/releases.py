"""Which release is in force, and releases ready to evaluate with."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from pathways.engine.release import Release as EngineRelease
from pathways.engine.release import build_release, content_hash
from pathways.models import Activation, Release
from pathways.states import ReviewStatus

MOST_COMPILED = 16


class TamperedRelease(RuntimeError):
    """The stored document is not the one that was hashed: nothing may be evaluated with it."""


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    record: Release
    engine: EngineRelease


def release_in_force() -> LoadedRelease | None:
    """The release that new assessments use; None where none may be used. Costs one query once it is compiled."""
    latest = Activation.objects.defer("release__document").select_related("release").first()
    if latest is None:
        return None
    return loaded(latest.release) if may_advise(latest.release) else None


def may_advise(release: Release) -> bool:
    """Safety: content under review gives advice in training only. HZ-15"""
    return settings.LM_MODE != "live" or release.status == ReviewStatus.APPROVED


def loaded_release(pk: uuid.UUID) -> LoadedRelease:
    """Any release, for an assessment that was made on it."""
    return loaded(Release.objects.defer("document").get(pk=pk))


def loaded(record: Release) -> LoadedRelease:
    return LoadedRelease(record, compiled_release(record.sha256))


def release_numbered(number: int) -> Release | None:
    return Release.objects.filter(number=number).first()


@lru_cache(maxsize=MOST_COMPILED)
def compiled_release(sha256: str) -> EngineRelease:
    """Compiled once per content hash. A document that does not match its hash is refused."""
    return build_release(verified(Release.objects.values_list("document", flat=True).get(sha256=sha256), sha256))


def document_of(release: Release) -> dict[str, Any]:
    """The stored document; one that does not match its hash is refused."""
    return verified(release.document, release.sha256)


def verified(text: str, sha256: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError as broken:
        raise TamperedRelease(f"The stored document of release {sha256[:12]} cannot be read.") from broken
    if content_hash(document) != sha256:
        raise TamperedRelease(f"The stored document of release {sha256[:12]} does not match its hash.")
    return document
