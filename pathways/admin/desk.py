"""What every page of a version needs: the version, its document, and the guidance it would be part of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404

from accounts.models import User
from pathways.admin.forms.names import Names
from pathways.admin.presenters.outline import Faults, Outline, Place, faults_of, outline_of
from pathways.editing.entries import HEAD, Entry, EntryKind, entry_kind, find_entry, head_of
from pathways.editing.parts import Document, part_in_words
from pathways.engine.problems import ContentProblems
from pathways.engine.release import Release, build_release
from pathways.models import Comment, Version
from pathways.permissions import can_change
from pathways.selectors.candidates import Candidate, working_candidate
from pathways.selectors.parts import document_of_version
from pathways.selectors.versions import comments_of, get_version, problems_of_part


@dataclass(frozen=True)
class Desk:
    """One version on the desk of one person; everything is read once per request."""

    version: Version
    user: User

    @cached_property
    def document(self) -> Document:
        return document_of_version(self.version)

    @cached_property
    def candidate(self) -> Candidate:
        return working_candidate(self.version)

    @cached_property
    def names(self) -> Names:
        return Names(self.candidate.document)

    @cached_property
    def faults(self) -> Faults:
        problems = problems_of_part(self.version.part, self.candidate.document)
        return faults_of(self.version.part, self.document, problems)

    @cached_property
    def release(self) -> Release | ContentProblems:
        """The working candidate ready to evaluate with, or what is wrong with it."""
        try:
            return build_release(self.candidate.document)
        except ContentProblems as problems:
            return problems

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        return tuple(comments_of(self.version.part))

    @property
    def title(self) -> str:
        return part_in_words(self.version.part, self.document)

    @property
    def may_change(self) -> bool:
        return can_change(self.user, self.version)

    def outline(self, current: Place | None = None) -> Outline:
        return outline_of(self.version, self.document, self.names, self.faults, comments=self.comments, current=current)

    def kind(self, name: str) -> EntryKind:
        return entry_kind(self.version.part, name)

    def entry(self, kind: EntryKind | None, identity: str) -> Entry:
        return find_entry(self.document, kind, identity) if kind else head_of(self.document)

    def comments_on(self, entry: str) -> Iterable[Comment]:
        return (comment for comment in self.comments if comment.entry == entry)


def place_of(kind: EntryKind | None, identity: str) -> Place:
    return (kind.name, identity) if kind else (HEAD, "")


def name_of(kind: EntryKind | None, identity: str) -> str:
    """How comments and the log name an entry."""
    return f"{kind.name}/{identity}" if kind else HEAD


def desk_of(version_id: UUID, user: User) -> Desk:
    version = get_version(version_id)
    if version is None:
        raise Http404("There is no such version.")
    return Desk(version, user)


def labels_of(desk: Desk) -> dict[str, str]:
    """The titles of the entries that comments are about."""
    shown: dict[str, Any] = {}
    for group in desk.outline().groups:
        for entry in group.entries:
            shown[f"{group.kind}/{entry.identity}"] = f"{entry.title} ({entry.code})" if entry.code else entry.title
    return {**shown, HEAD: "Title, scope and owner"}
