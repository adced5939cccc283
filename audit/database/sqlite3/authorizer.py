"""What the application's own connections may not do to a SQLite file: change its tables, triggers or the log.

SQLite knows no accounts; this stands in the place of the rights that PostgreSQL's role for the application lacks. The
web server and the worker switch it on for every connection they open; `migrate`, the sealer and other commands do not.
It guards against a mistake or an injected statement in our process, not against somebody who has the file.
"""

import sqlite3
from collections.abc import Callable

LOG_TABLES = frozenset(
    {"audit_event", "audit_shown_patient", "audit_leaf", "audit_node", "audit_checkpoint", "audit_retirement"}
)
SEALED_TABLES = frozenset({"audit_leaf", "audit_node", "audit_checkpoint", "audit_retirement", "audit_pending"})
NEVER_CHANGED = LOG_TABLES | {"audit_pending", "audit_patient_key"}
SCHEMA_TABLES = frozenset({"sqlite_master", "sqlite_temp_master", "sqlite_schema", "sqlite_temp_schema"})
READING_PRAGMAS = frozenset({"table_info", "table_xinfo", "index_list", "index_info", "foreign_key_check"})
FEEDS_THE_SEALER = "audit_event_append_pending"  # the one trigger that writes what waits for it

READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION}
) | {32}  # SQLITE_SAVEPOINT, which Python's module does not name

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]
_guarding: list[bool] = [False]


def guard_new_connections() -> None:
    """For the web server and the worker; connections that are open already stay as they are."""
    _guarding[0] = True


def guard_if_wanted(connection: sqlite3.Connection) -> None:
    """Last of all when a connection is made, because making it sets pragmas."""
    if _guarding[0]:
        connection.set_authorizer(authorize)


def authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Called once for each step of a statement when it is prepared; whatever is not allowed here is denied."""
    if action in READS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        # Opening a full-text table declares its columns, for which SQLite asks as if they were written. Ignoring leaves
        # them as they are; SQLite itself refuses a statement that names this table, because the pragma is denied.
        return sqlite3.SQLITE_IGNORE
    allowed = False
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = second != "load_extension"
    elif action == sqlite3.SQLITE_INSERT:
        allowed = first not in SCHEMA_TABLES and (first not in SEALED_TABLES or trigger == FEEDS_THE_SEALER)
    elif action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
        allowed = first not in SCHEMA_TABLES and first not in NEVER_CHANGED
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = second is None or first in READING_PRAGMAS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
