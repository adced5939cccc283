"""Migration operation that makes the database itself hold a version still once it was submitted.

From then on its text, its note and its place never change; once it is decided its state never changes; and no version
is ever deleted. PostgreSQL's triggers are ENABLE ALWAYS. SQLite gets one more against INSERT OR REPLACE, which deletes
without asking the delete trigger.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

TABLE = "pathways_version"
MESSAGE = "is frozen: what was submitted never changes, what was decided stays, nothing is deleted"
HELD = ("id", "part", "number", "document", "sha256", "note", "based_on_id", "created_by_id", "submitted_at")
FINAL = ("returned", "approved", "superseded", "discarded")
OPEN = ("draft", "submitted", "under_review")


def frozen_operations() -> list[RunPython]:
    return [RunPython(_run(INSTALL), _run(REMOVE))]


def _run(by_vendor: dict[str, list[str]]) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in by_vendor[editor.connection.vendor]:
            editor.execute(statement)

    return run


def _among(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _refused(distinct: str) -> str:
    """When an update is refused; ``distinct`` is how the database compares values that may be null."""
    changed = " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in HELD)
    return (
        f"(OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed}))"
        f" OR (OLD.state IN ({_among(FINAL)}) AND NEW.state <> OLD.state)"
    )


_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{TABLE} {MESSAGE}'); END"
_SAME_NUMBER = "part = NEW.part AND number = NEW.number"
_BOTH_OPEN = f"part = NEW.part AND state IN ({_among(OPEN)}) AND NEW.state IN ({_among(OPEN)})"
_SAME_ROW = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR {_SAME_NUMBER} OR {_BOTH_OPEN})"  # noqa: S608  # nosec B608

INSTALL = {
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION {TABLE}_frozen() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN RAISE EXCEPTION '{TABLE} {MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END;
            $body$""",
        f"""CREATE TRIGGER {TABLE}_frozen_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
            WHEN ({_refused("IS DISTINCT FROM")}) EXECUTE FUNCTION {TABLE}_frozen()""",
        f"""CREATE TRIGGER {TABLE}_frozen_delete BEFORE DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION {TABLE}_frozen()""",
        f"""CREATE TRIGGER {TABLE}_frozen_truncate BEFORE TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_frozen()""",
        *(
            f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_frozen_{what}"
            for what in ("update", "delete", "truncate")
        ),
    ],
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_frozen_update BEFORE UPDATE ON {TABLE} WHEN {_refused('IS NOT')} {_REFUSE}",
        f"CREATE TRIGGER {TABLE}_frozen_delete BEFORE DELETE ON {TABLE} {_REFUSE}",
        f"CREATE TRIGGER {TABLE}_frozen_replace BEFORE INSERT ON {TABLE} WHEN {_SAME_ROW} {_REFUSE}",
    ],
}
REMOVE = {
    "postgresql": [
        *(f"DROP TRIGGER IF EXISTS {TABLE}_frozen_{what} ON {TABLE}" for what in ("update", "delete", "truncate")),
        f"DROP FUNCTION IF EXISTS {TABLE}_frozen()",
    ],
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_frozen_{what}" for what in ("update", "delete", "replace")],
}
