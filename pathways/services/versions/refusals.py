"""What is refused before a draft is changed: unreadable entries, lost identities, and stored values left behind."""

from __future__ import annotations

from typing import Any

from pathways.editing.entries import (
    DERIVED,
    FINDINGS,
    INTERVENTIONS,
    RENAMED,
    Entry,
    EntryKind,
    entries,
    key_in_words,
)
from pathways.editing.names import Name, NameKind, Use
from pathways.editing.parts import PartKind, kind_of, part_in_words
from pathways.editing.wellformed import fault_of_identity, faults_of
from pathways.models import Version
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.parts import parts_in_force, release_built_on
from pathways.selectors.uses import uses_of

MOST_DETAILS = 10
RECORDS_NEED_IT = "Stored records may still need it."
MOST_USES = 60
NAMED_IN_CONTENT = {
    FINDINGS.name: NameKind.FINDING,
    DERIVED.name: NameKind.FINDING,
    INTERVENTIONS.name: NameKind.INTERVENTION,
}


def refuse_bad_entry(entry: Any) -> None:
    if faults := faults_of(entry):
        raise NotAllowed(Refusal.BAD_ENTRY, faults[:MOST_DETAILS])


def refuse_bad_identity(part: str, kind: EntryKind, identity: Any) -> None:
    if fault := fault_of_identity(part, kind, identity):
        raise NotAllowed(Refusal.BAD_IDENTITY, [fault])


def refuse_bad_head(version: Version, current: Entry, head: Entry) -> None:
    """A head holds no lists, which are the entries, and a pathway keeps its code."""
    if lists := [name for name, value in head.items() if isinstance(value, list)]:
        raise NotAllowed(Refusal.BAD_ENTRY, [f"{name}: entries are changed one by one." for name in lists])
    if kind_of(version.part) is PartKind.PATHWAY and head.get("code") != current.get("code"):
        raise NotAllowed(Refusal.IDENTITY_STAYS)


def refuse_losing_values(version: Version, kind: EntryKind, current: Entry, entry: Entry) -> None:
    """Safety: an answer that is stored under a code is never orphaned by an edit; renaming moves it along."""
    if entry.get(kind.identity) != current.get(kind.identity):
        raise NotAllowed(Refusal.RENAME_INSTEAD if kind.name in NAMED_IN_CONTENT else Refusal.IDENTITY_STAYS)
    if kind == RENAMED:
        refuse_other_renaming(version, current, entry)
    if kind != FINDINGS:
        return
    code = str(current[kind.identity])
    in_force = entries_in_force(version.part, kind).get(code)
    if in_force is not None and entry.get("kind") != in_force.get("kind"):
        raise NotAllowed(Refusal.KIND_STAYS)
    gone = option_codes(current) - option_codes(entry)
    stored = option_codes(in_force) if in_force else set()
    for option in sorted(gone):
        uses = uses_of(Name(NameKind.OPTION, option, code), version)
        if option in stored or uses:
            raise NotAllowed(Refusal.RENAME_INSTEAD, [f"Option “{option}” would be lost.", *in_words(uses)])


def refuse_other_renaming(version: Version, current: Entry, entry: Entry) -> None:
    """Of a renaming that is in force only its reason may be put better."""
    moved = [name for name in ("finding", "option", "to") if current.get(name) != entry.get(name)]
    if moved and current.get(RENAMED.identity) in entries_in_force(version.part, RENAMED):
        raise NotAllowed(Refusal.STILL_USED, [RECORDS_NEED_IT])


def refuse_removing_used(version: Version, kind: EntryKind, identity: str) -> None:
    if kind == RENAMED and identity in entries_in_force(version.part, kind):
        raise NotAllowed(Refusal.STILL_USED, [RECORDS_NEED_IT])
    named = NAMED_IN_CONTENT.get(kind.name)
    if named is not None and (uses := uses_of(Name(named, identity), version)):
        raise NotAllowed(Refusal.STILL_USED, in_words(uses))


def in_words(uses: list[Use]) -> list[str]:
    ordered = sorted(uses, key=lambda use: use.part == "safeguards")  # rules first: cases follow them
    shown = [f"{part_in_words(use.part)}, {key_in_words(use.entry)}: {use.place}." for use in ordered[:MOST_USES]]
    more = len(uses) - len(shown)
    return [*shown, f"And {more} more."] if more else shown


def entries_in_force(part: str, kind: EntryKind) -> dict[str, Entry]:
    found = parts_in_force(release_built_on()).get(part)
    return {str(entry.get(kind.identity)): entry for entry in entries(found.document, kind)} if found else {}


def option_codes(entry: Entry) -> set[str]:
    options = entry.get("options")
    return {str(one.get("code")) for one in options if isinstance(one, dict)} if isinstance(options, list) else set()
