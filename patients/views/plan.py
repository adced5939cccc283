"""Signing an assessment, and the signed care plan: on screen, on paper, and withdrawn."""

import logging
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.loopback import demo_password
from audit.events import Event
from pathways.selectors import release_in_force
from patients.findings import AdviceUnavailable, Board, board_of
from patients.form_origin import note_for
from patients.forms.reason import ReasonForm
from patients.forms.sign import SignForm
from patients.models import Assessment
from patients.models.plans import AlteredPlan
from patients.permissions import refuse_for, why_not_sign, why_not_withdraw_plan
from patients.presenters.banner import patient_banner
from patients.presenters.plan.page import plan_page, print_style
from patients.presenters.plan.patient_copy_page import CopyOptions, patient_copy_page, patient_copy_style
from patients.presenters.plan.record import plan_record
from patients.presenters.plan.sign_page import sign_page
from patients.selectors import assessment_for, plan_for
from patients.services.assessments.start import carried_days, last_plan_to_carry_from
from patients.services.plans import SigningRefused, sign_plan, withdraw_plan
from patients.services.reading import record_reading
from patients.services.unavailable import record_sign_refused
from patients.signing import Obstacle, SignObstacle, obstacles_of_record, overridden, unsettled
from patients.states import AssessmentState
from patients.views.guards import View, check_form, not_allowed_is_403, person

logger = logging.getLogger(__name__)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def plan_sign(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    user = person(request)
    assessment = assessment_for(user, assessment_id)
    if assessment.state == AssessmentState.SIGNED:
        return redirect("patients:plan_detail", assessment.plan.pk)  # also after the button was pressed twice
    refuse_for(why_not_sign(user, assessment))
    board = board_to_sign(request, assessment)
    if request.method != "POST":
        record_reading(Event.ASSESSMENT_VIEWED, by=user, patient=assessment.patient_id, target=str(assessment.pk))
        return review_page(request, board, sign_form(board), record_obstacles(board))
    check_form(request, assessment)
    form = sign_form(board, request.POST)
    if not form.is_valid():
        return review_page(request, board, form, (*record_obstacles(board), *obstacles_in(form)), status=422)
    try:
        plan = sign_plan(assessment, by=user, **signature_from(request, form))
    except SigningRefused as refused:
        return review_page(request, board, form, refused.obstacles, status=422)
    return redirect("patients:plan_detail", plan.pk)


def board_to_sign(request: HttpRequest, assessment: Assessment) -> Board:
    """Raises AdviceUnavailable; an attempt to sign without advice is logged as refused."""
    try:
        return board_of(assessment, today=timezone.localdate())
    except AdviceUnavailable:
        if request.method == "POST":
            record_sign_refused(assessment, by=person(request))
        raise


def sign_form(board: Board, data: Any = None) -> SignForm:
    return SignForm(
        data,
        has_unsettled=bool(unsettled(board)),
        has_override=bool(overridden(board)),
    )


def record_obstacles(board: Board) -> tuple[Obstacle, ...]:
    in_force = release_in_force()
    return obstacles_of_record(board, in_force.record if in_force else None, today=board.evaluation.as_of)


def obstacles_in(form: SignForm) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(SignObstacle.NO_MEANING, f"{form.fields[name].label}: {' '.join(map(str, errors))}", name)
        for name, errors in form.errors.items()
    )


def signature_from(request: HttpRequest, form: SignForm) -> dict[str, Any]:
    filled = form.cleaned_data
    return {
        "password": filled["password"],
        "board_hash": request.POST.get("board_hash", ""),
        "meaning": filled["meaning"],
        "on_behalf_of": filled["on_behalf_of"],
        "reassess_by": filled["reassess_by"],
        "acknowledged_unsettled": filled.get("acknowledged_unsettled", False),
        "discussed_with": filled.get("discussed_with", ""),
    }


def review_page(
    request: HttpRequest, board: Board, form: SignForm, obstacles: tuple[Obstacle, ...], *, status: int = 200
) -> HttpResponse:
    source = last_plan_to_carry_from(board.assessment.patient, by=person(request))
    page = sign_page(board, obstacles, carried=carried_days(board.assessment, source))
    origin = note_for(board.assessment, user=person(request))
    shown = {"page": page, "form": form, "origin": origin, "demo_password": demo_password(request)}
    return render(request, "patients/plan_sign.html", shown, status=status)


def altered_is_409(view: View) -> View:
    """Nothing of a plan that is not what was signed is shown, on none of its pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        try:
            return view(request, *args, **ids)
        except AlteredPlan as altered:
            logger.critical("%s", altered)
            plan = plan_for(person(request), ids["plan_id"])
            return render(request, "patients/plan_altered.html", {"patient": patient_banner(plan.patient)}, status=409)

    return guarded


@require_safe
@altered_is_409
def plan_detail(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    user = person(request)
    plan = plan_for(user, plan_id)
    record_reading(Event.PLAN_VIEWED, by=user, patient=plan.patient_id, target=str(plan.pk))
    page = plan_page(plan, user=user, in_force=release_in_force())
    return render(request, "patients/plan_detail.html", {"page": page, "record": plan_record(plan, user=user)})


@require_safe
@altered_is_409
def plan_print(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Safety: nothing is evaluated again for paper, which shows the stored body alone."""
    user = person(request)
    plan = plan_for(user, plan_id)
    record_reading(Event.PLAN_PRINTED, by=user, patient=plan.patient_id, target=str(plan.pk))
    shown = {"page": plan_page(plan, user=user, in_force=release_in_force())}
    return render(request, "patients/plan_print.html", shown)


@require_safe
@altered_is_409
def plan_print_style(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Part of the print page; the margins name the patient, so that sending them is logged for itself."""
    user = person(request)
    plan = plan_for(user, plan_id)
    record_reading(Event.PLAN_MARGINS_SENT, by=user, patient=plan.patient_id, target=str(plan.pk))
    if request.GET.get("for") == "patient":
        style = patient_copy_style(patient_copy_page(plan, options=CopyOptions()))
    else:
        style = print_style(plan_page(plan, user=user, in_force=release_in_force()))
    return HttpResponse(style, content_type="text/css; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
@altered_is_409
def plan_withdraw(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    user = person(request)
    plan = plan_for(user, plan_id)
    refuse_for(why_not_withdraw_plan(user, plan))
    if request.method == "POST":
        check_form(request, plan)
    form = ReasonForm(
        request.POST or None,
        label="Why the care plan was an error",
        submit="Withdraw the care plan",
        origin=note_for(plan, user=user),
    )
    if request.method == "POST" and form.is_valid():
        withdraw_plan(plan, by=user, reason=form.cleaned_data["reason"])
        return redirect("patients:plan_detail", plan.pk)
    if request.method != "POST":
        record_reading(Event.PLAN_VIEWED, by=user, patient=plan.patient_id, target=str(plan.pk))
    shown = {"page": plan_page(plan, user=user, in_force=release_in_force()), "form": form}
    return render(request, "patients/plan_withdraw.html", shown, status=422 if form.errors else 200)
