"""The history of releases: when each was in force, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pathways.models import Activation, Release, ReleasePart


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


def release_history(pk: UUID) -> ReleaseHistory | None:
    return next((history for history in release_histories() if history.release.pk == pk), None)
