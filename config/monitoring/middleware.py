"""Measures every answer, and answers monitoring itself: before sessions, limits, host names and the way to HTTPS."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import resolve

from config.monitoring.measures import count

logger = logging.getLogger(__name__)

_is_told = False
ADDRESSES = frozenset({"/healthz", "/readyz", "/metrics"})
GetResponse = Callable[[HttpRequest], HttpResponse]


class MonitoringMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._security = SecurityMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        if request.path in ADDRESSES:
            # Its headers, without its way to HTTPS: monitoring asks over plain HTTP from the same machine.
            response = self._security.process_response(request, answered(request))
        else:
            response = self.get_response(request)
        counted(request, response.status_code, time.perf_counter() - began)
        return response


def counted(request: HttpRequest, status: int, duration: float) -> None:
    """Safety: an answer goes out also where it cannot be counted: what it acknowledges is saved. HZ-69"""
    global _is_told  # noqa: PLW0603 -- once for each process
    try:
        count(request, status, duration)
    except Exception:
        if not _is_told:
            _is_told = True
            logger.exception("Answers are not counted: the numbers of /metrics are too small from now on.")


def answered(request: HttpRequest) -> HttpResponse:
    request.resolver_match = match = resolve(request.path)
    response: HttpResponse = match.func(request)
    # Django would write a line for every answer that says no, several times in a minute; the proxy's log has them all.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response
