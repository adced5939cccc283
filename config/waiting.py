"""How long the request that is answered in this thread has waited for one; filled in by `config.queueing_worker`."""

from contextvars import ContextVar

seconds_waited: ContextVar[float] = ContextVar("seconds_waited", default=0.0)
