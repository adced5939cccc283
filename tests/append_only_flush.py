"""Lets the test runner empty append-only tables after a test that really commits.

Such tests (browser journeys above all) are cleaned up with TRUNCATE or DELETE, which our triggers refuse. Only for that
moment the triggers are taken away; rows that come from migrations (roles, permissions) are left in place.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ATTEMPTS = 10
PAUSE = 0.2  # seconds
MADE_BY_MIGRATIONS = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}


def allow_flush() -> None:
    """Patch the class and no single connection: with a browser's event loop running, Django opens another one."""
    operations = type(connection.ops)
    sql_flush: Callable[..., list[str]] = operations.sql_flush
    execute: Callable[..., None] = operations.execute_sql_flush

    def sql_flush_of_our_tables(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        return sql_flush(self, style, [table for table in tables if table not in MADE_BY_MIGRATIONS], **options)

    def execute_without_triggers(self: Any, statements: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            wait_for_the_last_request(self.connection)
            try:
                with transaction.atomic(), without_append_only(self.connection):
                    execute(self, statements)
            except OperationalError:  # a request that the closed page no longer waits for holds a lock
                if attempt == ATTEMPTS:
                    raise
                time.sleep(PAUSE)
            else:
                return

    operations.sql_flush = sql_flush_of_our_tables  # type: ignore[method-assign, assignment]
    operations.execute_sql_flush = execute_without_triggers  # type: ignore[method-assign, assignment]


def wait_for_the_last_request(database: BaseDatabaseWrapper) -> None:
    """A page that is closed leaves its request running in the server; it would write into the emptied tables."""
    if database.vendor != "postgresql":
        return
    for _ in range(ATTEMPTS):
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state IN ('active', 'idle in transaction')"
            )
            (working,) = cursor.fetchone()
        if not working:
            return
        time.sleep(PAUSE)


def end_other_connections() -> None:
    """The server of the journeys keeps connections open, and PostgreSQL drops no database that somebody uses."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@contextmanager
def without_append_only(database: BaseDatabaseWrapper) -> Iterator[None]:
    off, on = _postgresql(database) if database.vendor == "postgresql" else _sqlite(database)
    with database.cursor() as cursor:
        for statement in off:
            cursor.execute(statement)
        yield
        for statement in on:
            cursor.execute(statement)


def _postgresql(database: BaseDatabaseWrapper) -> tuple[list[str], list[str]]:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND (tgname LIKE '%_append_only_%' OR tgname LIKE '%_frozen_%'"
            " OR tgname LIKE '%_row_changed_truncate')"
        )
        triggers = cursor.fetchall()
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in triggers],
        [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in triggers],
    )


def _sqlite(database: BaseDatabaseWrapper) -> tuple[list[str], list[str]]:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " AND (name LIKE '%_append_only_%' OR name LIKE '%_frozen_%' OR name LIKE '%_row_changed_%')"
        )
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
