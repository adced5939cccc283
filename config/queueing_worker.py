"""Gunicorn's worker with threads, which also says how long each request has stood in the queue for a thread.

Gunicorn alone knows when a request arrived. A header of the proxy would carry a time of day, and a clock that is set
anew would then make every request look late.
"""

from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from config.waiting import seconds_waited


class QueueingWorker(ThreadWorker):
    def enqueue_req(self, conn: Any) -> None:
        conn.queued_at = monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """In the thread, as soon as there is one."""
        seconds_waited.set(monotonic() - conn.queued_at)
        return super().handle(conn)
