"""Turns the services' "not allowed" into the page that says so (403, or 409 for a state), and names who is asking."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from patients.permissions import STATES, NotAllowed

View = Callable[..., HttpResponse]


def not_allowed_is_403(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        try:
            return view(request, *args, **ids)
        except NotAllowed as refused:
            if refused.reason in STATES:
                return not_possible(request, str(refused), ids)
            raise PermissionDenied(str(refused)) from refused

    return guarded


def not_possible(request: HttpRequest, reason: str, ids: Mapping[str, Any]) -> HttpResponse:
    """The record is in a state that does not allow it: no question of permission, and nobody is accused of anything."""
    shown = {"reason": reason, "href": way_on(ids)}
    if not getattr(request, "htmx", False):
        return render(request, "patients/not_possible.html", shown, status=409)
    answer = render(request, "components/_not_possible.html", shown, status=409)
    answer["HX-Retarget"] = "#form-moved-on"
    return answer


def way_on(ids: Mapping[str, Any]) -> str:
    """The page of what the request was about, as it is now."""
    pages = {"assessment_id": "assessment_edit", "plan_id": "plan_detail", "patient_id": "patient_detail"}
    found = [reverse(f"patients:{page}", args=[ids[name]]) for name, page in pages.items() if name in ids]
    return found[0] if found else reverse("patients:worklist")


def person(request: HttpRequest) -> User:
    """The signed-in person: the middleware lets nobody else come this far."""
    return cast("User", request.user)
