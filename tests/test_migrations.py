"""A migration runs while people work, with the code of the version before still answering: it must stop neither."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from audit.append_only import append_only_operations
from audit.index_beside_work import AddIndexBesideWork
from tests.migration_rules import broken_rules

# Written before updates ran under work; these were installed with the application stopped.
BEFORE_THE_RULES = {"accounts": 5, "audit": 3, "pathways": 8, "patients": 5}
# A migration that may break a rule, with the reason, such as: what it takes away was given up by an earlier version.
EXCUSED: dict[str, str] = {}

LOADER = MigrationLoader(None)
UNDER_THE_RULES = sorted(
    (app, name)
    for app, name in LOADER.disk_migrations
    if app in BEFORE_THE_RULES and int(name[:4]) > BEFORE_THE_RULES[app]
)


def test_no_migration_stops_the_work_or_the_version_before() -> None:
    broken = {
        f"{app}.{name}": problems
        for app, name in UNDER_THE_RULES
        if (
            problems := broken_rules(LOADER.disk_migrations[app, name], LOADER.project_state((app, name), at_end=False))
        )
    }
    assert set(EXCUSED) <= {f"{app}.{name}" for app, name in UNDER_THE_RULES}
    assert {name: problems for name, problems in broken.items() if name not in EXCUSED} == {}


def test_the_excuse_ends_where_it_began() -> None:
    for app, last in BEFORE_THE_RULES.items():
        numbers = {int(name[:4]) for label, name in LOADER.disk_migrations if label == app}
        assert set(range(1, last + 1)) <= numbers


def state() -> ProjectState:
    there = ProjectState()
    for name in ("record", "other"):
        fields: dict[str, models.Field[Any, Any]] = {
            "id": models.BigAutoField(primary_key=True),
            "text": models.TextField(verbose_name="Text"),
        }
        there.add_model(ModelState("rules", name.title(), fields))
    return there


def migration(*operations: migrations.operations.base.Operation, atomic: bool = True) -> migrations.Migration:
    made = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": atomic})
    one: migrations.Migration = made("0009_change", "rules")
    return one


INDEX = models.Index(fields=["text"], name="record_text")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (migration(migrations.AddField("record", "day", models.DateField(default="2026-11-22"))), "does not fill it"),
        (
            migration(migrations.AddField("record", "key", models.UUIDField(null=True, unique=True))),
            "index is built under a lock",
        ),
        (
            migration(
                migrations.AddField("record", "other", models.ForeignKey("rules.Other", models.PROTECT, null=True))
            ),
            "index is built under a lock",
        ),
        (migration(migrations.AddIndex("record", INDEX)), "AddIndexBesideWork"),
        (migration(AddIndexBesideWork("record", INDEX)), "atomic = False"),
        (migration(migrations.AlterField("record", "text", models.CharField(max_length=9))), "a column in use"),
        (migration(migrations.AlterField("record", "text", models.TextField(null=True))), "a column in use"),
        (migration(migrations.RemoveField("record", "text")), "still uses it"),
        (migration(migrations.RenameField("record", "text", "words")), "still uses it"),
        (migration(migrations.RenameModel("Record", "Entry")), "still uses it"),
        (migration(migrations.DeleteModel("Record")), "still uses it"),
        (
            migration(
                migrations.AddConstraint("record", models.CheckConstraint(condition=~models.Q(text=""), name="said"))
            ),
            "every row is looked at",
        ),
        (migration(migrations.RunSQL("SELECT 1")), "every row is looked at"),
        (migration(migrations.RunPython(migrations.RunPython.noop)), "a command that goes in steps"),
        (
            migration(
                migrations.AddField("record", "day", models.DateField(null=True)),
                migrations.AddField("other", "day", models.DateField(null=True)),
            ),
            "one transaction changes other, record",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused(change: migrations.Migration, why: str) -> None:
    assert any(why in problem for problem in broken_rules(change, state()))


@pytest.mark.parametrize(
    "change",
    [
        migration(migrations.AddField("record", "day", models.DateField(null=True))),
        migration(migrations.AddField("record", "kind", models.TextField(db_default="plain"))),
        migration(AddIndexBesideWork("record", INDEX), atomic=False),
        migration(migrations.AlterField("record", "text", models.TextField(verbose_name="Words"))),
        migration(
            migrations.CreateModel(
                "Third", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]
            ),
            migrations.AddIndex("third", models.Index(fields=["n"], name="third_n")),
        ),
        migration(*append_only_operations("rules_record")),
    ],
    ids=["may be empty", "filled by the database", "index beside work", "only words", "new table", "triggers"],
)
def test_what_is_allowed(change: migrations.Migration) -> None:
    assert broken_rules(change, state()) == []
