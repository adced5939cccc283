"""What may be stored as an entry at all: plain JSON of a bearable size, without characters that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pathways.editing.entries import CASES, INTENDED, EntryKind
from pathways.editing.parts import PartKind, kind_of
from pathways.engine.plain_text import unseen_in
from pathways.engine.problems import CODE, KEY

LONGEST_TEXT = 20_000  # a condition or a wording; longer ones are refused before anything is read
LARGEST_ENTRY = 200_000  # characters, all texts together
LARGEST_PART = 4_000_000
LARGEST_NUMBER = 10**15
DEEPEST = 12
MOST_MEMBERS = 2_000
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
SUBJECT = re.compile(r"\S[^\n]{0,199}")  # made by the proof: "hole: prognosis: kps"


def faults_of(entry: Any) -> list[str]:
    """Everything that keeps an entry from being stored, as sentences; the size is looked at first."""
    if not isinstance(entry, dict):
        return ["An entry consists of named fields."]
    try:
        found = list(walk(entry, "", 0))
    except TooLarge as error:
        return [str(error)]
    return found


class TooLarge(ValueError):
    """The entry is not looked at any further."""


def walk(value: Any, place: str, depth: int, size: list[int] | None = None) -> Iterator[str]:
    size = [0] if size is None else size
    if depth > DEEPEST:
        raise TooLarge(f"{place}: nested too deeply.")
    match value:
        case str():
            yield from faults_of_text(value, place, size)
        case bool() | None:
            pass
        case int():
            if abs(value) >= LARGEST_NUMBER:
                yield f"{place}: the number is too large."
        case dict() | list():
            size[0] += len(value)
            if len(value) > MOST_MEMBERS:
                raise TooLarge(f"{place}: {len(value)} values are too many; {MOST_MEMBERS} fit.")
            yield from walk_members(value, place, depth, size)
        case _:
            yield f"{place}: write numbers as 10, or as text to keep them exact: 0.5."


def walk_members(value: dict[Any, Any] | list[Any], place: str, depth: int, size: list[int]) -> Iterator[str]:
    if isinstance(value, list):
        for index, member in enumerate(value):
            yield from walk(member, f"{place}/{index + 1}" if place else str(index + 1), depth + 1, size)
        return
    for name, member in value.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            yield f"{place or 'The entry'}: a field has a name that cannot be used."
        else:
            yield from walk(member, f"{place}/{name}" if place else name, depth + 1, size)


def faults_of_text(text: str, place: str, size: list[int]) -> Iterator[str]:
    size[0] += len(text)
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"{place}: the text has {len(text):,} characters; {LONGEST_TEXT:,} fit.")
    if size[0] > LARGEST_ENTRY:
        raise TooLarge(f"The entry is too large; {LARGEST_ENTRY:,} characters fit.")
    if not is_seen(text):
        yield f"{place}: the text holds a character that cannot be seen. Type it again."


def is_seen(text: str) -> bool:
    return unseen_in(text) is None


def fault_of_identity(part: str, kind: EntryKind, identity: Any) -> str | None:
    """Names of entries stand in addresses and in conditions, so that even a draft may only have plain ones."""
    pattern = NAME
    if kind == INTENDED:
        pattern = SUBJECT
    elif kind == CASES or kind.identity == "key":
        pattern = KEY
    elif kind_of(part) is PartKind.VOCABULARY:
        pattern = CODE
    if isinstance(identity, str) and pattern.fullmatch(identity):
        return None
    return f"The {kind.identity} of a {kind.singular} must match {pattern.pattern}."
