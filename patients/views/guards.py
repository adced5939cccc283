"""Turns the services' "not allowed" into the page that says so, and names who is asking."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from patients.permissions import NotAllowed

View = Callable[..., HttpResponse]


def not_allowed_is_403(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        try:
            return view(request, *args, **ids)
        except NotAllowed as refused:
            raise PermissionDenied(str(refused)) from refused

    return guarded


def person(request: HttpRequest) -> User:
    """The signed-in person: the middleware lets nobody else come this far."""
    return cast("User", request.user)
