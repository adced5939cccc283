"""Keeps for the log who sent a request and from where, while it is being answered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import LONGEST_DEVICE, RequestContext, acting, printable, request_context


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
