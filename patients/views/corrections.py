"""Pages beside the form: taking an answer out as an error, confirming, newer guidance, discarding the draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audit.events import Event
from patients.findings import board_of, release_of
from patients.form_origin import note_for
from patients.forms.reason import ReasonForm
from patients.models import Assessment
from patients.permissions import refuse_for, why_not_change
from patients.presenters.assessment.corrections import confirm_page, withdraw_page
from patients.presenters.banner import patient_banner
from patients.selectors import assessment_for
from patients.services.assessments import (
    NothingToDo,
    adopt_release,
    confirm_unchanged,
    discard_assessment,
    withdraw_finding,
)
from patients.services.reading import record_reading
from patients.views.guards import check_form, not_allowed_is_403, person


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def finding_withdraw(request: HttpRequest, assessment_id: UUID, code: str) -> HttpResponse:
    assessment = changeable(request, assessment_id)
    finding = release_of(assessment).vocabulary.findings.get(code)
    if finding is None or code not in assessment.findings:
        raise Http404
    form = ReasonForm(
        request.POST or None,
        label="Why it was an error",
        submit="Withdraw the answer",
        origin=note_for(assessment, user=person(request)),
    )
    if request.method == "POST" and form.is_valid():
        withdraw_finding(assessment, code, by=person(request), reason=form.cleaned_data["reason"])
        return redirect("patients:assessment_edit", assessment.pk)
    page = withdraw_page(assessment, finding)
    return correction_page(request, "patients/finding_withdraw.html", assessment, form=form, page=page)


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def findings_confirm(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    assessment = changeable(request, assessment_id)
    problem = ""
    if request.method == "POST":
        try:
            confirm_unchanged(assessment, request.POST.getlist("codes"), by=person(request))
        except NothingToDo as nothing:
            problem = str(nothing)
        else:
            return redirect("patients:assessment_edit", assessment.pk)
    board = board_of(assessment, today=timezone.localdate())
    ticked, all_ticked = request.POST.getlist("codes"), request.GET.get("tick") == "all" and not problem
    page = confirm_page(board, ticked=ticked, all_ticked=all_ticked)
    return correction_page(request, "patients/findings_confirm.html", assessment, page=page, problem=problem)


@require_POST
@not_allowed_is_403
def release_adopt(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    assessment = assessment_for(person(request), assessment_id)
    check_form(request, assessment)
    adopt_release(assessment, by=person(request))
    messages.success(request, "The assessment uses the guidance in force now. Look at the advice again.")
    return redirect("patients:assessment_edit", assessment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def assessment_discard(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    assessment = changeable(request, assessment_id)
    form = ReasonForm(
        request.POST or None,
        label="Why the draft is discarded",
        submit="Discard the draft",
        origin=note_for(assessment, user=person(request)),
    )
    if request.method == "POST" and form.is_valid():
        discard_assessment(assessment, by=person(request), reason=form.cleaned_data["reason"])
        return redirect("patients:patient_detail", assessment.patient_id)
    return correction_page(request, "patients/assessment_discard.html", assessment, form=form)


def changeable(request: HttpRequest, assessment_id: UUID) -> Assessment:
    """The assessment, if the person may change it now; looking at such a page is logged like any other."""
    user = person(request)
    assessment = assessment_for(user, assessment_id)
    refuse_for(why_not_change(user, assessment))
    if request.method == "POST":
        check_form(request, assessment, unchanged=True)
    else:
        record_reading(Event.ASSESSMENT_VIEWED, by=user, patient=assessment.patient_id, target=str(assessment.pk))
    return assessment


def correction_page(request: HttpRequest, template: str, assessment: Assessment, **found: Any) -> HttpResponse:
    banner = patient_banner(assessment.patient)
    origin = note_for(assessment, user=person(request))
    shown = {"patient": banner, "assessment_id": assessment.pk, "origin": origin, **found}
    return render(request, template, shown, status=422 if request.method == "POST" else 200)
