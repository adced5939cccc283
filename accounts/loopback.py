"""Whether a request comes from this very machine, which is the only place for the conveniences of demo people."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from accounts import demo

FORWARDING_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def demo_sign_in_offered(request: HttpRequest) -> bool:
    return settings.LM_MODE == "training" and settings.DEMO_SIGN_IN is True and from_this_machine(request)


def demo_password(request: HttpRequest) -> str:
    """Their own password, for a demo person who signed in with one click and now has to sign; else nothing."""
    if not (getattr(request.user, "is_demo", False) and demo_sign_in_offered(request)):
        return ""
    return demo.passwords(demo.PASSWORD_FILE).get(request.user.get_username(), "")


def from_this_machine(request: HttpRequest) -> bool:
    """Peer and host name are loopback, and no proxy stands between (its peer is this machine, its user is not)."""
    if any(header in request.META for header in FORWARDING_HEADERS):
        return False
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    return is_loopback(str(request.META.get("REMOTE_ADDR", ""))) and (host == "localhost" or is_loopback(host))


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
