"""Run by gunicorn in a test: answers slowly, with the seconds that the request has waited for a thread."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from config.waiting import seconds_waited

SECONDS = 0.3


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    waited = seconds_waited.get()
    time.sleep(SECONDS)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{waited:.3f}".encode()]
