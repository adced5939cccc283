"""Compares the rows of patients that stood in a list with the payload of the event that tells of the list."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from audit.verification.rows import Row

MARK = b'"shown":['
ReadOne = Callable[[int], bytes | None]  # the payload at a position


def named_patients(
    rows: Sequence[Row], stored: Mapping[int, list[str]], read_one: ReadOne
) -> dict[int, list[str] | None]:
    """Position → the patients that the payload names; None where that is encrypted, so that nobody can compare."""
    named: dict[int, list[str] | None] = {}
    for position, _, short, columns_agree, _ in rows:
        payload = read_one(position) if short is None and columns_agree is not None else short
        if payload is None or (MARK not in payload and position not in stored):
            continue
        try:
            values = json.loads(payload.decode("utf-8")).get("values")
        except (ValueError, AttributeError, RecursionError):
            continue  # found already: these bytes were never sealed
        if isinstance(values, dict) and isinstance(values.get("shown"), list):
            named[position] = [str(one) for one in values["shown"]]
        elif isinstance(values, dict) and "sealed" in values:
            named[position] = None
    return named


def differing_shown(rows: Sequence[Row], listed: Iterable[tuple[int, str]], read_one: ReadOne) -> list[int]:
    """The positions at which the rows of patients are others than the payload names."""
    stored: dict[int, list[str]] = defaultdict(list)
    for position, patient in listed:
        stored[position].append(patient)
    named = named_patients(rows, stored, read_one)
    return [
        position
        for position in sorted({*named, *stored})
        if (names := named.get(position, [])) is not None and sorted(names) != sorted(stored.get(position, []))
    ]
