"""`migrate`, which keeps nobody waiting for a table, and then puts the row triggers on every audited table.

Migrations cannot hold these triggers themselves: SQLite rebuilds a table, and drops its triggers, for many a change.
"""

from contextlib import suppress
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from audit.checks import triggers_being_installed
from audit.lock_waits import StillLocked, repeated, short_lock_waits
from audit.row_triggers import guarded_tables, install, missing_triggers, remove


class Command(migrate.Command):
    def check(self, *arguments: Any, **options: Any) -> None:
        with triggers_being_installed():
            super().check(*arguments, **options)

    def handle(self, *arguments: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*arguments, **options)
            return
        connection = connections[options["database"]]
        with short_lock_waits(connection):
            try:
                repeated(lambda: self._migrated(connection, *arguments, **options), say=self.stderr.write)
            except StillLocked as locked:
                raise CommandError(str(locked)) from locked

    def _migrated(self, connection: BaseDatabaseWrapper, *arguments: Any, **options: Any) -> None:
        if connection.vendor == "sqlite" and (options["app_label"] or waiting(connection)):
            remove(connection)
        try:
            super().handle(*arguments, **options)
        except BaseException:
            with suppress(DatabaseError):  # the first error is the one to read
                install(connection, guarded_tables())
            raise
        install(connection, guarded_tables())
        missing = [] if waiting(connection) else missing_triggers(connection, guarded_tables())
        if missing:
            raise CommandError(
                f"The database lacks triggers that guard its tables: {', '.join(missing)}. "
                "A migration has rebuilt these tables without putting their triggers back; it has to be mended."
            )


def waiting(connection: BaseDatabaseWrapper) -> bool:
    """Whether some migration is not applied."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
