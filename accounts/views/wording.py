"""The choice between wording for professionals and plain wording, and the way back to where it was made."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.addresses import safe_next
from accounts.models import Wording
from accounts.requests import signed_in
from accounts.services import choose_wording


@require_POST
def wording_choose(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("wording", "")
    if asked not in Wording.values:
        return HttpResponseBadRequest("Choose professional or plain wording.")
    choose_wording(Wording(asked), by=signed_in(request))
    return redirect(safe_next(request, request.POST.get("next", "")))
