"""The patient's version of a signed care plan: looked at by the clinician first, then printed."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.events import Event
from patients.presenters.plan.patient_copy_page import CopyOptions, patient_copy_page
from patients.selectors import plan_for
from patients.services.reading import record_reading
from patients.views.guards import person
from patients.views.plan import altered_is_409


@require_safe
@altered_is_409
def patient_copy(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    return copy_answer(request, plan_id, Event.PATIENT_COPY_VIEWED, "patients/patient_copy.html")


@require_safe
@altered_is_409
def patient_copy_print(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    return copy_answer(request, plan_id, Event.PATIENT_COPY_PRINTED, "patients/patient_copy_print.html")


def copy_answer(request: HttpRequest, plan_id: UUID, event: Event, template: str) -> HttpResponse:
    user = person(request)
    plan = plan_for(user, plan_id)
    options = CopyOptions.from_query(request.GET.dict())
    asked = asdict(options) if event is Event.PATIENT_COPY_PRINTED else None
    record_reading(event, by=user, patient=plan.patient_id, target=str(plan.pk), after=asked)
    return render(request, template, {"page": patient_copy_page(plan, options=options)})
