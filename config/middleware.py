"""What holds for every answer: nothing stays in a cache, an oversized request is refused, nothing altered is shown."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pathways.selectors import TamperedRelease, UnusableRelease
from patients.findings.unavailable import log_fault, new_incident
from patients.models.plans import AlteredPlan
from patients.planned import AlteredDetails

logger = logging.getLogger(__name__)

ALTERED = (TamperedRelease, AlteredPlan, AlteredDetails)
LONGEST_LENGTH = 12  # digits
OF_A_FILE = frozenset({200, 206, 304})
GetResponse = Callable[[HttpRequest], HttpResponse]


class PrivateResponseMiddleware:
    """Pages are never stored: after sign-out, the Back button on a shared computer must show nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.setdefault("Reporting-Endpoints", 'csp="/csp-report/"')
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not (request.path.startswith(settings.STATIC_URL) and response.status_code in OF_A_FILE):
            # Set, not added: a view that allows caching would be a mistake here. Nor is the page kept that says, with
            # somebody's name above it, that there is no such file.
            response["Cache-Control"] = "private, no-store"
        return response


class AddressMiddleware:
    """Refuse an address with a NUL in it: PostgreSQL takes none, and no page of ours makes one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return self.get_response(request)


class RequestSizeMiddleware:
    """Refuse a body that is too long before anything reads it, and say so plainly."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = (request.META.get("CONTENT_LENGTH") or "0").lstrip("0")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        # By its digits first: Python reads no number of thousands of them.
        if length.isdecimal() and limit is not None and (len(length) > LONGEST_LENGTH or int(length) > limit):
            return render(request, "413.html", {"limit_kilobytes": limit // 1024}, status=413)
        return self.get_response(request)


class AlteredRecordMiddleware:
    """Safety: what is stored and is not what was published, signed or written is shown and used on no page. HZ-14"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnusableRelease):
            return unusable(request, exception)
        if not isinstance(exception, ALTERED):
            return None
        logger.critical("%s", exception)  # ids and hashes only
        return render(request, "503_altered.html", status=503)


def unusable(request: HttpRequest, exception: UnusableRelease) -> HttpResponse:
    """Safety: without a vocabulary no answer can be read, so nothing was saved, and that is said loudly. HZ-66"""
    incident = new_incident()
    log_fault(incident, exception)
    return render(request, "503_unusable.html", {"incident": incident}, status=503)
