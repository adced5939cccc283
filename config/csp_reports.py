"""Where browsers report what the content security policy stopped: one line in the log, without queries."""

import json
import logging
import time
from collections import deque
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit.context import printable

logger = logging.getLogger(__name__)

PATH = "/csp-report/"
LARGEST_REPORT = 16 * 1024
LINES_PER_MINUTE = 20
LONGEST_PART = 120


class Allowance:
    """So many lines in a minute and process: a flood of reports fills no disk."""

    def __init__(self, lines: int, *, seconds: float = 60) -> None:
        self._lines = lines
        self._seconds = seconds
        self._written: deque[float] = deque()
        self._lock = Lock()

    def take(self) -> bool:
        now = time.monotonic()
        with self._lock:
            while self._written and now - self._written[0] >= self._seconds:
                self._written.popleft()
            if len(self._written) >= self._lines:
                return False
            self._written.append(now)
            return True


allowance = Allowance(LINES_PER_MINUTE)


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Anybody may send anything here: it is answered with nothing, and at most one line is written."""
    body = request.read(LARGEST_REPORT + 1)
    if len(body) > LARGEST_REPORT:
        return HttpResponse(status=413)
    for report in reports_in(body)[:1]:
        if allowance.take():
            logger.warning("Refused by the policy: %s", in_one_line(report))
    return HttpResponse(status=204)


def reports_in(body: bytes) -> list[dict[str, Any]]:
    """Of either form that browsers send: one report under `csp-report`, or a list of reports with a `body`."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if isinstance(sent, dict):
        sent = [sent]
    if not isinstance(sent, list):
        return []
    found = [one.get("csp-report") or one.get("body") for one in sent if isinstance(one, dict)]
    return [one for one in found if isinstance(one, dict)]


def in_one_line(report: dict[str, Any]) -> str:
    directive = (
        report.get("effective-directive") or report.get("effectiveDirective") or report.get("violated-directive")
    )
    blocked = report.get("blocked-uri") or report.get("blockedURL")
    page = report.get("document-uri") or report.get("documentURL")
    return f"{word(directive)} stopped {place(blocked)} on {place(page)}"


def word(text: Any) -> str:
    return printable(text, LONGEST_PART) if isinstance(text, str) and text else "something"


def place(text: Any) -> str:
    """Host and path. What follows a question mark or a # may say something about somebody."""
    try:
        parts = urlsplit(text) if isinstance(text, str) else None
    except ValueError:
        parts = None
    if parts is None:
        return "somewhere"
    if parts.scheme in {"http", "https"}:
        return printable(f"{parts.hostname or ''}{parts.path}", LONGEST_PART)
    return word((parts.scheme or parts.path).partition("?")[0])  # "inline", "eval", "data"
