"""The diagram of a pathway with a patient's way through it, on screen and on paper."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.events import Event
from patients.findings import guarded_engine
from patients.findings.standing import NotWhatWasSigned, draft_evaluation, signed_evaluation
from patients.models import Assessment
from patients.models.plans import AlteredPlan
from patients.presenters.assessment.flow import Asked, Subject, flow_page
from patients.presenters.banner import patient_banner
from patients.selectors import assessment_for, plan_for
from patients.services.reading import record_reading
from patients.states import AssessmentState
from patients.views.guards import not_allowed_is_403, person

logger = logging.getLogger(__name__)


@require_safe
@not_allowed_is_403
def flow(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    return flow_answer(request, assessment_id, Event.FLOW_VIEWED, "patients/flow.html")


@require_safe
@not_allowed_is_403
def flow_print(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    return flow_answer(request, assessment_id, Event.FLOW_PRINTED, "patients/flow_print.html")


def flow_answer(request: HttpRequest, assessment_id: UUID, event: Event, template: str) -> HttpResponse:
    user = person(request)
    assessment = assessment_for(user, assessment_id)
    record_reading(event, by=user, patient=assessment.patient_id, target=str(assessment.pk))
    if assessment.state == AssessmentState.DISCARDED:
        return redirect("patients:assessment_edit", assessment.pk)  # which says that it was discarded
    try:
        subject = subject_of(assessment, user)
    except AlteredPlan as altered:
        logger.critical("%s", altered)
        patient = patient_banner(assessment.patient)
        return render(request, "patients/plan_altered.html", {"patient": patient}, status=409)
    for_paper = event is Event.FLOW_PRINTED
    with guarded_engine(assessment):
        page = flow_page(subject, user=user, asked=Asked.of(request.GET.dict()), for_paper=for_paper)
    return render(request, template, {"page": page})


def subject_of(assessment: Assessment, user: User) -> Subject:
    """Raises AlteredPlan."""
    if assessment.state != AssessmentState.SIGNED:
        return Subject(assessment, None, draft_evaluation(assessment, today=timezone.localdate()))
    plan = plan_for(user, assessment.plan.pk)
    try:
        return Subject(assessment, plan, signed_evaluation(plan, assessment))
    except NotWhatWasSigned as otherwise:
        logger.critical("%s", otherwise)
        return Subject(assessment, plan, None)
