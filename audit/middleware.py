"""Keeps for the log who sent a request and from where, and lets nothing out that the log does not know of."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from audit.context import LONGEST_DEVICE, RequestContext, acting, printable, request_context
from audit.guard import NotLogged, Watch, watching

logger = logging.getLogger(__name__)

WITH_A_PAGE = frozenset({2, 4})  # the hundreds: neither redirects nor errors of ours
# Their pages are the same for everybody: nothing of a record stands in them. 400 is what nobody could read.
EMPTY_HANDED = frozenset({204, 304, 400, 401, 403, 404, 405})


class AuditContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(
            ip=client_address(request),
            device=printable(request.META.get("HTTP_USER_AGENT", ""), LONGEST_DEVICE),
            session=request.session,
        )
        with request_context(context), acting(SignedIn(request)):
            return self.get_response(request)


class RequestGuardMiddleware:
    """No page with patient data leaves without an event that names the patient; otherwise it is a 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        watch = Watch()
        with watching(watch):
            response = self.get_response(request)
        if not shows_something(response):
            return response
        if isinstance(response, StreamingHttpResponse):
            parts = cast("Iterable[bytes]", response.streaming_content)  # served by WSGI, never asynchronously
            response.streaming_content = guarded(iter(parts), watch)
            return response
        if not missing(watch, request):
            return response
        return HttpResponse(render_to_string("503_not_logged.html"), status=503)


def shows_something(response: HttpResponseBase) -> bool:
    status = response.status_code
    return status // 100 in WITH_A_PAGE and status not in EMPTY_HANDED


def missing(watch: Watch, request: HttpRequest | None = None) -> bool:
    """Ids only: this line is read by people who may see no record."""
    unrecorded = watch.unrecorded()
    if unrecorded:
        where = request.resolver_match.view_name if request and request.resolver_match else "a streamed answer"
        logger.critical("%s was held back: not in the log are %s", where, ", ".join(sorted(map(str, unrecorded))))
    return bool(unrecorded)


def guarded(parts: Iterator[bytes], watch: Watch) -> Iterator[bytes]:
    """A part goes out when everybody in it is logged; otherwise the connection breaks off."""
    while True:
        with watching(watch):
            part = next(parts, None)
        if missing(watch):
            raise NotLogged("A streamed answer was broken off.")
        if part is None:
            return
        yield part


class SignedIn:
    """The person behind a request, read late: most requests write nothing, and signing in changes who it is."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def audit_id(self) -> str:
        return getattr(self._request.user, "audit_id", "")

    @property
    def audit_name(self) -> str:
        return getattr(self._request.user, "audit_name", "")

    @property
    def audit_role(self) -> str:
        return getattr(self._request.user, "audit_role", "")


def client_address(request: HttpRequest) -> str:
    """The peer, or what the outermost of our own proxies saw; further entries are the client's invention."""
    proxies = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return printable(forwarded[-proxies], 45)
    return str(request.META.get("REMOTE_ADDR", ""))
