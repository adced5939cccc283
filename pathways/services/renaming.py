"""Renaming findings, options and interventions wherever they are used, so that no stored answer is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.editing.entries import FINDINGS, INTERVENTIONS, Entry
from pathways.editing.names import Name, NameKind, Spelling, respelled
from pathways.editing.parts import Document, PartKind, kind_of, part_in_words, parts_of
from pathways.editing.renamings import with_renaming
from pathways.editing.wellformed import is_seen
from pathways.engine.condition_language import RESERVED
from pathways.engine.problems import CODE
from pathways.models import Version
from pathways.permissions import NotAllowed, Refusal, check_can_change, check_can_start
from pathways.selectors.candidates import working_candidate
from pathways.selectors.parts import document_of_version
from pathways.selectors.uses import uses_of
from pathways.services.versions import EntryExists, EntryMissing
from pathways.services.versions.refusals import in_words
from pathways.services.versions.start import draft_from
from pathways.services.versions.storing import lock_open_version, lock_version, store_document
from pathways.states import VersionState


@dataclass(frozen=True, slots=True)
class Renamed:
    """What becomes of the vocabulary, and how the other parts write the names from then on."""

    vocabulary: Document
    spelling: Spelling
    words: str


def rename_finding(version: Version, *, by: User, code: str, new_code: str, reason: str) -> Version:
    """A finding or a derived finding, in the draft of the vocabulary and in every part; answers move along.

    Raises NotAllowed, EntryMissing, EntryExists.
    """

    def change(vocabulary: Document) -> Renamed:
        refuse_bad_code(new_code)
        refuse_taken(new_code, codes_of(vocabulary, "findings") | codes_of(vocabulary, "derived"))
        kind = next((one for one in ("findings", "derived") if code in codes_of(vocabulary, one)), None)
        if kind is None:
            raise EntryMissing(f"There is no finding “{code}”.")
        changed = with_code(vocabulary, kind, code, new_code)
        if kind == FINDINGS.name:  # derived findings are stored nowhere
            changed = with_renaming(changed, {"finding": code, "to": new_code}, reason)
        return Renamed(changed, replacing(Name(NameKind.FINDING, code), new_code), f"{code} → {new_code}")

    return _rename(version, by=by, reason=reason, change=change)


def rename_option(version: Version, *, by: User, finding: str, option: str, new_option: str, reason: str) -> Version:
    """Raises NotAllowed, EntryMissing, EntryExists."""

    def change(vocabulary: Document) -> Renamed:
        refuse_bad_code(new_option)
        kind, entry = choice_with(vocabulary, finding, option)
        refuse_taken(new_option, codes_of(entry, "options"))
        changed = with_code_in(vocabulary, kind, finding, with_code(entry, "options", option, new_option))
        if kind == FINDINGS.name:
            changed = with_renaming(changed, {"finding": finding, "option": option, "to": new_option}, reason)
        wanted = Name(NameKind.OPTION, option, finding)
        return Renamed(changed, replacing(wanted, new_option), f"{finding}: {option} → {new_option}")

    return _rename(version, by=by, reason=reason, change=change)


def rename_intervention(version: Version, *, by: User, code: str, new_code: str, reason: str) -> Version:
    """Raises NotAllowed, EntryMissing, EntryExists."""

    def change(vocabulary: Document) -> Renamed:
        refuse_bad_code(new_code)
        known = codes_of(vocabulary, INTERVENTIONS.name)
        refuse_taken(new_code, known)
        if code not in known:
            raise EntryMissing(f"There is no intervention “{code}”.")
        changed = with_code(vocabulary, INTERVENTIONS.name, code, new_code)
        return Renamed(changed, replacing(Name(NameKind.INTERVENTION, code), new_code), f"{code} → {new_code}")

    return _rename(version, by=by, reason=reason, change=change)


def remove_option(version: Version, *, by: User, finding: str, option: str, to: str | None, reason: str) -> Version:
    """An option that no part uses any more; stored answers become ``to``, or are set aside.

    Raises NotAllowed with the uses that stand in the way, EntryMissing.
    """

    def change(vocabulary: Document) -> Renamed:
        kind, entry = choice_with(vocabulary, finding, option)
        wanted = Name(NameKind.OPTION, option, finding)
        if uses := uses_of(wanted, version):
            raise NotAllowed(Refusal.STILL_USED, in_words(uses))
        if to is not None and (to == option or to not in codes_of(entry, "options")):
            raise EntryMissing(f"“{finding}” has no other option “{to}”.")
        kept = [one for one in entry["options"] if one.get("code") != option]
        changed = with_code_in(vocabulary, kind, finding, {**entry, "options": kept})
        if kind == FINDINGS.name:
            moved = {"finding": finding, "option": option} | ({"to": to} if to is not None else {})
            changed = with_renaming(changed, moved, reason)
        return Renamed(changed, replacing(wanted, option), f"{finding}: {option} removed")

    return _rename(version, by=by, reason=reason, change=change)


@transaction.atomic
def _rename(version: Version, *, by: User, reason: str, change: Callable[[Document], Renamed]) -> Version:
    locked = lock_version(version.pk)
    check_can_change(by, locked)
    if kind_of(locked.part) is not PartKind.VOCABULARY:
        raise NotAllowed(Refusal.NO_SUCH_PART)
    if not reason.strip():
        raise NotAllowed(Refusal.NO_REASON)
    if not is_seen(reason):
        raise NotAllowed(Refusal.BAD_TEXT)
    now, before = timezone.now(), locked.sha256
    renamed = change(document_of_version(locked))
    changed = respell_others(locked, renamed.spelling, by=by, at=now)
    store_document(locked, respelled(locked.part, renamed.vocabulary, renamed.spelling), by=by, at=now)
    record(
        Event.VERSION_CHANGED,
        by=by,
        target=str(locked.pk),
        before={"sha256": before},
        after={"part": locked.part, "renamed": renamed.words, "sha256": locked.sha256, "with": changed},
        reason=reason.strip(),
    )
    return locked


def respell_others(vocabulary: Version, spelling: Spelling, *, by: User, at: datetime) -> dict[str, str]:
    """Change every other part that uses the name; returns the versions they became, by part."""
    changed: dict[str, str] = {}
    for part, document in sorted(parts_of(working_candidate(vocabulary).document).items()):
        if part == vocabulary.part or respelled(part, document, spelling) == document:
            continue
        version = draft_to_change(part, by=by, at=at)
        store_document(version, respelled(part, document_of_version(version), spelling), by=by, at=at)
        changed[part] = str(version.pk)
    return changed


def draft_to_change(part: str, *, by: User, at: datetime) -> Version:
    """The open draft of the part, or a new one; what is under review is not taken from its reviewers."""
    open_version = lock_open_version(part)
    if open_version is not None and open_version.state == VersionState.DRAFT:
        return open_version
    try:
        check_can_start(by, open_version)
    except NotAllowed as error:
        raise NotAllowed(error.refusal, [f"It is about {part_in_words(part)}."]) from None
    return draft_from(part, open_version, by=by, at=at)


# Documents


def choice_with(vocabulary: Document, finding: str, option: str) -> tuple[str, Entry]:
    for kind in ("findings", "derived"):
        for entry in vocabulary.get(kind) or []:
            if entry.get("code") == finding and option in codes_of(entry, "options"):
                return kind, entry
    raise EntryMissing(f"There is no option “{option}” of “{finding}”.")


def codes_of(document: Document, name: str) -> set[str]:
    found = document.get(name)
    return {str(one.get("code")) for one in found if isinstance(one, dict)} if isinstance(found, list) else set()


def with_code(document: Document, name: str, code: str, new_code: str) -> Document:
    return with_code_in(document, name, code, {"code": new_code}, merged=True)


def with_code_in(document: Document, name: str, code: str, entry: Entry, *, merged: bool = False) -> Document:
    """The document with an entry of a list replaced, or only some of its fields."""
    return {
        **document,
        name: [
            ({**one, **entry} if merged else entry) if isinstance(one, dict) and one.get("code") == code else one
            for one in document[name]
        ],
    }


def replacing(wanted: Name, new_code: str) -> Spelling:
    return lambda name, _use: new_code if name == wanted else name.code


def refuse_bad_code(code: str) -> None:
    if not CODE.fullmatch(code) or code in RESERVED:
        raise NotAllowed(
            Refusal.BAD_IDENTITY, [f"A code must match {CODE.pattern} and be none of {', '.join(RESERVED)}."]
        )


def refuse_taken(code: str, known: set[str]) -> None:
    if code in known:
        raise EntryExists(f"“{code}” exists already.")
