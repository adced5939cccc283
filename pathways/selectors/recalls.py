"""What a recall asks of the guidance: its releases, and which of them hold the same text of a part."""

from __future__ import annotations

from uuid import UUID

from pathways.editing.parts import part_in_words
from pathways.models import Release, ReleasePart


def releases_newest_first() -> tuple[Release, ...]:
    return tuple(Release.objects.defer("document").order_by("-number"))


def release_by_id(release_id: UUID) -> Release | None:
    return Release.objects.defer("document").filter(pk=release_id).first()


def parts_to_choose(release: Release) -> list[tuple[str, str]]:
    """Parts whose versions are recorded, with the number of the version; none for a release of files alone."""
    parts = ReleasePart.objects.filter(release=release).select_related("version").defer("version__document")
    return [(one.part, f"{part_in_words(one.part)}{version_words(one)}") for one in parts]


def version_words(part: ReleasePart) -> str:
    return f", version {part.version.number}" if part.version else ", from files"


def releases_sharing(release: Release, part: str) -> tuple[UUID, ...]:
    """The release itself, and every other that holds exactly the same text of the part."""
    texts = ReleasePart.objects.filter(release=release, part=part).values("sha256")
    others = ReleasePart.objects.filter(part=part, sha256__in=texts).exclude(release=release)
    return (release.pk, *others.values_list("release_id", flat=True))
