"""The frame of the guidance pages in the admin site: who may open them, and what every page of them shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission
from pathways.admin import CONTENT_PERMISSIONS
from pathways.editing.entries import NoSuchEntry
from pathways.permissions import NotAllowed, Refusal

View = Callable[..., HttpResponse]

# What the role does not include is forbidden; every other refusal is about the state that the content is in.
FORBIDDEN = frozenset(
    {
        Refusal.MAY_NOT_EDIT,
        Refusal.MAY_NOT_REVIEW,
        Refusal.MAY_NOT_PUBLISH,
        Refusal.MAY_NOT_RESUME,
        Refusal.NO_CONTENT_ROLE,
        Refusal.IS_AUTHOR,
    }
)


def content_page(*permissions: Permission) -> Callable[[View], View]:
    """A page for staff with any of these permissions; for all who work on the guidance where none is named.

    What the services refuse becomes a page that says so; what does not exist becomes 404.
    """
    wanted = permissions or CONTENT_PERMISSIONS

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
            user = person(request)
            if not user.is_staff or not any(user.has_perm(permission) for permission in wanted):
                raise PermissionDenied("This account does not work on the guidance.")
            try:
                return admin.site.admin_view(view)(request, *args, **ids)
            except NoSuchEntry as missing:
                raise Http404(str(missing)) from missing
            except NotAllowed as refused:
                return not_possible(request, refused, ids)

        return guarded

    return decorated


def not_possible(request: HttpRequest, refused: NotAllowed, ids: Mapping[str, Any]) -> HttpResponse:
    """403 for what a person may not do, 409 for what the state of the content does not allow."""
    status = 403 if refused.refusal in FORBIDDEN else 409
    page = "version" if "version_id" in ids else "guidance"
    href = reverse(f"admin:pathways_{page}", args=[ids["version_id"]] if page == "version" else [])
    shown = {"reason": refused.refusal.value, "details": refused.details, "href": href}
    template = "_not_possible" if getattr(request, "htmx", False) else "not_possible"
    path = f"admin/pathways/{template}.html"
    return render_content(request, path, shown, title="This is not possible", status=status)


def render_content(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, title: str = "", status: int = 200
) -> HttpResponse:
    """A page in the admin's frame, without its sidebar: the guidance needs the width."""
    shown = {**admin.site.each_context(request), "title": title, "is_nav_sidebar_enabled": False, **context}
    return render(request, template, shown, status=status)


def person(request: HttpRequest) -> User:
    """The signed-in person: the middleware lets nobody else come this far."""
    return cast("User", request.user)
