"""Migration operation that makes the database itself refuse some updates of a table, and every deletion.

PostgreSQL's triggers are ENABLE ALWAYS. SQLite gets one more against INSERT OR REPLACE, which deletes without asking
the delete trigger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

ON_POSTGRESQL = ("update", "delete", "truncate")
ON_SQLITE = ("update", "delete", "replace")


@dataclass(frozen=True, slots=True)
class FrozenTable:
    """Names and conditions go into SQL as they are: they are the application's own words."""

    name: str
    message: str  # what the refusal says behind the table's name
    refused: Callable[[str], str]  # when an update is; it is told how the database compares values that may be null
    same_row: str  # which stored row a new one would replace

    def operations(self) -> list[RunPython]:
        """Put these behind the operation that creates the table; they can be reversed."""
        return [RunPython(partial(_run, by_vendor=self.install()), partial(_run, by_vendor=self.remove()))]

    def install(self) -> dict[str, list[str]]:
        return {"postgresql": self._install_postgresql(), "sqlite": self._install_sqlite()}

    def remove(self) -> dict[str, list[str]]:
        table = self.name
        return {
            "postgresql": [
                *(f"DROP TRIGGER IF EXISTS {table}_frozen_{what} ON {table}" for what in ON_POSTGRESQL),
                f"DROP FUNCTION IF EXISTS {table}_frozen()",
            ],
            "sqlite": [f"DROP TRIGGER IF EXISTS {table}_frozen_{what}" for what in ON_SQLITE],
        }

    def _install_postgresql(self) -> list[str]:
        table = self.name
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN RAISE EXCEPTION '{table} {self.message}' USING ERRCODE = 'integrity_constraint_violation'; END;
            $body$""",
            f"""CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} FOR EACH ROW
            WHEN ({self.refused("IS DISTINCT FROM")}) EXECUTE FUNCTION {table}_frozen()""",
            f"""CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_frozen()""",
            f"""CREATE TRIGGER {table}_frozen_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_frozen()""",
            *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_frozen_{what}" for what in ON_POSTGRESQL),
        ]

    def _install_sqlite(self) -> list[str]:
        table = self.name
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {self.message}'); END"
        same_row = f"EXISTS (SELECT 1 FROM {table} WHERE {self.same_row})"  # noqa: S608  # nosec B608
        return [
            f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} WHEN {self.refused('IS NOT')} {refuse}",
            f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_frozen_replace BEFORE INSERT ON {table} WHEN {same_row} {refuse}",
        ]


def _run(_apps: Apps, editor: BaseDatabaseSchemaEditor, *, by_vendor: dict[str, list[str]]) -> None:
    for statement in by_vendor[editor.connection.vendor]:
        editor.execute(statement)
