"""Which way of copying belongs to the database that is configured."""

from pathlib import Path
from typing import Protocol

from django.db import connection

from audit.backup.manifest import Contents


class Copying(Protocol):
    DATABASE_FILE: str
    KEYS_FILE: str

    def dump(self, folder: Path) -> Contents:
        """Write both files, of one moment, and say what the database held then. Raises CopyFailed."""

    def check_readable(self, folder: Path, keys: Path) -> None:
        """Raises BadBackup."""

    def occupied(self) -> list[str]:
        """What stands in the configured database already; nothing where it is empty."""

    def load(self, folder: Path, keys: Path) -> None:
        """Fill the empty database. Raises CopyFailed."""


def copying(vendor: str | None = None) -> Copying:
    from audit.backup import postgresql, sqlite3

    by_vendor: dict[str, Copying] = {"postgresql": postgresql, "sqlite": sqlite3}
    return by_vendor[vendor or connection.vendor]
