"""The list of renamed codes of a vocabulary: how it grows, also where a code gets back a name that it had before."""

from __future__ import annotations

from collections.abc import Sequence

from pathways.editing.entries import RENAMED, Entry, entries
from pathways.editing.parts import Document
from pathways.engine.read_renamings import final_finding, final_option
from pathways.engine.vocabulary import Renaming

LONGEST_KEY = 56


def with_renaming(vocabulary: Document, renaming: Entry, reason: str) -> Document:
    """The vocabulary with one more renaming: {"finding", "to"} or {"finding", "option"} with or without "to"."""
    listed = entries(vocabulary, RENAMED)
    added = [*listed, {"key": key_for(renaming, listed), **renaming, "reason": reason.strip()}]
    return {**vocabulary, RENAMED.name: straightened(added) if names_an_old_code(listed, renaming) else added}


def key_for(renaming: Entry, listed: Sequence[Entry]) -> str:
    known = {str(one.get("key")) for one in listed}
    stem = "-".join(str(renaming[name]) for name in ("finding", "option") if name in renaming)
    stem = stem.replace("_", "-")[:LONGEST_KEY].strip("-")
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(known) + 3))]
    return next(name for name in names if name not in known)


def names_an_old_code(listed: Sequence[Entry], renaming: Entry) -> bool:
    """Whether the new code is one that was given up before, so that an earlier entry would lead away from it."""
    field = "option" if "option" in renaming else "finding"
    return any(("option" in one) == (field == "option") and one.get(field) == renaming.get("to") for one in listed)


def straightened(listed: Sequence[Entry]) -> list[Entry]:
    """The entries of the finding that was renamed last, each leading to today's code at once.

    Safety: whatever code an answer was stored under, it arrives where the entries led it one after the other. Findings
    come before options, which then stand under today's finding; an entry that leads back to its own code is left out.
    """
    renamings = [renaming_of(one) for one in listed]
    last = renamings[-1]
    current = last.finding if last.option is not None else last.to or ""
    own = [place for place, one in enumerate(renamings) if arrives_at(one, renamings[place + 1 :]) == current]
    direct = [leading_to(current, listed[place], renamings[place], renamings[place + 1 :]) for place in own]
    kept = [one for one in direct if one.get("option", one["finding"]) != one.get("to")]
    ordered = sorted(kept, key=lambda one: "option" in one)
    return [*(one for place, one in enumerate(listed) if place not in own), *ordered]


def arrives_at(renaming: Renaming, later: Sequence[Renaming]) -> str:
    """Today's code of the finding that an entry is about."""
    code = renaming.finding if renaming.option is not None else renaming.to or ""
    return final_finding(code, list(later))


def leading_to(current: str, entry: Entry, renaming: Renaming, later: Sequence[Renaming]) -> Entry:
    if renaming.option is None:
        return {**entry, "to": current}
    arrived = final_option(renaming, list(later))
    straight = {name: value for name, value in entry.items() if name != "to"} | {"finding": current}
    return straight if arrived is None else straight | {"to": arrived}


def renaming_of(entry: Entry) -> Renaming:
    return Renaming(
        key=str(entry.get("key")),
        finding=str(entry.get("finding")),
        reason=str(entry.get("reason")),
        to=entry.get("to"),
        option=entry.get("option"),
    )
