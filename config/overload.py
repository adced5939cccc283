"""When more is asked than can be answered: whoever has waited too long is told so at once, and the others are served.

Without it the queue grows until every answer comes after its reader has given up, and no work done helps anybody.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from config.waiting import seconds_waited

logger = logging.getLogger(__name__)

OVERLOADED = "Too much is asked at once. Nothing was saved; wait a moment and try again."
SECONDS_TO_WAIT = "2"
SECONDS_BETWEEN_LINES = 60.0


class OverloadMiddleware:
    """Safety: nothing of a refused request is read or written, so that the form may send it again. HZ-75"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = Lock()
        self._silent_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        patience = settings.LONGEST_QUEUE if request.method in ("GET", "HEAD") else settings.LONGEST_QUEUE_OF_A_SAVE
        if seconds_waited.get() <= patience:
            return self.get_response(request)
        self._say()
        return refused(request)

    def _say(self) -> None:
        now = time.monotonic()
        with self._lock:
            if now < self._silent_until:
                return
            self._silent_until = now + SECONDS_BETWEEN_LINES
        logger.error("Requests wait too long for an answer, and are refused until the queue is short again.")


def refused(request: HttpRequest) -> HttpResponse:
    """A request by htmx gets a line and not a page: nothing swaps it, and the form says NOT SAVED and tries again."""
    if "HX-Request" in request.headers:
        answer = HttpResponse(OVERLOADED, status=503, content_type="text/plain; charset=utf-8")
    else:
        answer = HttpResponse(render_to_string("503_overloaded.html"), status=503)
    answer["Retry-After"] = SECONDS_TO_WAIT
    # By _say, and not by Django once for every answer.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return answer
