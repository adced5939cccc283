"""How far each pathway of a release is reviewed, in words."""

from __future__ import annotations

from django.utils import timezone

from pathways.dates import short_date
from pathways.editing.parts import PATHWAY_PREFIX
from pathways.models import Release, ReleasePart
from pathways.selectors.notes import parts_of_release
from pathways.states import ReviewStatus


def status_of_release(release: Release) -> str:
    return f"Release {release.number}, {release.get_status_display().lower()}"


def status_of_pathways(release: Release) -> dict[str, str]:
    """By the pathway's code, such as "Release 3, approved; version 2 of 12-Nov-2026"."""
    general = status_of_release(release)
    return {
        part.part.removeprefix(PATHWAY_PREFIX): f"{general}{version_of(part, release)}"
        for part in parts_of_release(release)
        if part.part.startswith(PATHWAY_PREFIX)
    }


def version_of(part: ReleasePart, release: Release) -> str:
    if part.version is None:
        return ""
    is_approved = release.status == ReviewStatus.APPROVED and part.version.decided_at is not None
    approved = (
        f", approved {short_date(timezone.localdate(part.version.decided_at))}"
        if is_approved and part.version.decided_at
        else ""
    )
    return f"; version {part.version.number}{approved}"
