"""SQLite: triggers ask this connection who acts, and processes queue for the write lock.

The triggers call `audit_actor()` and its companions, which exist on our connections only: a write from any other
program fails with "no such function".
"""

import fcntl
import os
import random
import time
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from audit.context import current_actor
from audit.database.transactions import NamedTransactions


class DatabaseWrapper(NamedTransactions, base.DatabaseWrapper):
    """SQLite's own waiting starves one of two busy processes for seconds; with a lock file they take turns."""

    _lock_file: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function("audit_actor", 0, lambda: current_actor().audit_id or None)
        connection.create_function("audit_actor_name", 0, lambda: current_actor().audit_name)
        connection.create_function("audit_transaction", 0, self.transaction_name)
        connection.create_function("audit_now_us", 0, lambda: time.time_ns() // 1000)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def transaction_ended(self) -> None:
        super().transaction_ended()
        self._end_turn()

    def _take_turn(self) -> None:
        """Wait no longer than SQLite itself would; after that, its own error says that the database is locked."""
        if self.is_in_memory_db():
            return
        name = Path(f"{self.settings_dict['NAME']}.lock")
        self._lock_file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
        while time.monotonic() < deadline:
            try:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(random.uniform(0.0005, 0.003))  # noqa: S311  # nosec B311 -- waiting, not secrecy
            else:
                return

    def _end_turn(self) -> None:
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None
