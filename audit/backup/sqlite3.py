"""Backup and restoring of a SQLite file, with the database's own way of copying itself while it is written."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from audit.backup.contents import KEYS, contents_of
from audit.backup.manifest import BadBackup, Contents, CopyFailed
from audit.files import sync

DATABASE_FILE, KEYS_FILE = "database.sqlite3", "patient-keys.sqlite3"
BESIDE = ("-wal", "-shm", "-journal")


def dump(folder: Path) -> Contents:
    """Both files show one moment: the keys are taken out of the copy. Raises CopyFailed."""
    copy, keys = _made(folder / DATABASE_FILE), _made(folder / KEYS_FILE)
    try:
        with _opened(_live_file()) as live, _opened(copy) as target:
            live.backup(target)
        with _opened(copy) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("ATTACH DATABASE ? AS apart", [keys.resolve().as_uri()])
            ((statement,),) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", [KEYS]).fetchall()
            database.execute(statement.replace("CREATE TABLE ", "CREATE TABLE apart.", 1))
            database.execute(f"INSERT INTO apart.{KEYS} SELECT * FROM main.{KEYS}")  # noqa: S608  # nosec B608
            ((count,),) = database.execute(f"SELECT count(*) FROM apart.{KEYS}")  # noqa: S608  # nosec B608
            database.execute("PRAGMA secure_delete = ON")
            database.execute(f"DELETE FROM main.{KEYS}")  # noqa: S608  # nosec B608
            database.execute("DETACH DATABASE apart")
            database.execute("VACUUM")  # what was deleted, today or earlier, is in no free page either
            return contents_of(
                lambda sql: database.execute(sql).fetchall(),
                tables=_tables(database),
                server=f"SQLite {sqlite3.sqlite_version}",
                more_rows={KEYS: count},
            )
    except sqlite3.Error as error:
        raise CopyFailed(f"SQLite could not make the copy: {error}.") from error


def check_readable(folder: Path, keys: Path) -> None:
    """Raises BadBackup."""
    for path in (folder / DATABASE_FILE, keys):
        try:
            with _opened(path, reading=True) as database:
                found = [str(line) for (line,) in database.execute("PRAGMA integrity_check").fetchall()]
        except sqlite3.Error as error:
            raise BadBackup(f"{path} cannot be read: {error}.") from error
        if found != ["ok"]:
            raise BadBackup(f"{path} is damaged: {found[0]}.")


def occupied() -> list[str]:
    """The tables that are there already, or what was left beside a file that was moved away."""
    path = _live_file(must_exist=False)
    if not path.exists():
        return [f"{path.name}{ending}" for ending in BESIDE if path.with_name(path.name + ending).exists()]
    try:
        with _opened(path) as database:
            return _tables(database)
    except sqlite3.Error:
        return [f"{path.name}, which is no SQLite file"]


def load(folder: Path, keys: Path) -> None:
    """A new file beside the old place, moved there when it is whole. Raises CopyFailed."""
    place = _live_file(must_exist=False)
    fresh = place.with_name(f".restoring-{place.name}")
    connection.close()
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        _made(fresh)
        shutil.copyfile(folder / DATABASE_FILE, fresh)
        with _opened(fresh) as database:
            database.execute("ATTACH DATABASE ? AS apart", [f"{keys.resolve().as_uri()}?mode=ro"])
            database.execute(f"INSERT INTO main.{KEYS} SELECT * FROM apart.{KEYS}")  # noqa: S608  # nosec B608
            database.execute("DETACH DATABASE apart")
        sync(fresh)
        for ending in BESIDE:
            place.with_name(place.name + ending).unlink(missing_ok=True)
        fresh.replace(place)
        sync(place.parent)
    except (sqlite3.Error, OSError) as error:
        fresh.unlink(missing_ok=True)
        raise CopyFailed(f"{place} could not be written: {error}.") from error


@contextmanager
def _opened(path: Path, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode={'ro' if reading else 'rw'}"
    database = sqlite3.connect(address, uri=True, timeout=20, isolation_level=None)
    with contextlib.closing(database):
        yield database


def _made(path: Path) -> Path:
    """Before SQLite writes into it, because SQLite would let others read it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def _live_file(*, must_exist: bool = True) -> Path:
    settings: dict[str, Any] = connection.settings_dict
    path = Path(str(settings["NAME"]))
    if must_exist and not path.is_file():
        raise CopyFailed(f"There is no database file {path}.")
    return path


def _tables(database: sqlite3.Connection) -> list[str]:
    """Without the inner tables of a full-text index, which SQLite fills as it likes."""
    found = database.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
        r" AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"
    )
    return sorted(name for (name,) in found.fetchall())
