"""The releases of the guidance: what each is made of, when it was in force, and what was proved of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from pathways.clinic import Advised
from pathways.editing.parts import part_in_words
from pathways.models import ReleasePart
from pathways.moments import short_moment
from pathways.proof_status import ProofStatus, proof_of
from pathways.selectors.history import ReleaseHistory, Spell
from pathways.states import ReviewStatus
from pathways.words import fingerprint


@dataclass(frozen=True, slots=True)
class PartOfRelease:
    title: str
    version: str
    fingerprint: str
    href: str


@dataclass(frozen=True, slots=True)
class ReleaseShown:
    number: int
    title: str
    status: str
    state: str
    in_force: bool
    spells: tuple[str, ...]
    made: str
    fingerprint: str
    parts: tuple[PartOfRelease, ...]
    proof: ProofStatus | None
    href: str
    roll_back_href: str
    advised: str = ""
    recall_href: str = ""


def releases_shown(histories: Sequence[ReleaseHistory], *, may_publish: bool) -> tuple[ReleaseShown, ...]:
    return tuple(release_shown(history, may_publish=may_publish) for history in histories)


def release_shown(history: ReleaseHistory, *, may_publish: bool) -> ReleaseShown:
    release = history.release
    was_in_force = bool(history.spells)
    may_return = may_publish and was_in_force and not history.in_force
    return ReleaseShown(
        number=release.number,
        title=release.title,
        status=ReviewStatus(release.status).label,
        state="In force" if history.in_force else "Was in force" if was_in_force else "Never in force",
        in_force=history.in_force,
        spells=tuple(spell_in_words(spell) for spell in history.spells),
        made=f"{short_moment(release.created_at)} by {release.created_by_name}",
        fingerprint=fingerprint(release.sha256),
        parts=tuple(part_shown(part) for part in history.parts),
        proof=proof_of(release),
        href=reverse("admin:pathways_release", args=[release.pk]),
        roll_back_href=reverse("admin:pathways_roll_back", args=[release.pk]) if may_return else "",
    )


def with_advised(shown: ReleaseShown, advised: Advised | None) -> ReleaseShown:
    """Numbers alone: whose records they are is asked elsewhere, by other people, against a reason."""
    if advised is None:
        return shown
    plans = "1 signed plan" if advised.plans == 1 else f"{advised.plans:,} signed plans"
    drafts = "1 assessment" if advised.assessments == 1 else f"{advised.assessments:,} assessments"
    return replace(shown, advised=f"{plans} and {drafts} without a signed plan.", recall_href=advised.href)


def spell_in_words(spell: Spell) -> str:
    activation = spell.activation
    until = f" until {short_moment(spell.until)}" if spell.until else ""
    why = f": {activation.note}" if activation.note else ""
    return f"In force from {short_moment(activation.activated_at)}{until}, put in force by {activation.by_name}{why}"


def part_shown(part: ReleasePart) -> PartOfRelease:
    version = part.version
    return PartOfRelease(
        title=part_in_words(part.part),
        version=f"Version {version.number}" if version else "From files",
        fingerprint=fingerprint(part.sha256),
        href=reverse("admin:pathways_version", args=[version.pk]) if version else "",
    )
