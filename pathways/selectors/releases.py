"""Which release is in force, and releases ready to evaluate with."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from pathways.engine.problems import ProblemList
from pathways.engine.read_vocabulary import read_vocabulary
from pathways.engine.release import Release as EngineRelease
from pathways.engine.release import build_release, content_hash, mapping
from pathways.engine.vocabulary import Vocabulary
from pathways.models import Activation, Release, standing_stop
from pathways.states import ReviewStatus

MOST_COMPILED = 16


class TamperedRelease(RuntimeError):
    """The stored document is not the one that was hashed: nothing may be evaluated with it."""


class UnusableRelease(RuntimeError):
    """The stored document is what was published, and this version of the application cannot read it."""


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    """`stopped_since`: while it is set, nobody is advised at all, with this or any other release. HZ-65"""

    record: Release
    stopped_since: datetime | None = None

    @property
    def engine(self) -> EngineRelease:
        """Compiled when it is first used: a page that only names it works without. Raises as `compiled_release`."""
        return compiled_release(self.record.sha256)


def release_in_force() -> LoadedRelease | None:
    """The release that new assessments use; None where none may be used. Costs one query, with the stop beside it."""
    latest = latest_activated()
    return latest if latest is not None and may_advise(latest.record) else None


def latest_activated() -> LoadedRelease | None:
    """Also where it may not advise."""
    activations = Activation.objects.annotate(stopped_since=standing_stop())
    latest = activations.defer("release__document").select_related("release").first()
    return LoadedRelease(latest.release, latest.stopped_since) if latest is not None else None


def may_advise(release: Release) -> bool:
    """Safety: content under review gives advice in training only. HZ-15"""
    return settings.LM_MODE != "live" or release.status == ReviewStatus.APPROVED


def loaded_release(pk: uuid.UUID) -> LoadedRelease:
    """Any release, for an assessment that was made on it."""
    return loaded(Release.objects.defer("document").get(pk=pk))


def loaded(record: Release) -> LoadedRelease:
    return LoadedRelease(record)


def release_numbered(number: int) -> Release | None:
    return Release.objects.filter(number=number).first()


@lru_cache(maxsize=MOST_COMPILED)
def compiled_release(sha256: str) -> EngineRelease:
    """Compiled once per content hash. Raises TamperedRelease, and UnusableRelease for what cannot be read."""
    document = stored_document(sha256)
    try:
        return build_release(document)
    except Exception as fault:
        # Whatever it is: a release of another time may break this version in ways that nobody has foreseen.
        raise UnusableRelease(f"Release {sha256[:12]} cannot be read: {type(fault).__name__}.") from fault


@lru_cache(maxsize=MOST_COMPILED)
def vocabulary_of(sha256: str) -> Vocabulary:
    """What reading and writing answers needs, also where rules cannot be read. Raises as `compiled_release`."""
    try:
        return compiled_release(sha256).vocabulary
    except UnusableRelease as unusable:
        return vocabulary_alone(stored_document(sha256), unusable)


def vocabulary_alone(document: dict[str, Any], unusable: UnusableRelease) -> Vocabulary:
    """Safety: answers are not lost because a rule cannot be read. HZ-66"""
    problems = ProblemList()
    try:
        vocabulary = read_vocabulary(mapping(document, "vocabulary"), ("vocabulary",), problems)
        problems.raise_if_any()
    except Exception:  # noqa: BLE001 (as above)
        raise unusable from None
    return vocabulary


def stored_document(sha256: str) -> dict[str, Any]:
    return verified(Release.objects.values_list("document", flat=True).get(sha256=sha256), sha256)


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
