"""Who approved the parts that a release is made of, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pathways.models import Release, ReleasePart
from pathways.states import ReviewDecision


@dataclass(frozen=True, slots=True)
class PartOfRelease:
    """``version`` is None for a part that came from files. Approvals are of exactly this text: name, role, moment."""

    part: str
    version: int | None
    sha256: str
    approvals: tuple[tuple[str, str, datetime], ...]


def parts_of_release(release: Release) -> tuple[PartOfRelease, ...]:
    rows = ReleasePart.objects.filter(release=release).select_related("version").defer("version__document")
    return tuple(
        PartOfRelease(
            part=row.part,
            version=row.version.number if row.version else None,
            sha256=row.sha256,
            approvals=tuple(
                (review.reviewer_name, review.reviewer_role, review.at)
                for review in (row.version.reviews.all() if row.version else ())
                if review.decision == ReviewDecision.APPROVED and review.sha256 == row.sha256
            ),
        )
        for row in rows.prefetch_related("version__reviews")
    )
