"""A copy of the code that is one version further: with migrations, and models that use what they bring."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("accounts", "audit", "config", "pathways", "patients")
LEFT_OUT = ("var", "drills", "tests", "bench")

COLUMN = "noted_in_drill"
INDEX = "noted_in_drill_index"
NEW_COLUMN = f'''"""Adds a column that the version before does not know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "LAST")]
    operations = [migrations.AddField("assessment", "{COLUMN}", models.TextField(null=True))]
'''
NEW_INDEX = f'''"""Adds an index to a table in use."""

from django.db import migrations, models

from audit.index_beside_work import AddIndexBesideWork


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("patients", "LAST")]
    operations = [AddIndexBesideWork("assessment", models.Index(fields=["{COLUMN}"], name="{INDEX}"))]
'''
FOR_NEW_CODE_ONLY = f'''"""Adds a column that the version before would have to fill, and does not: against the rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "LAST")]
    operations = [migrations.AddField("savedchange", "{COLUMN}", models.TextField(default="unknown"))]
'''


def next_version(folder: Path) -> Path:
    """Old and new code both work on what its migrations leave behind."""
    copy = copy_of_code(folder)
    add_migrations(copy, column=NEW_COLUMN, index=NEW_INDEX)
    models = copy / "patients" / "models" / "assessments.py"
    text = models.read_text(encoding="utf-8")
    before = "    ceilings = models.TextField(blank=True)\n"
    if text.count(before) != 1:
        raise ValueError(f"{models} has changed: the drill does not find where to add a column.")
    added = f"{before}    {COLUMN} = models.TextField(null=True)\n"
    models.write_text(text.replace(before, added), encoding="utf-8")
    return copy


def version_against_the_rules(folder: Path) -> Path:
    copy = copy_of_code(folder)
    add_migrations(copy, column_for_new_code_only=FOR_NEW_CODE_ONLY)
    return copy


def copy_of_code(folder: Path) -> Path:
    """Files are copied and no links, because Python looks for modules where a program really stands."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name.startswith(".") or path.name in LEFT_OUT:
            continue
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
        elif path.name in COPIED:
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / path.name).symlink_to(path)
    (folder / "var").mkdir()
    (folder / "var" / "static").symlink_to(ROOT / "var" / "static")
    return folder


def add_migrations(copy: Path, **texts: str) -> None:
    """By name, behind those that are there."""
    folder = copy / "patients" / "migrations"
    for name, text in texts.items():
        last = max(path.stem for path in folder.glob("[0-9]*.py"))
        (folder / f"{int(last[:4]) + 1:04d}_drill_{name}.py").write_text(text.replace("LAST", last), encoding="utf-8")
