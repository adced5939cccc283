"""What a version is compared with: the text in force, another version, or what reviewers approved before it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from pathways.admin.presenters.differences import Base, version_line
from pathways.models import Version
from pathways.selectors.candidates import working_candidate
from pathways.selectors.parts import document_of_version, parts_in_force, release_built_on
from pathways.selectors.releases import document_of
from pathways.selectors.reviews import approved_before
from pathways.selectors.versions import get_version

NEW = Base("nothing, because this part is new", {}, {})
NEVER_APPROVED = Base("nothing, because no version of this part has been approved yet", {}, {})


def version_found(version_id: UUID) -> Version:
    version = get_version(version_id)
    if version is None:
        raise Http404("There is no such version.")
    return version


def base_in_force(part: str) -> Base:
    release = release_built_on()
    found = parts_in_force(release).get(part)
    if release is None or found is None:
        return NEW
    return Base(f"the text in force, release {release.number}", found.document, document_of(release))


def base_of_version(version: Version) -> Base:
    label = version_line(version)
    return Base(label[0].lower() + label[1:], document_of_version(version), working_candidate(version).document)


def base_for_review(version: Version) -> Base:
    """What the checklist of the review is made against."""
    approved = approved_before(version)
    return base_of_version(approved) if approved else NEVER_APPROVED


def chosen_version(written: str, part: str) -> Version | None:
    """The version of an address; of another part, or none at all, it is not found."""
    if not written:
        return None
    try:
        version = get_version(UUID(written))
    except ValueError:
        version = None
    if version is None or version.part != part:
        raise Http404("There is no such version of this part.")
    return version


def is_in_force(version: Version) -> bool:
    found = parts_in_force(release_built_on()).get(version.part)
    return found is not None and found.version is not None and found.version.pk == version.pk
