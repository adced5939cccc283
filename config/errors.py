"""The pages for what went wrong; a refusal of access is also written to the audit log."""

import sys
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import csrf, defaults

from accounts.models import User
from audit.database.passing import is_passing
from audit.events import Event
from audit.services import record
from patients.models.addressed import patient_addressed, patient_hidden_from

TOO_MUCH = (TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig)

SECONDS_TO_WAIT = "30"
DATABASE_AWAY = "The database does not answer. Take it that nothing was saved; wait a moment and try again."


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    record_denied(request, user, patient=patient_addressed(ids_of(request)), reason=str(exception))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page is the same whether or not there is such a record; the log tells the two apart."""
    user = getattr(request, "user", None)
    if isinstance(user, User) and (patient := patient_hidden_from(user, ids_of(request))):
        record_denied(request, user, patient=patient, reason="The record is not of the person's wards.")
    return defaults.page_not_found(request, exception)


def ids_of(request: HttpRequest) -> dict[str, Any]:
    return request.resolver_match.kwargs if request.resolver_match else {}


def record_denied(request: HttpRequest, user: User | None, *, patient: UUID | None, reason: str) -> None:
    with transaction.atomic():  # its own transaction: what was refused has already been rolled back
        record(Event.ACCESS_DENIED, by=user, patient=patient, target=request.path, reason=reason, outcome="refused")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses to read, in words; too much of something is told from what is broken."""
    told = {"is_too_much": isinstance(exception, TOO_MUCH), "most_fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    return render(request, "400.html", told, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is from before somebody signed in again: the page can tell this from a missing permission."""
    response = csrf.csrf_failure(request, reason)
    response["X-Form-Token"] = "stale"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Also for what middleware could not do; a database that does not answer in time is no fault in the program."""
    if is_passing(sys.exc_info()[1]):
        return database_away(request)
    return defaults.server_error(request)


def database_away(request: HttpRequest) -> HttpResponse:
    """A request by htmx gets a line and not a page: nothing swaps it, and the form says NOT SAVED and tries again."""
    if "HX-Request" in request.headers:
        answer = HttpResponse(DATABASE_AWAY, status=503, content_type="text/plain; charset=utf-8")
    else:
        answer = render(request, "503.html", status=503)
    answer["Retry-After"] = SECONDS_TO_WAIT
    return answer
