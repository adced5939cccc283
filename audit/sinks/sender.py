"""Sends checkpoints to one sink, in a thread of its own: a slow log server does not hold up sealing."""

import logging
import threading
import time

from django.db import Error, connection

from audit.sinks.sink import Sink, SinkFailed, send_unsent

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds after a failure
REMIND = 600.0

log = logging.getLogger("audit.sealing")


class Sender(threading.Thread):
    """Alarms when its sink begins to fail, every ten minutes while it does, and says when it is over."""

    def __init__(self, sink: Sink, closing: threading.Event, interval: float) -> None:
        super().__init__(name=f"to {sink.name}", daemon=True)
        self._sink = sink
        self._closing = closing
        self._interval = interval
        self._pause = interval
        self._failures = 0
        self._alarmed_at = 0.0

    def run(self) -> None:
        """Until `closing` is set, and once more after that."""
        try:
            while not self._closing.is_set():
                self._send()
                self._closing.wait(self._pause)
            self._send()
        finally:
            connection.close()

    def _send(self) -> None:
        try:
            send_unsent(self._sink)
        except (SinkFailed, Error) as failed:
            self._failed(failed)
        else:
            if self._failures:
                log.warning("Checkpoints reach %s again, with those that waited.", self._sink.name)
            self._failures, self._pause = 0, self._interval

    def _failed(self, failed: Exception) -> None:
        now = time.monotonic()
        if not self._failures or now - self._alarmed_at > REMIND:
            log.error("ALARM: checkpoints are not sent out. %s", error_line(failed))
            self._alarmed_at = now
        self._pause = min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE)
        self._failures += 1
        connection.close()


def error_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
