"""Sign-in, its second step, and sign-out."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions
from accounts.addresses import safe_next
from accounts.forms import CodeForm, PlainForm, SignInForm
from accounts.loopback import demo_sign_in_offered
from accounts.presenters import demo_entrances
from accounts.selectors import demo_person, nobody_exists

CLEAR = '"cache", "storage"'


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
    answer = sessions.sign_in(
        request, username=entered["username"], password=entered["password"], shared=entered["shared"]
    )
    if answer.needs_code:
        request.session["next"] = safe_next(request, entered["next"])
        return redirect("accounts:sign_in_code")
    if answer.user is None:
        form.add_error(None, answer.refusal)
        return with_wait(_sign_in_page(request, form, status=422), answer.wait)
    return redirect(safe_next(request, entered["next"]))


@login_not_required
@sensitive_post_parameters("code")
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    if not sessions.is_code_awaited(request):
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    wanted = request.session.get("next", "")
    answer = sessions.SignInAnswer()
    if request.method == "POST" and form.is_valid():
        answer = sessions.enter_code(request, code=form.cleaned_data["code"])
        if answer.user is not None:
            request.session.pop("next", None)
            return redirect(safe_next(request, wanted))
        form.add_error("code", answer.refusal)
    page = render(request, "accounts/sign_in_code.html", {"form": form}, status=status_of(form))
    return with_wait(page, answer.wait)


@login_not_required
@csrf_protect
@require_POST
def demo_sign_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = demo_person(person_id) if demo_sign_in_offered(request) else None
    if person is None:
        raise Http404
    sessions.sign_in_demo_person(request, person=person)
    return redirect(safe_next(request, request.POST.get("next", "")))


@login_not_required
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.sign_out(request)
    response = redirect("accounts:sign_in")
    response["Clear-Site-Data"] = CLEAR
    return response


def status_of(form: PlainForm) -> int:
    return 422 if form.errors else 200


def with_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """A refusal that says when the next try is looked at."""
    if seconds:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response


def _sign_in_page(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    entrances = demo_entrances() if demo_sign_in_offered(request) else ()
    shown = {"form": form, "demo_entrances": entrances, "nobody_exists": nobody_exists()}
    return render(request, "accounts/sign_in.html", shown, status=status)
