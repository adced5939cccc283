"""The plan of an assessment that is not signed yet, on paper, with the words that it is a draft on every sheet."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.events import Event
from pathways.selectors import may_advise
from patients.findings import board_of
from patients.models import Assessment
from patients.permissions import Reason, refuse_for, why_not_change
from patients.presenters.plan.draft_page import draft_page
from patients.presenters.plan.page import PlanPage, print_style
from patients.selectors import assessment_for
from patients.services.reading import record_reading
from patients.views.guards import not_allowed_is_403, person


@require_safe
@not_allowed_is_403
def draft_print(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    page = page_of(request, printable(request, assessment_id, Event.DRAFT_PRINTED))
    return render(request, "patients/draft_print.html", {"page": page})


@require_safe
@not_allowed_is_403
def draft_print_style(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Part of the print page; its margins name the patient as well."""
    page = page_of(request, printable(request, assessment_id, Event.PLAN_MARGINS_SENT))
    return HttpResponse(print_style(page), content_type="text/css; charset=utf-8")


def printable(request: HttpRequest, assessment_id: UUID, event: Event) -> Assessment:
    """Safety: unapproved content gives no advice in live mode, on paper as little as on the screen. HZ-15"""
    user = person(request)
    assessment = assessment_for(user, assessment_id)
    refuse_for(why_not_change(user, assessment))
    refuse_for(None if may_advise(assessment.release) else Reason.NO_ADVICE)
    record_reading(event, by=user, patient=assessment.patient_id, target=str(assessment.pk))
    return assessment


def page_of(request: HttpRequest, assessment: Assessment) -> PlanPage:
    return draft_page(board_of(assessment, today=timezone.localdate()), user=person(request))
