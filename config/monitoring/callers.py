"""Who may ask whether the application can serve, and for its numbers."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from audit.middleware import client_address


def may_ask(request: HttpRequest) -> bool:
    return has_token(request) or comes_from_inside(request)


def has_token(request: HttpRequest) -> bool:
    token = settings.MONITORING_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())


def comes_from_inside(request: HttpRequest) -> bool:
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return is_beside_the_proxy(request)
    return any(address in network for network in settings.MONITORING_NETWORKS)


def is_beside_the_proxy(request: HttpRequest) -> bool:
    """On the server's own socket, which has no addresses, and which only the proxy and the server can reach."""
    return not request.META.get("REMOTE_ADDR") and "HTTP_X_FORWARDED_FOR" not in request.META
