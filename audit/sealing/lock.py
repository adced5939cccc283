"""There is one sealer: a lock of the database's session on PostgreSQL, a locked file beside the database on SQLite.

On PostgreSQL the connection that seals holds the lock itself: both end together, and nobody seals on after losing it.
Should two sealers meet in spite of it, the unique positions of the leaves let one of them commit and no fork arise.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, connection

NUMBER = 0x4C4D_5345_414C  # any number that nothing else in this database locks


class AnotherSealerRuns(RuntimeError):
    def __init__(self) -> None:
        super().__init__("Another sealer is running on this database; there is nothing to do for a second one.")


@contextmanager
def only_sealer() -> Iterator[None]:
    """Raises AnotherSealerRuns."""
    lock = SealerLock()
    if not lock.take():
        raise AnotherSealerRuns
    try:
        yield
    finally:
        lock.release()


class SealerLock:
    def __init__(self) -> None:
        self._taken_on: Any = None  # the driver's connection: another one after a reconnect
        self._file: int | None = None

    def take(self) -> bool:
        """Whether it is ours, already or from now on."""
        return self._take_file() if connection.vendor == "sqlite" else self._take_session()

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._taken_on is not None and self._taken_on is connection.connection:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])
            except Error:
                connection.close()  # which ends the session, or finds it ended, and the lock with it
        self._taken_on = None

    def _take_session(self) -> bool:
        if self._taken_on is not None and self._taken_on is connection.connection:
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
            (taken,) = cursor.fetchone()
        self._taken_on = connection.connection if taken else None
        return bool(taken)

    def _take_file(self) -> bool:
        if self._file is not None:
            return True
        file = os.open(f"{connection.settings_dict['NAME']}.sealer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True
