"""Sign-in and sign-out."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import SignInForm
from accounts.loopback import demo_sign_in_offered
from accounts.presenters import demo_entrances
from accounts.selectors import demo_person

HOME = "/"


@login_not_required
@sensitive_post_parameters("password")
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(safe_next(request, request.GET.get("next", "")))
        return _sign_in_page(request, SignInForm(initial={"next": request.GET.get("next", "")}))
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    entered = form.cleaned_data
    if services.sign_in(request, username=entered["username"], password=entered["password"]) is None:
        form.refuse()
        return _sign_in_page(request, form, status=422)
    return redirect(safe_next(request, entered["next"]))


@login_not_required
@csrf_protect
@require_POST
def demo_sign_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = demo_person(person_id) if demo_sign_in_offered(request) else None
    if person is None:
        raise Http404
    services.sign_in_demo_person(request, person=person)
    return redirect(safe_next(request, request.POST.get("next", "")))


@login_not_required
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(request)
    response = redirect("accounts:sign_in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: a page of ours or the start page, never somebody else's site."""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed and wanted.startswith("/") else HOME  # no names of views: only addresses


def _sign_in_page(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    entrances = demo_entrances() if demo_sign_in_offered(request) else ()
    return render(request, "accounts/sign_in.html", {"form": form, "demo_entrances": entrances}, status=status)
