"""Small readers for parts of a content document, which note what is wrong instead of raising."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pathways.engine.condition_language import ConditionError, Variables, parse
from pathways.engine.conditions import ALWAYS, Condition
from pathways.engine.decimals import is_writable
from pathways.engine.problems import CODE, Path, ProblemList, nearest

Part = Mapping[str, Any]
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_HINT = 200


def parts(document: Part, name: str) -> list[Part]:
    """The list ``name`` of a document, without what is no mapping (the schema reports that)."""
    found = document.get(name)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def text(part: Part, name: str) -> str:
    value = part.get(name)
    return value.strip() if isinstance(value, str) else ""


def optional_text(part: Part, name: str) -> str | None:
    return text(part, name) or None


def texts(part: Part, name: str) -> tuple[str, ...]:
    value = part.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def number(part: Part, path: Path, name: str, problems: ProblemList) -> Decimal | None:
    """Numbers stand in documents as integers or, to stay exact, as text. What cannot be read is noted."""
    value = part.get(name)
    if value is None:
        return None
    try:
        found = Decimal(value) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
    except InvalidOperation:
        found = None
    if found is None or not is_writable(found):
        problems.add((*path, name), f"The {name} is a finite number, written as 10 or 0.5.")
        return None
    return found


def day(part: Part, path: Path, name: str, problems: ProblemList) -> date | None:
    """A day written YYYY-MM-DD. What is no such day is noted."""
    value = part.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    problems.add((*path, name), f"“{str(value)[:40]}” is no day of the calendar, written like 2026-11-22.")
    return None


def named(
    document: Part, path: Path, name: str, problems: ProblemList, *, key: str = "code", pattern: re.Pattern[str] = CODE
) -> Iterator[tuple[Path, str, Part]]:
    """The entries of a list with their names; badly formed and repeated names are noted."""
    seen: set[str] = set()
    for index, part in enumerate(parts(document, name)):
        here = (*path, name, index)
        identity = text(part, key)
        if not pattern.fullmatch(identity):
            problems.add((*here, key), f"“{identity[:80]}” is not a valid {key}: it must match {pattern.pattern}.")
        elif identity in seen:
            problems.add((*here, key), f"The {key} “{identity}” is used twice.")
        else:
            seen.add(identity)
            yield here, identity, part


def condition(part: Part, path: Path, name: str, variables: Variables, problems: ProblemList) -> Condition:
    """The condition written under ``name``. A faulty one is noted, and ALWAYS stands in for it."""
    written = part.get(name)
    try:
        return parse(written if isinstance(written, str) else "", variables)
    except ConditionError as error:
        for fault in error.problems:
            problems.add((*path, name), fault.message, fault.line, fault.column)
        return ALWAYS


def check_names(names: Iterable[str], known: Iterable[str], path: Path, kind: str, problems: ProblemList) -> None:
    """Note every name that does not exist."""
    known = list(known)
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            problems.add(path, f"There is no {kind} “{name}”.{hint if len(hint) < LONGEST_HINT else ''}")
