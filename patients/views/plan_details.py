"""Who does what by when: written into the draft before it is signed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients.findings import Board, board_of
from patients.form_origin import note_for
from patients.forms.plan_details import PlanDetailsForm
from patients.presenters.plan.details import plan_details_page
from patients.services.assessments.plan_details import DetailsRefused, save_plan_details
from patients.views.corrections import changeable
from patients.views.guards import not_allowed_is_403, person


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def plan_details(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    assessment = changeable(request, assessment_id)
    board = board_of(assessment, today=timezone.localdate())
    form = PlanDetailsForm(request.POST if request.method == "POST" else None, board=board)
    if form.is_valid():
        try:
            save_plan_details(assessment, by=person(request), wanted=form.wanted())
        except DetailsRefused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "Saved: who does what by when.")
            where = "patients:plan_details" if "more" in request.POST else "patients:plan_sign"
            return redirect(where, assessment.pk)
    return details_page(request, board, form)


def details_page(request: HttpRequest, board: Board, form: PlanDetailsForm) -> HttpResponse:
    origin = note_for(board.assessment, user=person(request))
    shown = {"page": plan_details_page(board, form), "form": form, "origin": origin}
    return render(request, "patients/plan_details.html", shown, status=422 if form.errors else 200)
