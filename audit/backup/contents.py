"""Reads what a database holds, in plain SQL that both databases know: rows, migrations, the tree and its checkpoint."""

from collections.abc import Callable, Iterable
from typing import Any

from audit.backup.manifest import Contents

KEYS = "audit_patient_key"  # backed up in a file of its own, so that an erasure can reach every copy of it
Ask = Callable[[str], list[tuple[Any, ...]]]


def contents_of(ask: Ask, *, tables: Iterable[str], server: str, more_rows: dict[str, int] | None = None) -> Contents:
    """Within one snapshot, if everything that `ask` answers is of that snapshot."""
    names = sorted(tables)
    rows = {name: int(ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in names}  # noqa: S608  # nosec B608
    ((last,),) = ask("SELECT max(position) FROM audit_leaf")
    newest = ask("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
    return Contents(
        server=server,
        migrations=tuple(
            f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name")
        ),
        rows={**rows, **(more_rows or {})},
        sealed=0 if last is None else int(last) + 1,
        waiting=rows.get("audit_pending", 0),
        checkpoint=str(newest[0][0]) if newest else None,
    )
