"""The covered screen: how a session stands, and the password that goes on with it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, sessions
from accounts.addresses import safe_next
from accounts.clock import Standing
from accounts.forms import PasswordForm, SignInAgainForm
from accounts.loopback import demo_password
from accounts.presenters import session_state
from accounts.requests import signed_in
from accounts.views.sign_in import status_of, with_wait


@login_not_required
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Asked by the script of every open page; being asked does not keep a session alive."""
    return JsonResponse(session_state(request) | {"token": get_token(request)})


@sensitive_post_parameters("password")
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The same without the script, and after a covered page was loaded again."""
    wanted = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if clock.read(request.session).standing(clock.now()) is Standing.OPEN:
        return redirect(wanted)
    form = PasswordForm(request.POST or None, initial={"next": wanted})
    wait = 0
    if request.method == "POST" and form.is_valid():
        answer = sessions.uncover(request, by=signed_in(request), password=form.cleaned_data["password"])
        if answer.right:
            return redirect(wanted)
        form.add_error("password", answer.refusal)
        wait = answer.wait
    shown = {"form": form, "demo_password": demo_password(request)}
    return with_wait(render(request, "accounts/unlock.html", shown, status=status_of(form)), wait)


@login_not_required
@sensitive_post_parameters("password", "code")
@csrf_protect
@require_POST
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """In place: the page stays as it is, and goes on with the token that this answer brings."""
    form = SignInAgainForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": "Enter your password."}, status=422)
    answer = sessions.sign_in_again(request, **form.cleaned_data)
    if answer.user is None:
        refused = JsonResponse({"message": answer.refusal, "code": answer.needs_code}, status=422)
        return with_wait(refused, answer.wait)
    return JsonResponse(session_state(request) | {"token": get_token(request)})
