"""Every page asks for a signed-in person unless its view says otherwise."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    def handle_no_permission(  # type: ignore[override]  # Django knows redirects only
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if getattr(request, "htmx", False):
            # A redirect would be followed silently, and the sign-in page swapped into somebody's form.
            return HttpResponse("You are signed out. Nothing was saved.", status=401, content_type="text/plain")
        return redirect_to_login(
            _way_back(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def _way_back(request: HttpRequest) -> str:
    """The page itself; for a form that was sent, the page the form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return str(urlsplit(referrer).path)
    return "/"
