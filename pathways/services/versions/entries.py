"""Changing the entries of a draft, one at a time, so that editors of different entries never meet."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.editing.entries import (
    HEAD,
    Entry,
    EntryKind,
    entry_hash,
    find_entry,
    head_of,
    moved,
    with_added,
    with_copy,
    with_entry,
    with_head,
    without,
)
from pathways.editing.parts import Document
from pathways.models import Version
from pathways.permissions import check_can_change
from pathways.selectors.parts import document_of_version
from pathways.services.versions.refusals import (
    refuse_bad_entry,
    refuse_bad_head,
    refuse_bad_identity,
    refuse_losing_values,
    refuse_removing_used,
)
from pathways.services.versions.seen import refuse_unseen
from pathways.services.versions.storing import lock_version, store_document


def change_entry(
    version: Version, *, by: User, kind: EntryKind | None, identity: str, entry: Entry, seen: str
) -> Version:
    """Put an entry in the place of the one that was seen; without a kind, the head of the part.

    Raises NotAllowed, EntryMissing, EditConflict. Saving what stands there already changes nothing.
    """
    with transaction.atomic():
        locked, document = opened(version, by=by)
        current = find_entry(document, kind, identity) if kind else head_of(document)
        refuse_bad_entry(entry)
        if entry_hash(entry) == entry_hash(current):
            return locked
        refuse_unseen(current, seen, locked)
        if kind is None:
            refuse_bad_head(locked, current, entry)
            changed = with_head(document, entry)
        else:
            refuse_losing_values(locked, kind, current, entry)
            changed = with_entry(document, kind, identity, entry)
        return _store(locked, changed, by=by, what="changed", entry=named(kind, identity))


def add_entry(version: Version, *, by: User, kind: EntryKind, entry: Entry, after: str | None = None) -> Version:
    """Raises NotAllowed, EntryExists; EntryMissing if there is none to stand behind."""
    with transaction.atomic():
        locked, document = opened(version, by=by)
        refuse_bad_entry(entry)
        refuse_bad_identity(locked.part, kind, entry.get(kind.identity))
        changed = with_added(document, kind, entry, after=after)
        return _store(locked, changed, by=by, what="added", entry=named(kind, str(entry[kind.identity])))


def copy_entry(version: Version, *, by: User, kind: EntryKind, identity: str, new_identity: str) -> Version:
    """Raises NotAllowed, EntryMissing, EntryExists."""
    with transaction.atomic():
        locked, document = opened(version, by=by)
        refuse_bad_identity(locked.part, kind, new_identity)
        changed = with_copy(document, kind, identity, new_identity)
        return _store(locked, changed, by=by, what="copied", entry=named(kind, new_identity))


def move_entry(version: Version, *, by: User, kind: EntryKind, identity: str, step: int) -> Version:
    """Further down, or up where the step is negative; at the end it stays. Raises NotAllowed, EntryMissing."""
    with transaction.atomic():
        locked, document = opened(version, by=by)
        changed = moved(document, kind, identity, by=step)
        if changed == document:
            return locked
        return _store(locked, changed, by=by, what="moved", entry=named(kind, identity))


def remove_entry(version: Version, *, by: User, kind: EntryKind, identity: str, seen: str) -> Version:
    """Raises NotAllowed, EntryMissing, EditConflict."""
    with transaction.atomic():
        locked, document = opened(version, by=by)
        refuse_unseen(find_entry(document, kind, identity), seen, locked)
        refuse_removing_used(locked, kind, identity)
        changed = without(document, kind, identity)
        return _store(locked, changed, by=by, what="removed", entry=named(kind, identity))


def opened(version: Version, *, by: User) -> tuple[Version, Document]:
    locked = lock_version(version.pk)
    check_can_change(by, locked)
    return locked, document_of_version(locked)


def named(kind: EntryKind | None, identity: str) -> str:
    return f"{kind.name}/{identity}" if kind else HEAD


def _store(locked: Version, document: Document, *, by: User, what: str, entry: str) -> Version:
    before = locked.sha256
    store_document(locked, document, by=by, at=timezone.now())
    record(
        Event.VERSION_CHANGED,
        by=by,
        target=str(locked.pk),
        before={"sha256": before},
        after={"part": locked.part, "number": locked.number, what: entry, "sha256": locked.sha256},
    )
    return locked
