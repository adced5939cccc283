"""Candidates for a release: which version of each part it would have, and the document they make together."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.editing.parts import Document, PartKind, joined, kind_of, part_in_words, parts_of
from pathways.engine.release import content_hash
from pathways.models import Release, Version
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.parts import (
    APPROVED,
    STANDING,
    PartInForce,
    document_of_version,
    newest_versions,
    parts_in_force,
    release_built_on,
)
from pathways.states import ReviewStatus, VersionState

FIRST_TITLE = "Leptomeningeal metastasis"  # until there is a release that says how it is called
STATUS_WORDS = {ReviewStatus.APPROVED: "approved", ReviewStatus.UNDER_REVIEW: "under review"}
NEEDED = ("vocabulary", "evidence")


@dataclass(frozen=True, slots=True)
class CandidatePart:
    """``version`` and ``number`` are None for a part that came from files and was never a version here."""

    part: str
    version: Version | None
    number: int | None
    state_words: str
    sha256: str
    title: str

    @property
    def is_approved(self) -> bool:
        return self.version is not None and self.version.state == VersionState.APPROVED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release document that is not a release yet; it may hold unfinished drafts."""

    document: Document
    sha256: str
    parts: tuple[CandidatePart, ...]

    @property
    def is_approved(self) -> bool:
        return all(part.is_approved for part in self.parts)

    def part_document(self, part: str) -> Document:
        return parts_of(self.document)[part]


def working_candidate(version: Version | None = None) -> Candidate:
    """The guidance as it is being worked on; with a version, as it would be with this one. Raises NotAllowed."""
    versions = newest_versions(STANDING)
    if version is not None:
        versions[version.part] = version
    candidate = candidate_of(release_built_on(), versions)
    if candidate is None:
        raise NotAllowed(Refusal.NO_GUIDANCE)
    return candidate


def publish_candidate() -> Candidate | None:
    """What would be published: the newest approved version of each part. None where it is what is in force."""
    built_on = release_built_on()
    candidate = candidate_of(built_on, newest_versions(APPROVED))
    if candidate is None or built_on is None:
        return candidate
    in_force = {part: one.sha256 for part, one in parts_in_force(built_on).items()}
    same_content = {part.part: part.sha256 for part in candidate.parts} == in_force
    same_status = candidate.is_approved == (built_on.status == ReviewStatus.APPROVED)
    return None if same_content and same_status else candidate


def new_versions(candidate: Candidate) -> list[Version]:
    """The versions of a candidate that are not in force."""
    in_force = {one.version.pk for one in parts_in_force(release_built_on()).values() if one.version is not None}
    return [part.version for part in candidate.parts if part.version is not None and part.version.pk not in in_force]


def versions_since_in_force(candidate: Candidate) -> list[Version]:
    """The new versions and the approved ones that they went on from: their text comes into force with them."""
    in_force = parts_in_force(release_built_on())
    found: list[Version] = []
    for new in new_versions(candidate):
        before = in_force[new.part].version if new.part in in_force else None
        between = Version.objects.filter(part=new.part, state=VersionState.APPROVED, number__lte=new.number)
        found += between.filter(number__gt=before.number if before else 0).defer("document")
    return found


def candidate_of(built_on: Release | None, versions: dict[str, Version]) -> Candidate | None:
    in_force = parts_in_force(built_on)
    names = sorted(dict.fromkeys((*in_force, *versions)), key=lambda name: kind_of(name) is PartKind.PATHWAY)
    documents: dict[str, Document] = {}
    parts: list[CandidatePart] = []
    for name in names:
        documents[name], part = chosen(name, versions.get(name), in_force.get(name))
        parts.append(part)
    if any(name not in documents for name in NEEDED):
        return None
    documents.setdefault("safeguards", {})
    status = ReviewStatus.APPROVED if all(part.is_approved for part in parts) else ReviewStatus.UNDER_REVIEW
    title = built_on.title if built_on else FIRST_TITLE
    document = joined(title, STATUS_WORDS[status], documents)
    return Candidate(document, content_hash(document), tuple(parts))


def chosen(name: str, version: Version | None, in_force: PartInForce | None) -> tuple[Document, CandidatePart]:
    """The version, else the part in force."""
    if version is not None:
        document, sha256 = document_of_version(version), version.sha256
    else:
        assert in_force is not None  # noqa: S101 -- a name comes from one of the two
        document, sha256, version = in_force.document, in_force.sha256, in_force.version
    part = CandidatePart(
        part=name,
        version=version,
        number=version.number if version else None,
        state_words=str(version.get_state_display()) if version else "From files",
        sha256=sha256,
        title=part_in_words(name, document),
    )
    return document, part
