"""Turns the services' "not allowed" into the page that says so (403, or 409 for a state), and names who is asking."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from patients.findings import AdviceUnavailable
from patients.form_origin import FIELD, FormIsForeign, FormOrigin, Subject, check_origin
from patients.permissions import STATES, NotAllowed
from patients.services.reading import record_foreign_form
from patients.services.unavailable import note_unavailable
from patients.views.refusals import refusals_are_logged

View = Callable[..., HttpResponse]

NEVER_SHOWN = frozenset(
    {
        "csrfmiddlewaretoken",
        FIELD,
        "password",
        "advice_hash",
        "board_hash",
        "revision",
        "ward",
        "answer",
        "send",
        "sign",
        "meaning",
        "acknowledged_unsettled",
        "duplicates_confirmed",
        "codes",
    }
)


def not_allowed_is_403(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        try:
            return view(request, *args, **ids)
        except NotAllowed as refused:
            if refused.reason in STATES:
                return not_possible(request, str(refused), ids)
            raise PermissionDenied(str(refused)) from refused
        except FormIsForeign as foreign:
            return not_taken(request, foreign, ids)
        except AdviceUnavailable as unavailable:
            note_unavailable(unavailable, by=person(request))
            return without_advice(request, unavailable, ids)

    return refusals_are_logged(guarded)


def check_form(request: HttpRequest, record: Subject, *, unchanged: bool = False) -> None:
    """Raises FormIsForeign, which the guard above turns into a refusal that keeps the text."""
    user = person(request)
    try:
        check_origin(request.POST.get(FIELD, ""), record, user=user, unchanged=unchanged)
    except FormIsForeign as foreign:
        here = FormOrigin.of(record, user=user)
        patient = None if record is None else here.patient
        record_foreign_form(foreign.reason.name.lower(), by=user, patient=patient, target=str(here.about))
        raise


def not_taken(request: HttpRequest, foreign: FormIsForeign, ids: Mapping[str, Any]) -> HttpResponse:
    shown = {"reason": f"{foreign} Nothing was changed.", "href": way_on(ids)}
    if getattr(request, "htmx", False):
        answer = render(request, "components/_not_possible.html", shown, status=409)
        answer["HX-Retarget"] = "#form-moved-on"
        return answer
    return render(request, "patients/form_not_taken.html", {**shown, "texts": typed_texts(request)}, status=409)


def without_advice(request: HttpRequest, unavailable: AdviceUnavailable, ids: Mapping[str, Any]) -> HttpResponse:
    """A sentence in the place of every page that evaluates. Safety: what was written comes back to be copied. HZ-66"""
    if getattr(request, "htmx", False):
        answer = render(
            request, "components/_not_possible.html", {"reason": unavailable.sentence, "href": way_on(ids)}, status=409
        )
        answer["HX-Retarget"] = "#form-moved-on"
        return answer
    texts = typed_texts(request)
    shown = {"reason": unavailable.sentence, "href": way_on(ids), "texts": texts, "was_sent": request.method == "POST"}
    return render(request, "patients/no_advice.html", shown, status=409)


def typed_texts(request: HttpRequest) -> list[str]:
    """What somebody wrote, to be copied; ids, ticks and, above all, passwords are left out."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if name not in NEVER_SHOWN and not name.endswith("_FORMS") and text.strip()
    ]


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
