"""Migration operation: the database itself holds still who opened a record by break-glass, why and until when.

An end stays once it is set, and so does a review that is more than an open enquiry. No row is ever deleted. The
triggers of PostgreSQL are ENABLE ALWAYS. SQLite gets one more against INSERT OR REPLACE, which deletes without asking
the delete trigger.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

TABLE = "patients_breakglassaccess"
MESSAGE = "is frozen: who opened a record, why and until when never changes, and nothing is deleted"
HELD = ("id", "patient_id", "user_id", "reason_code", "reason_text", "opened_at", "expires_at")
REVIEW = ("reviewed_at", "reviewed_by_id", "review_outcome", "review_note")
FINAL = ("justified", "not_justified")


def frozen_access_operations() -> list[RunPython]:
    return [RunPython(_run(INSTALL), _run(REMOVE))]


def _run(by_vendor: dict[str, list[str]]) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in by_vendor[editor.connection.vendor]:
            editor.execute(statement)

    return run


def _changed(columns: tuple[str, ...], distinct: str) -> str:
    return " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in columns)


def _refused(distinct: str) -> str:
    """When an update is refused; ``distinct`` is how the database compares values that may be null."""
    final = ", ".join(f"'{outcome}'" for outcome in FINAL)
    return (
        f"({_changed(HELD, distinct)})"
        f" OR (OLD.ended_at IS NOT NULL AND ({_changed(('ended_at',), distinct)}))"
        f" OR (OLD.review_outcome IN ({final}) AND ({_changed(REVIEW, distinct)}))"
        " OR (OLD.review_outcome <> '' AND NEW.review_outcome = '')"
    )


_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{TABLE} {MESSAGE}'); END"
_SAME_ROW = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"  # noqa: S608  # nosec B608

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
