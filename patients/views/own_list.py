"""Putting a patient on the own list, and taking them off it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from patients.selectors import patient_for
from patients.services.own_list import add_to_own_list, remove_from_own_list
from patients.views.guards import check_form, not_allowed_is_403, person


@require_POST
@not_allowed_is_403
def own_list_add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(person(request), patient_id)
    check_form(request, patient)
    is_new = add_to_own_list(patient, by=person(request))
    messages.success(request, "The patient is on your list." if is_new else "The patient was on your list already.")
    return redirect("patients:patient_detail", patient.pk)


@require_POST
@not_allowed_is_403
def own_list_remove(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(person(request), patient_id)
    check_form(request, patient)
    was_on_it = remove_from_own_list(patient, by=person(request))
    messages.success(request, "The patient is off your list." if was_on_it else "The patient was not on your list.")
    return redirect("patients:patient_detail", patient.pk)
