"""What clinicians read of a change of guidance: the notes of the approved versions that lie between two releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pathways.editing.parts import PATHWAY_PREFIX, part_in_words
from pathways.models import Activation, Release, ReleasePart, Version
from pathways.selectors.releases import TamperedRelease, UnusableRelease, compiled_release
from pathways.states import VersionState


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """The part by its title, and what its editors wrote about the change."""

    title: str
    note: str


@dataclass(frozen=True, slots=True)
class GuidanceChange:
    """When a release came into force, why, and what lies between it and the one that an assessment uses."""

    since: datetime
    reason: str
    notes: tuple[ChangeNote, ...]


def change_since(used: Release, in_force: Release) -> GuidanceChange | None:
    """The notes are those of what came or, after a roll-back, of what was taken back. No statement if both are one."""
    if used.pk == in_force.pk:
        return None
    latest = Activation.objects.filter(release=in_force).order_by("-position")[0]
    older, newer = sorted((used, in_force), key=lambda release: release.number)
    return GuidanceChange(latest.activated_at, latest.note or "", notes_between(older, newer))


def notes_between(older: Release, newer: Release) -> tuple[ChangeNote, ...]:
    """Of every part that differs, all notes since the older release; parts that came from files have none."""
    before = {one.part: one for one in parts_of_release(older)}
    titles = pathway_titles(newer)
    found: list[ChangeNote] = []
    for now in parts_of_release(newer):
        then = before.get(now.part)
        if then is None or then.sha256 != now.sha256:
            found += [ChangeNote(title_in(titles, now.part), version.note) for version in versions_between(then, now)]
    return tuple(found)


def parts_of_release(release: Release) -> list[ReleasePart]:
    return list(ReleasePart.objects.filter(release=release).select_related("version").defer("version__document"))


def versions_between(then: ReleasePart | None, now: ReleasePart) -> list[Version]:
    if now.version is None:
        return []
    lowest = then.version.number if then and then.version else 0
    approved = Version.objects.filter(part=now.part, state=VersionState.APPROVED).exclude(note="")
    return list(approved.filter(number__gt=lowest, number__lte=now.version.number).defer("document").order_by("number"))


def pathway_titles(release: Release) -> dict[str, str]:
    """By code; without any where the release cannot be read: a draft on another one is not to suffer from that."""
    try:
        return {pathway.code: pathway.title for pathway in compiled_release(release.sha256).pathways}
    except (TamperedRelease, UnusableRelease):
        return {}


def title_in(titles: Mapping[str, str], part: str) -> str:
    return part_in_words(part, {"title": titles.get(part.removeprefix(PATHWAY_PREFIX))})
