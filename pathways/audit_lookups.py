"""Tells the audit viewer which events are about a part of the guidance, and what was changed in it, in words."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import TextChoices

from audit.lookups import (
    Change,
    Found,
    Subject,
    Values,
    VersionLine,
    label_of,
    plain,
    register_guidance,
    register_words,
    was_and_is,
)
from pathways.editing.entries import key_in_words
from pathways.editing.parts import part_in_words
from pathways.moments import short_moment
from pathways.selectors.audited import (
    Approved,
    NamedPart,
    approved_versions,
    named_parts,
    part_named,
    renamings_of,
    targets_of,
)
from pathways.states import CheckPurpose, VersionState
from pathways.words import counted, fingerprint

LABELS = {"sha256": "Text", "checker": "Proved by", "with": "Respelled in", "records": "Records tried", "part": "Part"}
LEFT_OUT = frozenset({"comment", "draft", "superseded", "check", "version"})
HASHES = frozenset({"sha256", "certificate"})
ENTRIES = frozenset({"changed", "added", "copied", "moved", "removed", "entry"})
CHOICES: dict[str, type[TextChoices]] = {"state": VersionState, "purpose": CheckPurpose}


class GuidanceOfTheLog:
    """As `audit.lookups.Guidance`."""

    def find(self, typed: str) -> Found:
        words = typed.casefold().split()
        parts = [one for one in named_parts() if all(word in f"{one.title} {one.part}".casefold() for word in words)]
        if not words or not parts:
            missing = f"No part of the guidance is called {typed[:60]}." if words else "Nothing was typed."
            return Found(problem=f"{missing} Choose one from the list of all parts.")
        exact = [one for one in parts if typed.casefold() in {one.title.casefold(), one.part.casefold()}]
        return Found(tuple(subject_of(one) for one in exact or parts))

    def named(self, ids: Collection[UUID]) -> dict[UUID, Subject]:
        return {one.id: subject_of(one) for one in named_parts() if one.id in ids}

    def subject(self, subject_id: UUID) -> Subject | None:
        named = part_named(subject_id)
        if named is None:
            return None
        return Subject(
            named.id, named.title, details_of(named), targets=targets_of(named.part), events=renamings_of(named.part)
        )

    def parts(self) -> tuple[Subject, ...]:
        return tuple(subject_of(one) for one in named_parts())

    def versions(self, part_id: UUID) -> tuple[VersionLine, ...]:
        named = part_named(part_id)
        return tuple(version_line(one) for one in approved_versions(named.part)) if named else ()


def subject_of(named: NamedPart) -> Subject:
    return Subject(named.id, named.title, details_of(named))


def details_of(named: NamedPart) -> tuple[str, ...]:
    return (counted(named.versions, "version") if named.versions else "only loaded from files",)


def version_line(approved: Approved) -> VersionLine:
    version = approved.version
    return VersionLine(
        title=f"Version {version.number}",
        state=str(version.get_state_display()),
        written_by=", ".join(approved.authors) or version.created_by_name,
        approved_by=tuple(f"{name} ({role})" if role else name for name, role in approved.approvals),
        in_force=tuple(
            f"Release {one.release.number} from {short_moment(one.activated_at)}, by {one.by_name}"
            for one in approved.in_force
        ),
        note=version.note,
    )


def guidance_words(action: str, before: Values, after: Values) -> tuple[Change, ...]:
    names = [name for name in dict.fromkeys([*after, *before]) if name not in LEFT_OUT]
    return tuple(
        Change(
            label(action, name), was_and_is(told(name, before.get(name)), told(name, after.get(name)), name in before)
        )
        for name in names
        if before.get(name) != after.get(name)
    )


def label(action: str, name: str) -> str:
    if name == "number":
        return "Version" if "version" in action or "review" in action else "Release"
    return LABELS.get(name, label_of(name))


def told(name: str, value: object) -> str:
    text = str(value)
    if name in HASHES and value:
        return fingerprint(text)
    if name in ENTRIES and value:
        return key_in_words(text)
    if name == "part" and value:
        return part_in_words(text)
    if name == "with" and isinstance(value, dict):
        return ", ".join(part_in_words(part) for part in value) or "no other part"
    if name in CHOICES:
        return next((str(one.label) for one in CHOICES[name] if one.value == text), text)
    return plain(value)


def register_for_audit() -> None:
    register_guidance(GuidanceOfTheLog())
    register_words("pathways.", lambda: guidance_words)
