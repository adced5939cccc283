"""Keeps lines that say the same many times in a second from burying the one that says what is wrong."""

import logging
import time
from threading import Lock

SECONDS_BETWEEN_LINES = 60.0


class Seldom(logging.Filter):
    """The first at once, as one line; then one in a minute, with how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._silent_until = 0.0
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        with self._lock:
            if now < self._silent_until:
                self._left_out += 1
                return False
            left_out, self._left_out = self._left_out, 0
            self._silent_until = now + SECONDS_BETWEEN_LINES
        text = (record.getMessage().splitlines() or [""])[0]
        record.msg, record.args = "%s", (f"{text} (and {left_out} more before)" if left_out else text,)
        record.exc_info = record.exc_text = None  # what a database says behind its first line may hold values
        return True


class SeldomWhereTheDatabaseIsAway(Seldom):
    """Of answers; every other fault is told each time, with all that is known of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        from audit.database.passing import is_passing  # settings are read before any of this can be imported

        fault = record.exc_info[1] if record.exc_info else None
        return super().filter(record) if is_passing(fault) else True
