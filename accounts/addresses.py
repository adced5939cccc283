"""Where people go on to: pages of ours and nothing else."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"


def safe_next(request: HttpRequest, wanted: str) -> str:
    """A page of ours or the start page, never somebody else's site."""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed and wanted.startswith("/") else HOME  # no names of views: only addresses


def way_back(request: HttpRequest) -> str:
    """The page itself; for a form that was sent, the page the form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return str(urlsplit(referrer).path)
    return HOME
