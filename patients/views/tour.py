"""The tour for newcomers: a page with the steps, and the button that makes a practice patient. Training only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.events import Event
from patients.demo_worked import WORKED
from patients.form_origin import note_for
from patients.permissions import check_can_add
from patients.presenters.tour import tour_of
from patients.selectors.practice import practice_state, worked_patients
from patients.services.practice import NoPractice, start_practice
from patients.services.reading import record_reading
from patients.views.guards import check_form, not_allowed_is_403, person


@require_safe
@not_allowed_is_403
def tour(request: HttpRequest) -> HttpResponse:
    return tour_page(request)


@require_POST
@not_allowed_is_403
def practice_start(request: HttpRequest) -> HttpResponse:
    only_in_training()
    user = person(request)
    check_can_add(user)
    check_form(request, None)
    try:
        start_practice(by=user)
    except NoPractice as refused:
        return tour_page(request, problem=str(refused), status=409)
    return redirect("patients:tour")


def tour_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    only_in_training()
    user = person(request)
    check_can_add(user)
    state = practice_state(user)
    worked = worked_patients(user, [one.hospital_number for one in WORKED])
    shown = [*([state.patient.pk] if state else []), *(one.patient.pk for one in worked.values())]
    record_reading(Event.WORKLIST_VIEWED, by=user, shown=shown, after={"list": "tour"})
    context = {"tour": tour_of(state, worked), "problem": problem, "origin": note_for(None, user=user)}
    return render(request, "patients/tour.html", context, status=status)


def only_in_training() -> None:
    if settings.LM_MODE == "live":
        raise Http404
