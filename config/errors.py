"""The pages for what went wrong; a refusal of access is also written to the audit log."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views import csrf, defaults

from accounts.models import User
from audit.events import Event
from audit.services import record


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    with transaction.atomic():  # its own transaction: what was refused has already been rolled back
        record(Event.ACCESS_DENIED, by=user, target=request.path, reason=str(exception), outcome="refused")
    return defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is from before somebody signed in again: the page can tell this from a missing permission."""
    response = csrf.csrf_failure(request, reason)
    response["X-Form-Token"] = "stale"
    return response
