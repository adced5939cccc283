"""Counts and times every answer, by the name of the view; with several processes in files that they share."""

import os

from django.conf import settings
from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

disable_created_metrics()  # when each number began to be counted: nobody asks, and it doubles the lines
SHARED = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

of_this_process = CollectorRegistry()
requests = Counter(
    "lm_http_requests", "Answers by view, method and status.", ["view", "method", "status"], registry=of_this_process
)
seconds = Histogram(
    "lm_http_request_seconds",
    "Seconds from a request to its answer, by view.",
    ["view"],
    buckets=BUCKETS,
    registry=of_this_process,
)


def count(request: HttpRequest, status: int, duration: float) -> None:
    """Words that a client could make up are not labels: neither the address nor an unknown method."""
    view = name_of_view(request)
    requests.labels(view, request.method if request.method in METHODS else "other", str(status)).inc()
    seconds.labels(view).observe(duration)


def name_of_view(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "without a name"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def exposition() -> bytes:
    """Of every process of this machine that writes into the same folder, or of this one alone."""
    if SHARED not in os.environ:
        return generate_latest(of_this_process)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
