"""The parts of the release in force for the about page: version, who approved it and when, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from pathways.dates import short_date
from pathways.editing.parts import PATHWAY_PREFIX, part_in_words
from pathways.engine.release import Release
from pathways.selectors import LoadedRelease
from pathways.selectors.approvals import PartOfRelease, parts_of_release
from pathways.words import fingerprint

FROM_FILES = "Loaded from files"


@dataclass(frozen=True, slots=True)
class RunningPart:
    """`approved` has one line per person; empty means that nobody has approved this text here."""

    title: str
    version: str
    fingerprint: str
    approved: tuple[str, ...]
    review_by: str


def running_parts(loaded: LoadedRelease | None) -> tuple[RunningPart, ...]:
    if loaded is None:
        return ()
    return tuple(running_part(loaded.engine, part) for part in parts_of_release(loaded.record))


def running_part(release: Release, part: PartOfRelease) -> RunningPart:
    pathway = next((one for one in release.pathways if f"{PATHWAY_PREFIX}{one.code}" == part.part), None)
    due = short_date(pathway.review_by, missing="No date set") if pathway else "With the pathways"
    return RunningPart(
        title=pathway.title if pathway else part_in_words(part.part),
        version=f"Version {part.version}" if part.version else FROM_FILES,
        fingerprint=fingerprint(part.sha256),
        approved=tuple(
            f"{name}, {role}, {short_date(timezone.localdate(moment))}" for name, role, moment in part.approvals
        ),
        review_by=due,
    )
