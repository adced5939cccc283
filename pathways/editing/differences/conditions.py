"""Conditions compared three ways: as they are written, as English sentences, and as the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import eq

from pathways.editing.differences.words import Change, Unit, line_difference
from pathways.engine.condition_language import ConditionError, parse
from pathways.engine.conditions import Alternative, Condition
from pathways.engine.explain import alternative_in_words, term_in_words
from pathways.engine.vocabulary import Vocabulary

ANY = "any"


@dataclass(frozen=True, slots=True)
class Cell:
    """``differs`` from the alternative on the other side that is most like this one."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One alternative: a cell for every column of the table, "any" where it does not test that finding."""

    change: Change
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ConditionDifference:
    """``sentences`` and ``rows`` are empty where one of the two texts is no condition."""

    lines: tuple[Unit, ...]
    sentences: tuple[Unit, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An alternative in words; tests of the same finding stand in one cell."""

    sentence: str
    cells: tuple[tuple[str, str], ...]


def condition_difference(
    old: str, new: str, *, before: Vocabulary | None, after: Vocabulary | None
) -> ConditionDifference:
    """Each text is read with the vocabulary of its own time."""
    lines = line_difference(old.strip(), new.strip())
    was, now = readings(old, before), readings(new, after)
    if was is None or now is None:
        return ConditionDifference(lines, (), (), ())
    sentences = line_difference(as_lines(was), as_lines(now))
    columns = tuple(dict.fromkeys(column for reading in (*now, *was) for column, _ in reading.cells))
    return ConditionDifference(lines, sentences, columns, rows(was, now, columns))


def readings(text: str, vocabulary: Vocabulary | None) -> tuple[Reading, ...] | None:
    """The alternatives of a condition; none for an empty text, None for one that cannot be read."""
    if not text.strip():
        return ()
    if vocabulary is None:
        return None
    try:
        condition: Condition = parse(text, vocabulary.variables)
    except ConditionError:
        return None
    return tuple(reading_of(alternative, vocabulary) for alternative in condition.alternatives)


def reading_of(alternative: Alternative, vocabulary: Vocabulary) -> Reading:
    cells: dict[str, list[str]] = {}
    for term in alternative.terms:
        label = vocabulary.variable(term.finding).label
        cells.setdefault(label, []).append(term_in_words(term, vocabulary).removeprefix(f"{label} is "))
    joined = tuple((label, " and ".join(tests)) for label, tests in cells.items())
    return Reading(alternative_in_words(alternative, vocabulary), joined)


def as_lines(read: Iterable[Reading]) -> str:
    return "\n".join(reading.sentence for reading in read)


def rows(was: Sequence[Reading], now: Sequence[Reading], columns: Sequence[str]) -> tuple[Row, ...]:
    old, new = [cells_of(reading, columns) for reading in was], [cells_of(reading, columns) for reading in now]
    gone, come = [cells for cells in old if cells not in new], [cells for cells in new if cells not in old]
    shown = [row(Change.ADDED, cells, gone) if cells in come else row(Change.KEPT, cells, [cells]) for cells in new]
    return (*shown, *(row(Change.REMOVED, cells, come) for cells in gone))


def row(change: Change, cells: Sequence[str], others: Sequence[Sequence[str]]) -> Row:
    nearest = max(others, key=lambda other: sum(map(eq, cells, other)), default=())
    return Row(change, tuple(Cell(text, text != other) for text, other in zip_longest(cells, nearest)))


def cells_of(reading: Reading, columns: Sequence[str]) -> tuple[str, ...]:
    tests = dict(reading.cells)
    return tuple(tests.get(column, ANY) for column in columns)
