"""Nobody works faster than this: a bucket of requests per person, and per address for whoever has not signed in.

The buckets live in the memory of one server process. With two processes a person may do twice as much, which is still
far below what harms anybody; a store that all processes share would cost every request a statement.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.delays import network
from accounts.models import User
from audit.context import current_request
from audit.events import Event
from audit.services import record

MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """`is_refusing` from the first refusal until half of it is full again: one episode, one event."""

    tokens: float
    at: float
    is_refusing: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    seconds_to_wait: int
    is_first: bool


class Buckets:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, *, per_second: float, burst: float) -> Refusal | None:
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(name, None) or Bucket(burst, now)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
            bucket.at = now
            self._buckets[name] = bucket
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)  # the one that was used longest ago: it is full again
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                bucket.is_refusing = bucket.is_refusing and bucket.tokens < burst / 2
                return None
            is_first, bucket.is_refusing = not bucket.is_refusing, True
            return Refusal(max(1, ceil((1 - bucket.tokens) / per_second)), is_first)

    def clear(self) -> None:
        with self._lock:
            self._buckets.clear()


buckets = Buckets()


class RateLimitMiddleware:
    """Static files are answered before this and do not count."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        # A ward shares one address: whoever has not signed in yet has the bucket of many.
        name = f"person {user.pk}" if user else f"address {network(current_request().ip)}"
        per_second, burst = settings.REQUESTS_OF_A_PERSON if user else settings.REQUESTS_OF_AN_ADDRESS
        refusal = buckets.take(name, per_second=per_second, burst=burst)
        if refusal is None:
            return self.get_response(request)
        if refusal.is_first:
            with transaction.atomic():
                record(Event.TOO_MANY_REQUESTS, by=user, target=request.path, outcome="refused")
        return refused(request, refusal)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A request by htmx gets a line and not a page: nothing swaps it, and the form says NOT SAVED and tries again."""
    if "HX-Request" in request.headers:
        text = "Too many requests at once. Nothing was saved; wait a moment and try again."
        answer = HttpResponse(text, status=429, content_type="text/plain; charset=utf-8")
    else:
        answer = render(request, "429.html", {"seconds": refusal.seconds_to_wait}, status=429)
    answer["Retry-After"] = str(refusal.seconds_to_wait)
    return answer
