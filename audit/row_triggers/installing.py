"""Puts the row triggers into a database, as often as one likes, and says which triggers are missing there."""

from collections.abc import Iterator

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.row_triggers import postgresql, sqlite3
from audit.row_triggers.tables import AuditedTable, GuardedTables

LOG = "audit_event"
PENDING = "audit_event_append_pending"
REFUSING = {
    ("postgresql", "append_only"): ("rows", "truncate"),
    ("postgresql", "frozen"): ("update", "delete", "truncate"),
    ("sqlite", "append_only"): ("update", "delete", "replace"),
    ("sqlite", "frozen"): ("update", "delete", "replace"),
}


def install(connection: BaseDatabaseWrapper, declared: GuardedTables) -> None:
    """Idempotent. Tables that are not there yet are left out; triggers of tables no longer declared are removed.

    On PostgreSQL no table is locked that has its triggers, and no two tables at once: others are at work.
    """
    if not _log_is_there(connection):
        return
    tables = [table for table in declared.audited if table.name in _tables(connection)]
    if connection.vendor == "postgresql":
        _install_postgresql(connection, tables)
    else:
        with transaction.atomic(using=connection.alias):
            _install_sqlite(connection, tables)


def remove(connection: BaseDatabaseWrapper) -> None:
    """SQLite alters no table that the body of a trigger names; `migrate` puts them back when it is done."""
    with connection.cursor() as cursor:
        for name, table, _ in _row_triggers(connection):
            where = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{where}')


def missing_triggers(connection: BaseDatabaseWrapper, declared: GuardedTables) -> list[str]:
    """By name; on PostgreSQL a trigger that is not ENABLE ALWAYS counts as missing."""
    if not _log_is_there(connection):
        return []  # before the first `migrate`
    tables = _tables(connection)
    return sorted(set(_expected(connection, declared, tables)) - _active(connection))


def _expected(connection: BaseDatabaseWrapper, declared: GuardedTables, tables: set[str]) -> Iterator[str]:
    names = postgresql.names if connection.vendor == "postgresql" else sqlite3.names
    yield PENDING
    for table in declared.audited:
        if table.name in tables:
            yield from names(table)
    for name, kinds in declared.refusing.items():
        for kind in kinds:
            if name in tables:
                yield from (f"{name}_{kind}_{what}" for what in REFUSING[connection.vendor, kind])


def _active(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND tgenabled = 'A' AND relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def _tables(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _log_is_there(connection: BaseDatabaseWrapper) -> bool:
    """With the column that came last, because migrations can also be taken back."""
    if not {LOG, "audit_pending"} <= _tables(connection):
        return False
    with connection.cursor() as cursor:
        return "transaction" in {column.name for column in connection.introspection.get_table_description(cursor, LOG)}


def _row_triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    """Name, table and statement (of SQLite) of each row trigger that is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, relname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
                r" AND tgname LIKE '%\_row\_changed%'"
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name, sql FROM sqlite_master"
                r" WHERE type = 'trigger' AND name LIKE '%\_row\_changed\_%' ESCAPE '\'"
            )
        return cursor.fetchall()


def _install_postgresql(connection: BaseDatabaseWrapper, tables: list[AuditedTable]) -> None:
    wanted = {name for table in tables for name in postgresql.names(table)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    _execute(connection, [*postgresql.functions(schema), *_fixed_search_paths(connection, schema)])
    there = _triggers_that_are_on(connection)
    for table in tables:
        if not postgresql.in_catalogue(table) <= there:
            _execute(connection, postgresql.triggers(schema, table))
    for name, where, _ in _row_triggers(connection):
        if name not in wanted:
            _execute(connection, [f'DROP TRIGGER "{name}" ON {schema}."{where}"'])


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    """All of them, in one transaction of their own."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _triggers_that_are_on(connection: BaseDatabaseWrapper) -> set[postgresql.InCatalogue]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname, proname, tgtype, encode(tgargs, 'escape')"
            " FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND tgenabled = 'A' AND tgqual IS NULL AND tgattr = ''"
            " AND relnamespace = current_schema()::regnamespace AND pronamespace = current_schema()::regnamespace"
        )
        return set(cursor.fetchall())


def _fixed_search_paths(connection: BaseDatabaseWrapper, schema: str) -> list[str]:
    """The older functions look tables up by name too; a temporary table of that name must not be found first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(proname) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            r" AND prorettype = 'trigger'::regtype AND (proname LIKE '%%\_append\_only' OR proname = %s)",
            [PENDING],
        )
        return [
            f"ALTER FUNCTION {schema}.{name}() SET search_path = pg_catalog, {schema}, pg_temp"
            for (name,) in cursor.fetchall()
        ]


def _install_sqlite(connection: BaseDatabaseWrapper, tables: list[AuditedTable]) -> None:
    wanted: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in tables:
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table.name)]
            wanted |= sqlite3.triggers(table, columns)
        there = {name: statement for name, _, statement in _row_triggers(connection)}
        for name, statement in there.items():
            if wanted.get(name) != statement:
                cursor.execute(f'DROP TRIGGER "{name}"')
        for name, statement in wanted.items():
            if there.get(name) != statement:
                cursor.execute(statement)
