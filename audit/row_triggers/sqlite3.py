"""Row triggers for SQLite: made for each table from its columns; the payload comes from a function of our connection.

`audit_row_payload` (`audit.database.sqlite3.row_events`) exists on our connections only, so that any other program that
writes an audited table fails. DISTINCT keeps SQLite from merging the subquery with the query around it, which would ask
the function for a new event once for every column.
"""

from collections.abc import Sequence

from audit.row_triggers.tables import AuditedTable

COLUMNS_OF_EVENT = (
    "actor_id",
    "actor_name",
    "actor_role",
    "at_us",
    "session_hash",
    "ip",
    "device",
    "action",
    "outcome",
    "target",
    "reason",
    "transaction",
)
REFUSED = (
    "{table} was not written: nobody is named as the one who writes. "
    "In a program, name somebody first: with audit.context.acting(...)"
)


def triggers(table: AuditedTable, columns: Sequence[str]) -> dict[str, str]:
    """The statements by the triggers' names."""
    watched = [column for column in columns if column not in table.unwatched]
    differs = [f'OLD."{column}" IS NOT NEW."{column}"' for column in watched]
    changed = " || ".join(
        f"CASE WHEN {test} THEN '{column},' ELSE '' END" for test, column in zip(differs, watched, strict=True)
    )
    return {
        f"{table.name}_row_changed_insert": _trigger(table, "insert", "NEW", "", "''"),
        f"{table.name}_row_changed_update": _trigger(table, "update", "NEW", f"WHEN {' OR '.join(differs)}", changed),
        f"{table.name}_row_changed_delete": _trigger(table, "delete", "OLD", "", "''"),
    }


def names(table: AuditedTable) -> list[str]:
    return [f"{table.name}_row_changed_{operation}" for operation in ("insert", "update", "delete")]


def _trigger(table: AuditedTable, operation: str, row: str, when: str, changed: str) -> str:
    key = f'{row}."{table.key}"'
    if table.key_is_uuid:
        key = f"substr({key}, 1, 8) || '-' || " + " || '-' || ".join(
            f"substr({key}, {first}, {length})" for first, length in ((9, 4), (13, 4), (17, 4), (21, 12))
        )
    patient = f'{row}."{table.patient}"' if table.patient else "NULL"
    columns = ", ".join(f'"{column}"' for column in COLUMNS_OF_EVENT)
    values = ", ".join(f"json_extract(value, '$.{column}')" for column in COLUMNS_OF_EVENT)
    return (
        f'CREATE TRIGGER {table.name}_row_changed_{operation} AFTER {operation.upper()} ON "{table.name}" {when} BEGIN'  # noqa: S608  # nosec B608
        f" SELECT RAISE(ABORT, '{REFUSED.format(table=table.name)}') WHERE audit_actor() IS NULL;"
        f" INSERT INTO audit_event (id, patient_id, payload, {columns})"
        f" SELECT replace(json_extract(value, '$.id'), '-', ''), {patient}, CAST(value AS BLOB), {values}"
        f" FROM (SELECT DISTINCT audit_row_payload('{table.name}', {key}, {patient}, '{operation}', {changed})"
        " AS value); END"
    )
