"""What is missing before anything can be published: part by part, with the way to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from pathways.admin.presenters.steps import NEEDED
from pathways.models import Version
from pathways.selectors.versions import PartRow
from pathways.states import VersionState


@dataclass(frozen=True, slots=True)
class PartMissing:
    """``href`` is empty where there is no version to go to."""

    title: str
    version: str
    missing: str
    href: str
    link: str


def missing_parts(rows: Iterable[PartRow], approved_by: Mapping[UUID, Sequence[str]]) -> tuple[PartMissing, ...]:
    """The parts without an approved version; ``approved_by`` says who has approved an open version so far."""
    return tuple(part_missing(row, approved_by) for row in rows if row.approved is None)


def part_missing(row: PartRow, approved_by: Mapping[UUID, Sequence[str]]) -> PartMissing:
    version = row.open
    if version is None:
        return PartMissing(row.title, "No working version", "A working version, submitted and approved.", "", "")
    in_review = version.state in {VersionState.SUBMITTED, VersionState.UNDER_REVIEW}
    return PartMissing(
        title=row.title,
        version=f"Version {version.number}, {VersionState(version.state).label.lower()}",
        missing=what_is_missing(version, approved_by.get(version.pk, ())),
        href=reverse(f"admin:pathways_{'review' if in_review else 'version'}", args=[version.pk]),
        link="To the review" if in_review else "Open the draft",
    )


def what_is_missing(version: Version, names: Sequence[str]) -> str:
    match version.state:
        case VersionState.DRAFT:
            return "The draft has to be submitted, and then approved by two reviewers."
        case VersionState.SUBMITTED:
            return "Two reviewers have to approve it. Nobody has begun."
        case _ if names:
            return f"{NEEDED - len(names)} more approval. Approved so far by {' and '.join(names)}."
        case _:
            return "Two reviewers have to approve it. The review has begun."
