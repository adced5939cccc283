"""Migration operations that make the database itself refuse to change or delete the rows of a table.

PostgreSQL gets row triggers against UPDATE and DELETE and a statement trigger against TRUNCATE, all of them ENABLE
ALWAYS, so that `session_replication_role` does not switch them off. SQLite gets triggers against UPDATE and DELETE and
one against INSERT OR REPLACE, which deletes without asking the delete trigger: it looks at the primary key and at every
other unique key, because REPLACE removes the row that has any of them.
"""

import re
from collections.abc import Callable
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

MESSAGE = "is append-only: rows are never changed or deleted"
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")

UniqueKeys = tuple[tuple[str, ...], ...]
Statements = Callable[[str, UniqueKeys, str], list[str]]


def append_only_operations(
    table: str, *, primary: str = "id", unique: UniqueKeys = (), event: str = ""
) -> list[RunPython]:
    """Put these behind the operation that creates the table; they can be reversed.

    `unique` names the columns of every unique key besides the primary key. With `event`, the column that holds the id
    of an audit event, rows of events whose retention has ended (`audit_retirement`) may be deleted.
    """
    keys = ((primary,), *unique)
    for name in (table, *(column for key in keys for column in key), *filter(None, [event])):
        if not TABLE_NAME.fullmatch(name):  # the names go into SQL as they are
            raise ValueError(f"{name!r} is no plain table or column name.")
    return [
        RunPython(
            partial(_run, table=table, keys=keys, event=event, by_vendor=INSTALL),
            partial(_run, table=table, keys=keys, event=event, by_vendor=REMOVE),
        )
    ]


def remove_append_only_operations(table: str) -> list[RunPython]:
    """Before an operation that rebuilds the table; reversing leaves the table as it is."""
    return [RunPython(partial(_run, table=table, keys=(), event="", by_vendor=REMOVE), RunPython.noop)]


def _run(
    apps: Apps,
    editor: BaseDatabaseSchemaEditor,
    *,
    table: str,
    keys: UniqueKeys,
    event: str,
    by_vendor: dict[str, Statements],
) -> None:
    for statement in by_vendor[editor.connection.vendor](table, keys, event):
        editor.execute(statement)


def _retired(event: str) -> str:
    """Whether the retention of the row's event has ended, as SQL."""
    return f"""EXISTS (SELECT 1 FROM audit_leaf JOIN audit_retirement
        ON audit_leaf.position BETWEEN audit_retirement.first AND audit_retirement.last
        WHERE audit_leaf.event_id = OLD.{event})"""  # nosec B608


def _install_postgresql(table: str, keys: UniqueKeys, event: str) -> list[str]:
    retired = f"IF TG_OP = 'DELETE' THEN IF {_retired(event)} THEN RETURN OLD; END IF; END IF; " if event else ""
    return [
        f"""CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN {retired}RAISE EXCEPTION '{table} {MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END;
            $body$""",
        f"""CREATE TRIGGER {table}_append_only_rows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_append_only()""",
        f"""CREATE TRIGGER {table}_append_only_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()""",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only_rows",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only_truncate",
    ]


def _remove_postgresql(table: str, keys: UniqueKeys, event: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {table}_append_only_rows ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_append_only_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_append_only()",
    ]


def _install_sqlite(table: str, keys: UniqueKeys, event: str) -> list[str]:
    kept = f"WHEN NOT {_retired(event)} " if event else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {MESSAGE}'); END"
    same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in keys]
    exists = f'EXISTS (SELECT 1 FROM "{table}" WHERE {" OR ".join(f"({one})" for one in same)})'  # nosec B608
    return [
        f'CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON "{table}" {refuse}',
        f'CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON "{table}" {kept}{refuse}',
        f'CREATE TRIGGER {table}_append_only_replace BEFORE INSERT ON "{table}" WHEN {exists} {refuse}',
    ]


def _remove_sqlite(table: str, keys: UniqueKeys, event: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_append_only_{what}" for what in ("update", "delete", "replace")]


INSTALL: dict[str, Statements] = {"postgresql": _install_postgresql, "sqlite": _install_sqlite}
REMOVE: dict[str, Statements] = {"postgresql": _remove_postgresql, "sqlite": _remove_sqlite}
