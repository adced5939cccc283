"""The page on which the first administrator makes an account; it is there only while nobody administers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.first_account import AdministratorExists, FirstPerson, NotMade, make_first_account
from accounts.forms import FirstAccountForm
from accounts.selectors import administrator_exists
from accounts.views.sign_in import status_of, with_wait


@login_not_required
@sensitive_post_parameters()
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def first_account(request: HttpRequest) -> HttpResponse:
    if administrator_exists():
        raise Http404
    form = FirstAccountForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        try:
            _make(form)
        except AdministratorExists as refused:
            raise Http404 from refused
        except NotMade as refused:
            form.add_error(refused.field, str(refused))
            wait = refused.wait
        else:
            messages.info(request, "The account is made. Sign in with it.")
            return redirect("accounts:sign_in")
    page = render(request, "accounts/first_account.html", {"form": form}, status=status_of(form))
    return with_wait(page, wait)


def _make(form: FirstAccountForm) -> None:
    entered = form.cleaned_data
    names = ("username", "first_name", "last_name")
    person = FirstPerson(**{name: entered[name] for name in names})
    make_first_account(person, code=entered["code"], password=entered["new_password"])
