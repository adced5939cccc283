"""The gate before publishing: what would come into force, what was found, whom it changes, who approved it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from pathways.admin.presenters.checks import RunShown, run_shown
from pathways.admin.presenters.impact import ImpactShown, impact_shown
from pathways.admin.presenters.review import DecisionShown, decision_shown
from pathways.models import Acceptance, CheckRun, Review
from pathways.selectors.candidates import Candidate, CandidatePart
from pathways.words import fingerprint


@dataclass(frozen=True, slots=True)
class ApprovedPart:
    title: str
    version: str
    is_new: bool
    fingerprint: str
    href: str
    approvals: tuple[DecisionShown, ...]


@dataclass(frozen=True, slots=True)
class GatePage:
    """``obstacles`` say in sentences why it cannot be published; empty where it can."""

    fingerprint: str
    parts: tuple[ApprovedPart, ...]
    run: RunShown | None
    impact: ImpactShown | None
    obstacles: tuple[str, ...]
    note: str
    faults: tuple[str, ...]
    href: str
    accept_href: str
    publish_href: str

    @property
    def can_publish(self) -> bool:
        return self.run is not None and self.run.has_report and not self.obstacles


def gate_page(
    candidate: Candidate,
    run: CheckRun | None,
    *,
    approvals: Mapping[str, Sequence[Review]],
    new_parts: Iterable[str],
    accepted: Sequence[Acceptance],
    obstacles: Sequence[str],
    note: str | None,
    faults: Sequence[str] = (),
) -> GatePage:
    new = frozenset(new_parts)
    return GatePage(
        fingerprint=fingerprint(candidate.sha256),
        parts=tuple(approved_part(part, approvals.get(part.part, ()), part.part in new) for part in candidate.parts),
        run=run_shown(run, is_current=run.sha256 == candidate.sha256, accepted=accepted) if run else None,
        impact=impact_shown(run, accepted) if run and run.sha256 == candidate.sha256 else None,
        obstacles=tuple(obstacles),
        note=notes_of(candidate, new) if note is None else note,
        faults=tuple(faults),
        href=reverse("admin:pathways_gate"),
        accept_href=reverse("admin:pathways_run_accept", args=[run.pk]) if run else "",
        publish_href=reverse("admin:pathways_publish"),
    )


def approved_part(part: CandidatePart, approvals: Sequence[Review], is_new: bool) -> ApprovedPart:
    return ApprovedPart(
        title=part.title,
        version=f"Version {part.number}, {part.state_words.lower()}" if part.number else part.state_words,
        is_new=is_new,
        fingerprint=fingerprint(part.sha256),
        href=reverse("admin:pathways_version", args=[part.version.pk]) if part.version else "",
        approvals=tuple(decision_shown(review) for review in approvals),
    )


def notes_of(candidate: Candidate, new: frozenset[str]) -> str:
    """What the authors of the new versions wrote for clinicians, to begin with."""
    notes = [
        f"{part.title}: {part.version.note.strip()}"
        for part in candidate.parts
        if part.part in new and part.version is not None and part.version.note.strip()
    ]
    return "\n".join(notes)
