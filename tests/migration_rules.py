"""What a migration must not do while people work: stop the code that runs now, or hold a table that is in use."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from audit.index_beside_work import AddIndexBesideWork

TRIGGERS_OF = ("audit.append_only", "audit.frozen")  # short locks, which `migrate` limits
WITHOUT_TABLES = (
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterOrderWithRespectTo,
)
TWO_STEPS = "the code that runs now still uses it: let one version go without it, and take it away with the next"


def broken_rules(migration: Migration, before: ProjectState) -> list[str]:
    """Sentences; none when the migration may run under work. `before` is the state that it finds."""
    state, broken, changed = before.clone(), [], set[str]()
    new = {one.name_lower for one in migration.operations if isinstance(one, operations.CreateModel)}
    for operation in migration.operations:
        table = _table_of(operation)
        if table not in new and not isinstance(operation, WITHOUT_TABLES):
            problems = list(_problems(operation, migration, state))
            broken += [f"{type(operation).__name__} on {table or 'the database'}: {problem}" for problem in problems]
            if table and (problems or not _changes_nothing(operation, migration, state)):
                changed.add(table)
        operation.state_forwards(migration.app_label, state)
    if migration.atomic and len(changed) > 1:
        broken.append(
            f"one transaction changes {', '.join(sorted(changed))}: a migration for each, so that no lock waits"
        )
    return broken


def _table_of(operation: Operation) -> str:
    return str(getattr(operation, "model_name", getattr(operation, "name", "")) or "").lower()


def _problems(operation: Operation, migration: Migration, state: ProjectState) -> Iterator[str]:
    for kinds, rule in RULES:
        if isinstance(operation, kinds):
            yield from rule(operation, migration, state)
            return
    yield "nobody has said whether this may run under work"


def _new_field(operation: operations.AddField, migration: Migration, state: ProjectState) -> Iterator[str]:
    field = operation.field
    if not field.null and not field.has_db_default() and not isinstance(field, models.ManyToManyField):
        yield "the code that runs now does not fill it: it has to be null=True or have a db_default"
    if isinstance(field, models.GeneratedField):
        yield "PostgreSQL writes every row anew under a lock"
    if field.unique or getattr(field, "db_index", False):
        yield "its index is built under a lock: db_index=False, and AddIndexBesideWork in the next migration"


def _altered_field(operation: operations.AlterField, migration: Migration, state: ProjectState) -> Iterator[str]:
    if not _changes_nothing(operation, migration, state):
        yield "type, null or index of a column in use: add a new one, fill it, and change over"


def _changes_nothing(operation: Operation, migration: Migration, state: ProjectState) -> bool:
    if not isinstance(operation, operations.AlterField):
        return False
    model = state.apps.get_model(migration.app_label, operation.model_name)
    old = model._meta.get_field(operation.name)
    new = operation.field.clone()
    new.set_attributes_from_name(operation.name)
    new.model = model
    editor: Any = connection.schema_editor()
    return not editor._field_should_be_altered(old, new)


def _index(operation: operations.AddIndex, migration: Migration, state: ProjectState) -> Iterator[str]:
    if not isinstance(operation, AddIndexBesideWork):
        yield "the table is locked while it is built: AddIndexBesideWork"
    elif migration.atomic or len(migration.operations) > 1:
        yield "it needs a migration of its own with atomic = False"


def _code(operation: operations.RunPython, migration: Migration, state: ProjectState) -> Iterator[str]:
    code = operation.code.func if isinstance(operation.code, partial) else operation.code
    if code.__module__ not in TRIGGERS_OF:
        yield "it may hold many rows: write it as a command that goes in steps"


def _removed(operation: Operation, migration: Migration, state: ProjectState) -> Iterator[str]:
    yield TWO_STEPS


def _locking(operation: Operation, migration: Migration, state: ProjectState) -> Iterator[str]:
    yield "every row is looked at under a lock"


def _nested(operation: operations.SeparateDatabaseAndState, migration: Migration, state: ProjectState) -> Iterator[str]:
    for inner in operation.database_operations:
        yield from _problems(inner, migration, state)


RULES: tuple[tuple[tuple[type, ...], Callable[..., Iterator[str]]], ...] = (
    ((operations.AddField,), _new_field),
    ((operations.AlterField,), _altered_field),
    ((operations.AddIndex,), _index),
    ((operations.RunPython,), _code),
    ((operations.SeparateDatabaseAndState,), _nested),
    (
        (
            operations.RemoveField,
            operations.DeleteModel,
            operations.RenameField,
            operations.RenameModel,
            operations.AlterModelTable,
        ),
        _removed,
    ),
    ((operations.AddConstraint, operations.AlterUniqueTogether, operations.RunSQL), _locking),
    ((operations.RemoveIndex, operations.RemoveConstraint, operations.RenameIndex), lambda *_: iter(())),
)
