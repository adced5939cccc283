"""Keeps changes of tables from holding up those who work: on PostgreSQL they wait for a lock for two seconds at most.

Whoever asks for a table after a change that waits for it stands behind that change, with everybody else. So it gives up
quickly, lets them through, and asks again.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

LONGEST_WAIT = 2.0  # seconds
ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"
CONCURRENTLY = re.compile(r'(CREATE( UNIQUE)?|DROP) INDEX CONCURRENTLY( IF (NOT )?EXISTS)? "(?P<name>[^"]+)"')
UNFINISHED = """
    SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relname = %s AND relnamespace = current_schema()::regnamespace AND NOT indisvalid
"""


class StillLocked(Exception):
    """Somebody held a table for longer than all attempts together."""


@contextmanager
def short_lock_waits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For the session of this connection; on SQLite there is one lock for everything, and nothing to do."""
    if connection.vendor != "postgresql":
        yield
        return
    _limit(connection, LONGEST_WAIT)
    try:
        with connection.execute_wrapper(_index_beside_work):
            yield
    finally:
        with suppress(DatabaseError):
            _limit(connection, 0)


def repeated(attempt: Callable[[], None], *, say: Callable[[str], None]) -> None:
    """Again after a pause, while a lock is missing. What an attempt has finished stays; the rest was taken back."""
    pause = FIRST_PAUSE
    for number in range(1, ATTEMPTS + 1):
        try:
            attempt()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in {LOCK_NOT_AVAILABLE, DEADLOCK}:
                raise
            if number == ATTEMPTS:
                raise StillLocked(
                    f"After {ATTEMPTS} attempts somebody still holds a table that has to be changed: a long "
                    "transaction, or a backup that is being made. Nothing is half done. Look for it in "
                    "pg_stat_activity, and run this command again."
                ) from error
            say(
                f"A table is in use. Nobody was kept waiting for more than {LONGEST_WAIT:g} s; "
                f"attempt {number + 1} of {ATTEMPTS} follows in {pause:g} s."
            )
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


def _limit(connection: BaseDatabaseWrapper, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {round(seconds * 1000)}")


def _index_beside_work(
    execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Such an index waits for every older transaction, and nobody waits behind it; cut off, it leaves half an index."""
    found = CONCURRENTLY.match(str(sql))
    if found is None:
        return execute(sql, parameters, many, context)
    connection: BaseDatabaseWrapper = context["connection"]
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute(UNFINISHED, [found["name"]])
        if found[1] != "DROP" and cursor.fetchone():
            execute(f'DROP INDEX CONCURRENTLY "{found["name"]}"', None, False, context)
    try:
        return execute(sql, parameters, many, context)
    finally:
        with suppress(DatabaseError):
            _limit(connection, LONGEST_WAIT)
