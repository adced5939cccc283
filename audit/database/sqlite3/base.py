"""SQLite: triggers ask this connection who acts, and processes queue for the write lock.

The triggers call `audit_actor()` and `audit_row_payload()`, which exist on our connections only: a write from any other
program fails with "no such function".
"""

import fcntl
import os
import random
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from audit.context import current_actor
from audit.database.sqlite3.authorizer import guard_if_wanted
from audit.database.sqlite3.row_events import row_payload_of
from audit.database.transactions import NamedTransactions, is_write


class DatabaseWrapper(NamedTransactions, base.DatabaseWrapper):
    """SQLite's own waiting starves one of two busy processes for seconds; with a lock file they take turns."""

    _lock_file: int | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.execute_wrappers.append(self._write_by_itself)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function("audit_actor", 0, lambda: current_actor().audit_id or None)
        connection.create_function("audit_row_payload", 5, row_payload_of(self.transaction_name))
        guard_if_wanted(connection)
        return connection

    def _write_by_itself(
        self, execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Outside of a transaction it takes its turn too, and does not share the name of the next one.

        There is no BEGIN and COMMIT around it: a statement with RETURNING would still be in progress.
        """
        if not is_write(sql) or not self.get_autocommit():
            return execute(sql, parameters, many, context)
        try:
            self._take_turn()
            return execute(sql, parameters, many, context)
        finally:
            self.transaction_ended()

    def _start_transaction_under_autocommit(self) -> None:
        try:
            self._take_turn()
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def transaction_ended(self) -> None:
        super().transaction_ended()
        self._end_turn()

    def _take_turn(self) -> None:
        """Wait no longer than SQLite itself would; after that, its own error says that the database is locked.

        Whoever waits holds the second lock, and nobody asks for the first one without it: a process that has just had
        its turn stands behind one that waits, however quickly it comes back.
        """
        if self.is_in_memory_db():
            return
        name = self.settings_dict["NAME"]
        deadline = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
        self._lock_file = opened(f"{name}.lock")
        next_in_line = opened(f"{name}.next")
        try:
            if locked(next_in_line, deadline):
                locked(self._lock_file, deadline)
        finally:
            os.close(next_in_line)

    def _end_turn(self) -> None:
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


def opened(name: str) -> int:
    try:
        return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:  # a disk that is full or takes no writes: nothing that SQLite itself would not meet
        raise OperationalError(f"The lock beside the database cannot be had: {error.strerror}.") from error


def locked(file: int, deadline: float) -> bool:
    """Whether the lock was had before the deadline; closing the file gives it back."""
    while time.monotonic() < deadline:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311 -- waiting, not secrecy  # nosec B311
        else:
            return True
    return False
