"""The log as it stands in the database, read in batches and without trusting that anything has the right form."""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from audit.payloads import COLUMNS
from audit.verification.columns import LARGE, columns_agree, differing_columns, is_plain
from audit.verification.findings import Findings, Kind
from audit.verification.rows import Row
from audit.verification.shown import differing_shown

MOST_DIFFERENCE = 2_000_000  # microseconds between the clocks
LONGEST = 64 * 1024 * 1024  # bytes of a payload: far more than a request can bring
STORED_ID = re.compile("[0-9a-f]{32}")
CLOCKS_AGREE = {
    "postgresql": f"abs(date_part('epoch', e.db_at) * 1e6 - e.at_us) <= {MOST_DIFFERENCE}",
    "sqlite": f"coalesce(abs((julianday(e.db_at) - 2440587.5) * 86400e6 - e.at_us) <= {MOST_DIFFERENCE}, 0)",
}
JOINED = (
    "FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id"
    " WHERE l.position >= %s AND l.position < %s ORDER BY l.position"
)
# A join of some thousand rows is quickest row by row in the order of positions, which is that of the ids, too;
# PostgreSQL would start helpers for it, and sort what they bring.
ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"


def fetch(statement: str, parameters: Sequence[Any] = (), *, alone: bool = False) -> list[tuple[Any, ...]]:
    """In bytes as they are stored: on PostgreSQL in the binary form, which is quicker to read."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            return cursor.fetchall()
    import psycopg

    connection.ensure_connection()
    # An error must not end the transaction that a caller may have begun.
    inner = transaction.atomic() if alone or connection.in_atomic_block else nullcontext()
    with inner, connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        if alone:
            cursor.execute(ALONE)
        return cursor.execute(statement, tuple(parameters), binary=True).fetchall()


def blob(column: str) -> str:
    """As SQL: the column where it holds bytes. SQLite keeps text in it where somebody puts text."""
    return column if connection.vendor == "postgresql" else f"CASE typeof({column}) WHEN 'blob' THEN {column} END"


def text(column: str) -> str:
    """As SQL: text in bytes, because SQLite cannot always read its own."""
    return column if connection.vendor == "postgresql" else f"CAST({column} AS BLOB)"


def integer(column: str) -> str:
    """As SQL: the number in the column, -1 where there is something else."""
    if connection.vendor == "postgresql":
        return column
    return f"CASE typeof({column}) WHEN 'integer' THEN {column} ELSE -1 END"


def short_blob(column: str) -> str:
    """Like `blob`, and NULL where it is too long to be read with thousands of others."""
    if connection.vendor == "postgresql":
        return f"CASE WHEN octet_length({column}) <= {LARGE} THEN {column} END"
    return f"CASE WHEN typeof({column}) = 'blob' AND length({column}) <= {LARGE} THEN {column} END"


def readable(value: object) -> str:
    """For a sentence: whatever stands there, shortened."""
    if isinstance(value, (bytes, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    return str(value)[:200]


class DatabaseRows:
    """Implements `audit.verification.rows.Rows`."""

    def __init__(self) -> None:
        vendor = connection.vendor
        there, no = "e.id IS NOT NULL", "false" if vendor == "postgresql" else "0"
        self._rows = (
            f"SELECT l.position, {blob('l.hash')}, {short_blob('e.payload')},"
            f" CASE WHEN {there} THEN coalesce({columns_agree(vendor)}, {no}) END,"
            f" CASE WHEN {there} THEN {CLOCKS_AGREE[vendor]} END {JOINED}"
        )
        stored = ", ".join(text(f'e."{name}"') for name in COLUMNS)
        self._exact = f"SELECT {text('l.event_id')}, {text('e.db_at')}, {stored} {JOINED}"
        if vendor == "sqlite":
            kinds = ", ".join(f'typeof(e."{name}")' for name in COLUMNS)
            self._kinds = f"SELECT {kinds} {JOINED}"

    def read(self, first: int, end: int, findings: Findings) -> Sequence[Row]:
        """Halves what cannot be read, until the unreadable rows are found."""
        try:
            return [_certain(row) for row in fetch(self._rows, (first, end), alone=True)]
        except DatabaseError as error:
            if connection.vendor == "postgresql" and connection.connection.closed:
                raise  # the server is away
            if end - first > 1:
                middle = (first + end) // 2
                return [*self.read(first, middle, findings), *self.read(middle, end, findings)]
            reason = readable(error).split("\n", maxsplit=1)[0]
            findings.add(Kind.UNREADABLE, f"The event at position {first:,} cannot be read: {reason}")
            return []

    def payload(self, position: int, findings: Findings) -> bytes | None:
        length = f"octet_length({blob('e.payload')})" if connection.vendor == "postgresql" else "length(e.payload)"
        short = f"CASE WHEN {length} <= {LONGEST} THEN {blob('e.payload')} END"
        try:
            ((size, payload),) = fetch(f"SELECT {length}, {short} {JOINED}", (position, position + 1))
        except (DatabaseError, ValueError) as error:
            findings.add(Kind.UNREADABLE, f"The event at position {position:,} cannot be read: {readable(error)}")
            return None
        if payload is None and size is not None and size > LONGEST:
            findings.add(Kind.UNREADABLE, f"The event at position {position:,} is too long to be read: {size:,} bytes.")
        return None if payload is None else bytes(payload)

    def explain(self, row: Row, findings: Findings) -> None:
        position, _, payload, agree, clocks = row
        try:
            (event, db_at, *values) = fetch(self._exact, (position, position + 1))[0]
            kinds = fetch(self._kinds, (position, position + 1))[0] if connection.vendor == "sqlite" else ()
        except (DatabaseError, IndexError, ValueError) as error:
            findings.add(Kind.UNREADABLE, f"The event at position {position:,} cannot be read: {readable(error)}")
            return
        named = f"Event {_id(event)} at position {position:,}"
        if agree is None:
            findings.add(Kind.MISSING_EVENT, f"{named} is missing.")
            return
        if not agree:
            differ = differing_columns(payload, _plain(values, kinds))
            if differ:
                findings.add(Kind.COLUMN, f"{named}: {', '.join(differ)} differ from what was sealed.")
        if not clocks:
            findings.add(
                Kind.CLOCK, f"{named}: the database's clock says {readable(db_at)}, the application's another time."
            )

    def check_batch(self, first: int, end: int, rows: Sequence[Row], findings: Findings) -> None:
        """The rows of shown patients of these events."""
        statement = (
            f"SELECT l.position, {text('s.patient_id')} FROM audit_leaf l"  # noqa: S608  # nosec B608
            " JOIN audit_shown_patient s ON s.event_id = l.event_id WHERE l.position >= %s AND l.position < %s"
        )
        try:
            stored = [(position, _stored_id(patient)) for position, patient in fetch(statement, (first, end))]
        except DatabaseError as error:
            findings.add(Kind.UNREADABLE, f"The lists of shown patients cannot be read: {readable(error)}")
            return
        for position in differing_shown(rows, stored, lambda position: self.payload(position, Findings())):
            findings.add(Kind.SHOWN, f"The patients of the list at position {position:,} are not those of its payload.")


def _certain(row: Row) -> Row:
    position, leaf, payload, agree, clocks = row
    return row if not agree or (payload is not None and is_plain(payload)) else (position, leaf, payload, False, clocks)


def _plain(values: Sequence[Any], kinds: Sequence[str]) -> dict[str, Any]:
    """As the payload has them: ids as text, and on SQLite text out of its bytes."""
    plain: dict[str, Any] = {}
    for number, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
        kind = kinds[number] if kinds else ""
        if name in {"id", "patient_id"}:
            plain[name] = None if value is None else _stored_id(value)
        elif kind == "integer":
            plain[name] = int(bytes(value))
        elif kind in {"text", ""} and isinstance(value, bytes):
            plain[name] = value.decode("utf-8", "surrogateescape")  # which no payload can say
        else:
            plain[name] = value
    return plain


def _stored_id(value: object) -> str:
    """SQLite finds an id by the very 32 digits that it was stored with; in any other form it would be hidden."""
    if isinstance(value, UUID):
        return str(value)
    return _id(value) if STORED_ID.fullmatch(readable(value)) else repr(readable(value))


def _id(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(readable(value)))
    except ValueError:
        return repr(readable(value))
