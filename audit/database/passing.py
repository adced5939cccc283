"""Which errors say that the database is away, full, read-only or too slow: no fault of the program, and they pass."""

from django.db import InterfaceError, InternalError, OperationalError

# psycopg files these under "internal": a server that takes no writes, and a transaction that it has ended.
READ_ONLY_TRANSACTION = "25006"
IDLE_TRANSACTION_ENDED = "25P03"
PASSING_STATES = frozenset({READ_ONLY_TRANSACTION, IDLE_TRANSACTION_ENDED})


def is_passing(error: BaseException | None) -> bool:
    """Whether the next attempt may succeed: no connection, a lock or an answer that did not come in time, no space."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", None) in PASSING_STATES
