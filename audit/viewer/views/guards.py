"""Who reads the log: people with the permission for it, and nobody besides."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from audit.context import Actor
from audit.viewer.reading import AlteredRow
from audit.viewer.record_state import record_state

READ_AUDIT = "accounts.read_audit"
View = Callable[..., HttpResponseBase]


def for_auditors(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not request.user.has_perm(READ_AUDIT):
            raise PermissionDenied("Your role does not include reading the audit log.")
        try:
            return view(request, *args, **given)
        except AlteredRow:
            return cannot_be_read(request)

    return guarded


def cannot_be_read(request: HttpRequest) -> HttpResponse:
    return render(request, "audit/not_readable.html", {"state": record_state()})


def auditor(request: HttpRequest) -> Actor:
    return cast("Actor", request.user)
