"""Every page asks for somebody signed in, in a session neither covered nor over, with all that a role demands."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import clock, second_factor, sessions
from accounts.addresses import way_back
from accounts.clock import Clock, Standing
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]

CLEAR = '"cache", "storage"'
WHILE_COVERED = ("accounts:session", "accounts:unlock", "accounts:sign_in_again", "accounts:sign_out", "admin:logout")
WITHOUT_FACTOR = (
    "accounts:session",
    "accounts:unlock",
    "accounts:sign_in_again",
    "accounts:sign_out",
    "admin:logout",
    "accounts:second_factor",
    "accounts:second_factor_set_up",
    "accounts:second_factor_picture",
)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    def handle_no_permission(  # type: ignore[override]  # Django knows redirects only
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if is_sent_by_script(request):
            # A redirect would be followed silently, and the sign-in page swapped into somebody's form.
            return refused("signed out", "You are signed out. Nothing was saved.")
        return redirect_to_login(
            way_back(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


class SessionClockMiddleware:
    """Covers the screen of an idle person, ends the session after a while, and notes who is at work."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        known, now = clock.read(request.session), clock.now()
        match known.standing(now):
            case Standing.ENDED:
                sessions.end_session(request, by=user)
                response = self.get_response(request)
                response["Clear-Site-Data"] = CLEAR
                return response
            case Standing.COVERED:
                try:
                    sessions.note_cover(request, by=user)
                except UpdateError:
                    forget(request)
                    return self.get_response(request)
                if request.path in addresses(WHILE_COVERED):
                    return self.get_response(request)
                return covered(request)
            case Standing.OPEN:
                note_activity(request, known, now)
                return self.get_response(request)


class SecondFactorMiddleware:
    """Who has a role that demands a second factor sets it up before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not lacks_factor(request) or request.path in addresses(WITHOUT_FACTOR):
            return self.get_response(request)
        if is_sent_by_script(request):
            return HttpResponse("Your account needs a second factor first. Nothing was saved.", status=403)
        return redirect("accounts:second_factor_set_up")


def lacks_factor(request: HttpRequest) -> bool:
    user = request.user
    if not settings.LM_SECOND_FACTOR_ROLES or not isinstance(user, User):
        return False
    if settings.LM_MODE == "training" and request.session.get(sessions.ONE_CLICK):
        return False
    return second_factor.is_demanded(user) and not second_factor.is_on(user)


def note_activity(request: HttpRequest, known: Clock, now: float) -> None:
    """Written at once and not at the end: a slow request must not write an old clock over a new one."""
    is_only_asked = request.path == reverse("accounts:session") and clock.ACTIVE_AGO not in request.META
    active = None if is_only_asked else clock.active_at(request, now)
    if active is None or active < known.active + known.written_every:
        return
    clock.write(request.session, Clock(known.began, active, shared=known.shared))
    try:
        request.session.save()
    except UpdateError:
        forget(request)
    else:
        request.session.modified = False


def forget(request: HttpRequest) -> None:
    """Signed out in another tab at this very moment."""
    request.session.flush()
    request.user = AnonymousUser()


def covered(request: HttpRequest) -> HttpResponse:
    if is_sent_by_script(request):
        return refused("covered", "The screen is covered. Nothing was saved.")
    return redirect(f"{reverse('accounts:unlock')}?{urlencode({'next': way_back(request)})}")


def refused(standing: str, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=401, content_type="text/plain", headers={"Session-State": standing})


def is_sent_by_script(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) or request.META.get("HTTP_SEC_FETCH_DEST") == "empty"


def addresses(names: tuple[str, ...]) -> set[str]:
    return {reverse(name) for name in names}
