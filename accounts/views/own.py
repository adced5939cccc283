"""One's own account: the password, and the second factor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor, services
from accounts.forms import OwnPasswordForm, PasswordForm, SetUpForm
from accounts.loopback import demo_password
from accounts.presenters import own_account
from accounts.requests import signed_in
from accounts.views.sign_in import status_of, with_wait

SECRET = "second_factor_secret"  # noqa: S105 (its place in the session until it is set up)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/own.html", {"page": own_account(request)})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = OwnPasswordForm(request.POST or None, user=user)
    wait = 0
    if request.method == "POST" and form.is_valid():
        answer = services.confirm_own_password(user, form.cleaned_data["password"])
        if answer.right:
            services.change_own_password(request, by=user, password=form.cleaned_data["new_password"])
            return render(request, "accounts/password_changed.html")
        form.add_error("password", answer.refusal)
        wait = answer.wait
    shown = {"form": form, "username": user.username, "demo_password": demo_password(request)}
    return with_wait(render(request, "accounts/password_change.html", shown, status=status_of(form)), wait)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_own(request: HttpRequest) -> HttpResponse:
    """What there is; with the password, new recovery codes or no second factor any more."""
    user = signed_in(request)
    form = PasswordForm(request.POST or None)
    wait = 0
    if request.method == "POST" and second_factor.is_on(user) and form.is_valid():
        answer = services.confirm_own_password(user, form.cleaned_data["password"])
        if answer.right:
            return _second_factor_done(request)
        form.add_error("password", answer.refusal)
        wait = answer.wait
    shown = {
        "form": form,
        "factor": second_factor.of(user),
        "demanded": second_factor.is_demanded(user),
        "demo_password": demo_password(request),
    }
    return with_wait(render(request, "accounts/second_factor.html", shown, status=status_of(form)), wait)


def _second_factor_done(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if "new_codes" in request.POST:
        return render(request, "accounts/recovery_codes.html", {"codes": second_factor.new_recovery_codes(by=user)})
    if not second_factor.is_demanded(user):
        second_factor.switch_off(by=user)
    return redirect("accounts:second_factor")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_set_up(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if second_factor.is_on(user):
        return redirect("accounts:second_factor")
    form = SetUpForm(request.POST or None)
    secret = request.session.setdefault(SECRET, second_factor.new_secret())
    wait = 0
    if request.method == "POST" and form.is_valid():
        answer = services.confirm_own_password(user, form.cleaned_data["password"])
        codes = None
        if answer.right:
            codes = second_factor.switch_on(by=user, secret=secret, code=form.cleaned_data["code"])
        if codes is not None:
            del request.session[SECRET]
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code" if answer.right else "password", answer.refusal or "The code is not right.")
        wait = answer.wait
    shown = {
        "form": form,
        "secret": secret,
        "demanded": second_factor.is_demanded(user),
        "demo_password": demo_password(request),
    }
    return with_wait(render(request, "accounts/second_factor_set_up.html", shown, status=status_of(form)), wait)


@require_safe
def second_factor_picture(request: HttpRequest) -> HttpResponse:
    """The secret for the telephone's camera; the content security policy allows no picture inside the page."""
    secret = request.session.get(SECRET)
    if secret is None:
        return redirect("accounts:second_factor")
    return HttpResponse(second_factor.qr_code(signed_in(request), secret), content_type="image/svg+xml")
