"""System checks: the triggers that guard the tables are there, and the application has no rights over the log."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connection

_installing: ContextVar[bool] = ContextVar("audit_triggers_being_installed", default=False)
TREE = ["audit_pending", "audit_leaf", "audit_node", "audit_checkpoint", "audit_retirement"]  # for the sealer to fill
KEPT = ["audit_event", "audit_shown_patient", *TREE]
RIGHTS = """
    SELECT current_user,
        bool_or(pg_has_role(current_user, relowner, 'USAGE')),
        bool_or(has_any_column_privilege(current_user, pg_class.oid, 'UPDATE')
            OR has_table_privilege(current_user, pg_class.oid, 'DELETE, TRUNCATE, TRIGGER')
            OR relname = ANY (%s) AND has_any_column_privilege(current_user, pg_class.oid, 'INSERT'))
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY (%s)
"""


@contextmanager
def triggers_being_installed() -> Iterator[None]:
    """`migrate` runs the checks first, and must not be kept from mending what they would find."""
    token = _installing.set(True)
    try:
        yield
    finally:
        _installing.reset(token)


@register(Tags.database)
def guards_are_there(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if not databases or _installing.get():
        return []
    from audit.row_triggers import guarded_tables, missing_triggers

    try:
        missing = missing_triggers(connection, guarded_tables())
    except DatabaseError:
        return []  # no database yet
    if not missing:
        return []
    return [
        checks.Error(
            f"The database lacks triggers that guard its tables: {', '.join(missing)}.",
            hint="Run `manage.py migrate` with the account that owns the tables; it puts the triggers back.",
            id="audit.E001",
        )
    ]


@register(Tags.database)
def rights_over_the_log(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Training may run on one account; live work may not."""
    if not databases or _installing.get() or connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(RIGHTS, [TREE, KEPT])
            role, owns, changes = cursor.fetchone()
    except DatabaseError:
        return []
    if not owns and not changes:
        return []
    live = settings.LM_MODE == "live"
    return [
        (checks.Error if live else checks.Warning)(
            f"The database role {role} may change the audit log: it {'owns' if owns else 'may write to'} its tables.",
            hint="Apply deploy/grants.sql and connect as the role for the application (docs/handbook/database.md).",
            id="audit.E002" if live else "audit.W002",
        )
    ]
