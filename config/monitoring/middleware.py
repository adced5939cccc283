"""Measures every answer, and answers monitoring itself: before sessions, limits, host names and the way to HTTPS."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from config.monitoring.measures import count

ADDRESSES = frozenset({"/healthz", "/readyz", "/metrics"})
GetResponse = Callable[[HttpRequest], HttpResponse]


class MonitoringMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = answered(request) if request.path in ADDRESSES else self.get_response(request)
        count(request, response.status_code, time.perf_counter() - began)
        return response


def answered(request: HttpRequest) -> HttpResponse:
    request.resolver_match = match = resolve(request.path)
    response: HttpResponse = match.func(request)
    return response
