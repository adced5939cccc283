"""Comparing two assessments of a patient, on screen and on paper."""

import logging
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.events import Event
from pathways.selectors import LoadedRelease, TamperedRelease, release_in_force
from patients.findings import guarded_engine
from patients.models import Assessment, Patient
from patients.models.plans import AlteredPlan
from patients.presenters.compare.choice import Chosen, NoSuchAssessment, choose
from patients.presenters.compare.page import ALL, Comparison, compare_page, comparison_of
from patients.presenters.compare.sides import side_of, under_guidance_in_force
from patients.selectors import patient_for
from patients.selectors.compared import assessment_to_compare, comparable_assessments
from patients.services.reading import record_reading
from patients.views.guards import View, not_allowed_is_403, not_possible, person

logger = logging.getLogger(__name__)
NOT_AS_STORED = (
    "What is stored of one of the two is not what its fingerprint says, so nothing of it is compared. "
    "Use the printed care plan, and tell the people who run this application at once."
)
NOT_IN_FORCE = "No guidance that may advise is in force, so there is nothing to compare the plan with."

ITS_OWN = "This plan was made with the guidance that is in force, so there is no other guidance to compare it with."


def altered_is_not_compared(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        try:
            return view(request, *args, **ids)
        except (AlteredPlan, TamperedRelease) as altered:
            logger.critical("%s", altered)
            return not_possible(request, NOT_AS_STORED, ids)

    return guarded


@require_safe
@not_allowed_is_403
@altered_is_not_compared
def compare(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    return comparison_answer(request, patient_id, Event.ASSESSMENTS_COMPARED, "patients/compare.html")


@require_safe
@not_allowed_is_403
@altered_is_not_compared
def compare_print(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    return comparison_answer(request, patient_id, Event.COMPARISON_PRINTED, "patients/compare_print.html")


def comparison_answer(request: HttpRequest, patient_id: UUID, event: Event, template: str) -> HttpResponse:
    user = person(request)
    patient = patient_for(user, patient_id)
    listed = comparable_assessments(patient, user=user)
    in_force = release_in_force()
    chosen = chosen_from(request, listed, in_force)
    record_reading(event, by=user, patient=patient.pk, target=str(patient.pk), after=told(chosen))
    with guarded_engine(in_force=in_force):
        comparison = compared(request, patient, chosen, in_force)
    page = compare_page(patient, user=user, listed=listed, chosen=chosen, comparison=comparison, in_force=in_force)
    return render(request, template, {"page": page})


def chosen_from(request: HttpRequest, listed: list[Assessment], in_force: LoadedRelease | None) -> Chosen:
    """An id of another patient, of a discarded assessment or of nothing is not found."""
    try:
        chosen = choose(listed, request.GET.dict())
    except NoSuchAssessment as missing:
        raise Http404 from missing
    if not chosen.under_guidance or chosen.earlier is None:
        return chosen
    if in_force is None:
        return Chosen(None, None, problem=NOT_IN_FORCE)
    return chosen if chosen.earlier.release_id != in_force.record.pk else Chosen(None, None, problem=ITS_OWN)


def told(chosen: Chosen) -> dict[str, str]:
    """For the log: which two."""
    pair = {"earlier": chosen.earlier, "later": chosen.later}
    return {name: str(one.pk) for name, one in pair.items() if one}


def compared(
    request: HttpRequest, patient: Patient, chosen: Chosen, in_force: LoadedRelease | None
) -> Comparison | None:
    user, today = person(request), timezone.localdate()
    if chosen.earlier is None:
        return None
    earlier = side_of(assessment_to_compare(patient, chosen.earlier.pk, user=user), today=today)
    if chosen.later is not None:
        later = side_of(assessment_to_compare(patient, chosen.later.pk, user=user), today=today)
    elif in_force is not None:
        later = under_guidance_in_force(earlier, in_force)
    else:
        return None
    return comparison_of(earlier, later, shows_all=request.GET.get("show") == ALL)
