"""The log as it stands in the database, read in batches and without trusting that anything has the right form."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from audit.payloads import COLUMNS
from audit.verification_columns import columns_agree, differing_columns
from audit.verification_findings import Findings, Kind
from audit.verification_rows import Row
from audit.verification_shown import differing_shown

MOST_DIFFERENCE = 2_000_000  # microseconds between the clocks
CLOCKS_AGREE = {
    "postgresql": f"abs(date_part('epoch', e.db_at) * 1e6 - e.at_us) <= {MOST_DIFFERENCE}",
    "sqlite": f"coalesce(abs((julianday(e.db_at) - 2440587.5) * 86400e6 - e.at_us) <= {MOST_DIFFERENCE}, 0)",
}
JOINED = (
    "FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id"
    " WHERE l.position >= %s AND l.position < %s ORDER BY l.position"
)


def fetch(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """In bytes as they are stored: on PostgreSQL in the binary form, which is quicker to read."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            return cursor.fetchall()
    import psycopg

    connection.ensure_connection()
    # An error must not end the transaction that a caller may have begun.
    inner = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with inner, connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
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


def readable(value: object) -> str:
    """For a sentence: whatever stands there, shortened."""
    if isinstance(value, (bytes, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    return str(value)[:200]


class DatabaseRows:
    """Implements `audit.verification_rows.Rows`."""

    def __init__(self) -> None:
        vendor = connection.vendor
        there, no = "e.id IS NOT NULL", "false" if vendor == "postgresql" else "0"
        self._rows = (
            f"SELECT l.position, {blob('l.hash')}, {blob('e.payload')},"
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
            return fetch(self._rows, (first, end))
        except DatabaseError as error:
            if connection.vendor == "postgresql" and connection.connection.closed:
                raise  # the server is away
            if end - first > 1:
                middle = (first + end) // 2
                return [*self.read(first, middle, findings), *self.read(middle, end, findings)]
            reason = readable(error).split("\n", maxsplit=1)[0]
            findings.add(Kind.UNREADABLE, f"The event at position {first:,} cannot be read: {reason}")
            return []

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
            stored = [(position, _id(patient)) for position, patient in fetch(statement, (first, end))]
        except DatabaseError as error:
            findings.add(Kind.UNREADABLE, f"The lists of shown patients cannot be read: {readable(error)}")
            return
        for position in differing_shown(rows, stored):
            findings.add(Kind.SHOWN, f"The patients of the list at position {position:,} are not those of its payload.")


def _plain(values: Sequence[Any], kinds: Sequence[str]) -> dict[str, Any]:
    """As the payload has them: ids as text, and on SQLite text out of its bytes."""
    plain: dict[str, Any] = {}
    for number, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
        kind = kinds[number] if kinds else ""
        if name in {"id", "patient_id"}:
            plain[name] = None if value is None else _id(value)
        elif kind == "integer":
            plain[name] = int(bytes(value))
        elif kind in {"text", ""} and isinstance(value, bytes):
            plain[name] = value.decode("utf-8", "replace")
        else:
            plain[name] = value
    return plain


def _id(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(readable(value)))
    except ValueError:
        return repr(readable(value))
