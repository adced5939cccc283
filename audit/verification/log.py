"""The parts of the log besides its events, as the database has them: extent, checkpoints, nodes, retirements."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from django.db import connection

from audit.verification.database import DatabaseRows, blob, fetch, integer, text
from audit.verification.rows import Rows


class Extent(NamedTuple):
    """Read in one statement, so that a sealer at work does not tear them apart."""

    size: int  # one more than the position of the last leaf
    signed: int  # of the largest checkpoint
    leaves: int


class Log(Protocol):
    @property
    def rows(self) -> Rows: ...
    def extent(self) -> Extent: ...
    def checkpoint_sizes(self, first: int, end: int) -> list[int]:
        """Larger than `first` and up to `end`, rising."""

    def checkpoints(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        """Sizes and notes, of the same."""

    def nodes(self, level: int, first: int, end: int) -> dict[int, bytes] | None:
        """Of the places first … end - 1; None where nodes are not kept."""

    def retirements(self) -> list[tuple[int, int, str]]: ...


class DatabaseLog:
    def __init__(self) -> None:
        self.rows = DatabaseRows()

    def extent(self) -> Extent:
        whole = "" if connection.vendor == "postgresql" else " WHERE typeof({0}) = 'integer'"
        ((last, signed, leaves),) = fetch(
            f"SELECT (SELECT max(position) FROM audit_leaf{whole.format('position')}),"  # noqa: S608  # nosec B608
            f" (SELECT max(size) FROM audit_checkpoint{whole.format('size')}), (SELECT count(*) FROM audit_leaf)"
        )
        return Extent(0 if last is None else max(int(last) + 1, 0), int(signed or 0), int(leaves))

    def checkpoint_sizes(self, first: int, end: int) -> list[int]:
        return [
            size
            for (size,) in fetch(
                "SELECT size FROM audit_checkpoint WHERE size > %s AND size <= %s ORDER BY size", (first, end)
            )
        ]

    def checkpoints(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        statement = (
            f"SELECT size, {text('note')} FROM audit_checkpoint"  # noqa: S608  # nosec B608
            " WHERE size > %s AND size <= %s ORDER BY size"
        )
        for size, note in fetch(statement, (first, end)):
            yield size, _note(note)

    def nodes(self, level: int, first: int, end: int) -> dict[int, bytes] | None:
        statement = (
            f"SELECT position, {blob('hash')} FROM audit_node"  # noqa: S608  # nosec B608
            " WHERE level = %s AND position >= %s AND position < %s"
        )
        return {place: bytes(value or b"") for place, value in fetch(statement, (level, first, end))}

    def retirements(self) -> list[tuple[int, int, str]]:
        columns = f"{integer('first')}, {integer('last')}, {text('note')}"
        found = fetch(f"SELECT {columns} FROM audit_retirement ORDER BY id")  # noqa: S608  # nosec B608
        return [(first, last, _note(note)) for first, last, note in found]


def _note(value: str | bytes | None) -> str:
    return value if isinstance(value, str) else bytes(value or b"").decode("utf-8", "replace")
