"""What the log's readers ask about a part of the guidance: which events are about it, and who approved each version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from audit.events import Event
from audit.models import AuditEvent
from pathways.editing.parts import part_in_words
from pathways.models import Activation, CheckRun, ReleasePart, Version
from pathways.selectors.parts import document_of_version
from pathways.states import ReviewDecision

# Parts have names and no ids; an address holds ids only.
PARTS = UUID("6f6bb2a4-5d7e-4b1c-9c55-0a6a4c1f2d10")
VOCABULARY = "vocabulary"


@dataclass(frozen=True, slots=True)
class NamedPart:
    id: UUID
    part: str
    title: str
    versions: int


@dataclass(frozen=True, slots=True)
class Approved:
    """`in_force` are the releases with the version that were put in force, and when."""

    version: Version
    authors: tuple[str, ...]
    approvals: tuple[tuple[str, str], ...]  # name and role
    in_force: tuple[Activation, ...]


def part_id(part: str) -> UUID:
    return uuid5(PARTS, part)


def named_parts() -> tuple[NamedPart, ...]:
    """Every part that there is or ever was, by title."""
    newest = dict(Version.objects.order_by("number").values_list("part", "pk"))  # the last one of each stays
    named = [
        NamedPart(part_id(one.part), one.part, part_in_words(one.part, document_of_version(one)), one.number)
        for one in Version.objects.filter(pk__in=newest.values())
    ]
    only_loaded = set(ReleasePart.objects.order_by().values_list("part", flat=True).distinct()) - set(newest)
    named += [NamedPart(part_id(part), part, part_in_words(part), 0) for part in only_loaded]
    return tuple(sorted(named, key=lambda one: one.title))


def part_named(wanted: UUID) -> NamedPart | None:
    return next((one for one in named_parts() if one.id == wanted), None)


def targets_of(part: str) -> tuple[str, ...]:
    """Its versions, the releases that took up one of them anew, and the checks of a candidate with one of them."""
    versions = set(Version.objects.filter(part=part).values_list("pk", flat=True))
    runs = (pk for pk, parts in CheckRun.objects.values_list("pk", "parts") if holds(parts, part))
    return tuple(sorted(str(one) for one in (*versions, *releases_that_changed(part), *runs)))


def releases_that_changed(part: str) -> Iterable[UUID]:
    """A release repeats most parts of the one before it; those in which this one is the same are about others."""
    text = None
    for row in ReleasePart.objects.filter(part=part).order_by("release__number"):
        if row.sha256 != text:
            yield row.release_id
        text = row.sha256


def holds(parts: object, part: str) -> bool:
    """Whether the check was made of a version of the part that was not in force already."""
    rows = parts if isinstance(parts, list) else []
    return any(row.get("part") == part and row.get("version") for row in rows if isinstance(row, dict))


def renamings_of(part: str) -> frozenset[UUID]:
    """A code that is renamed in the vocabulary is respelled in other parts, and logged once, with their names."""
    vocabulary = [str(pk) for pk in Version.objects.filter(part=VOCABULARY).values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(action=Event.VERSION_CHANGED.code, target__in=vocabulary)
    return frozenset(event.pk for event in events.iterator() if part in respelled_in(event))


def respelled_in(event: AuditEvent) -> frozenset[str]:
    try:
        return frozenset(event.after.get("with") or ())
    except (ValueError, TypeError, AttributeError):  # the event was altered; the verification says so
        return frozenset()


def approved_versions(part: str) -> tuple[Approved, ...]:
    """Every version of the part, newest first."""
    activations: dict[UUID, list[Activation]] = {}
    for activation in Activation.objects.select_related("release").defer("release__document").order_by("position"):
        activations.setdefault(activation.release_id, []).append(activation)
    versions = Version.objects.filter(part=part).defer("document").order_by("-number")
    return tuple(
        Approved(
            version,
            authors=tuple(one.author_name for one in version.authorships.all()),
            approvals=approvals(version),
            in_force=tuple(
                activation for row in version.release_parts.all() for activation in activations.get(row.release_id, ())
            ),
        )
        for version in versions.prefetch_related("authorships", "reviews", "release_parts")
    )


def approvals(version: Version) -> tuple[tuple[str, str], ...]:
    return tuple(
        (review.reviewer_name, review.reviewer_role)
        for review in version.reviews.all()
        if review.decision == ReviewDecision.APPROVED and review.sha256 == version.sha256
    )
