"""The history of releases: when each was in force, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from pathways.models import Activation, Release, ReleasePart, Version


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in force; ``until`` is None as long as it lasts."""

    activation: Activation
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ReleaseHistory:
    release: Release
    spells: tuple[Spell, ...]
    parts: tuple[ReleasePart, ...]

    @property
    def in_force(self) -> bool:
        return any(spell.until is None for spell in self.spells)


def release_histories() -> tuple[ReleaseHistory, ...]:
    """Every release, the newest first."""
    spells: dict[UUID, list[Spell]] = {}
    until: datetime | None = None
    for activation in Activation.objects.order_by("-position"):
        spells.setdefault(activation.release_id, []).append(Spell(activation, until))
        until = activation.activated_at
    parts: dict[UUID, list[ReleasePart]] = {}
    for part in ReleasePart.objects.select_related("version").defer("version__document"):
        parts.setdefault(part.release_id, []).append(part)
    return tuple(
        ReleaseHistory(release, tuple(spells.get(release.pk, ())), tuple(parts.get(release.pk, ())))
        for release in Release.objects.defer("document").order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A version that was in force, is so no more, and would come back with a candidate."""

    version: Version
    until: datetime
    reason: str


def taken_back(versions: Iterable[UUID]) -> tuple[TakenBack, ...]:
    """Those of the versions that were taken out of force, with the last time and reason."""
    parts = ReleasePart.objects.filter(version__in=list(versions)).select_related("version").defer("version__document")
    releases: dict[UUID, set[UUID]] = {}
    found = {}
    for part in parts:
        if part.version is not None:
            found[part.version.pk] = part.version
            releases.setdefault(part.version.pk, set()).add(part.release_id)
    activations = list(Activation.objects.order_by("position"))
    shown = []
    for pk, version in found.items():
        ends = [
            following
            for activation, following in pairwise(activations)
            if activation.release_id in releases[pk] and following.release_id not in releases[pk]
        ]
        if ends and activations[-1].release_id not in releases[pk]:
            shown.append(TakenBack(version, ends[-1].activated_at, ends[-1].note or ""))
    return tuple(shown)


def release_history(pk: UUID) -> ReleaseHistory | None:
    return next((history for history in release_histories() if history.release.pk == pk), None)
