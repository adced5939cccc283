"""Keeps for the log where a request came from while it is being answered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import LONGEST_DEVICE, RequestContext, printable, request_context


class AuditContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(
            ip=client_address(request),
            device=printable(request.META.get("HTTP_USER_AGENT", ""), LONGEST_DEVICE),
            session=request.session,
        )
        with request_context(context):
            return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The peer, or what the outermost of our own proxies saw; further entries are the client's invention."""
    proxies = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return printable(forwarded[-proxies], 45)
    return str(request.META.get("REMOTE_ADDR", ""))
