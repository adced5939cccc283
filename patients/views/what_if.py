"""What would change the advice on a card, and the what-if page, on which nothing is ever saved."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.requests import SignedInRequest
from audit.events import Event
from pathways.selectors import may_advise
from patients.findings import Board, board_of, guarded_engine
from patients.findings.hypothetical import WhatIf, try_answers
from patients.form_origin import note_for
from patients.forms.what_if import WhatIfForm
from patients.models import Assessment
from patients.permissions import Reason, refuse_for
from patients.presenters.advice.what_if import what_if_page
from patients.presenters.advice.what_would_change import changes_page
from patients.presenters.banner import patient_banner
from patients.selectors import assessment_for
from patients.services.reading import record_reading
from patients.states import AssessmentState
from patients.views.guards import check_form, not_allowed_is_403, person


@require_safe
@vary_on_headers("HX-Request")
@not_allowed_is_403
def what_would_change(request: SignedInRequest, assessment_id: UUID, code: str) -> HttpResponse:
    assessment = open_or_signed(request, assessment_id)
    board = board_of(assessment, today=timezone.localdate())
    is_known = code in board.evaluation.verdicts
    asked = {"intervention": code} if is_known else {}
    record_about(Event.CHANGES_ASKED, request, assessment, after=asked)
    if not is_known:
        raise Http404
    edit_href = reverse("patients:assessment_edit", args=[assessment.pk])
    with guarded_engine(assessment):
        page = changes_page(
            board, code, form_href="" if request.htmx else edit_href, may_advise=may_advise(assessment.release)
        )
    shown = {
        "page": page,
        "origin": note_for(assessment, user=person(request)),
        "back_href": f"{edit_href}#card-{code}",
    }
    if request.htmx:
        return render(request, "patients/_what_would_change.html", {**shown, "in_place": True})
    return render(request, "patients/what_would_change.html", {**shown, "patient": patient_banner(assessment.patient)})


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def what_if(request: SignedInRequest, assessment_id: UUID) -> HttpResponse:
    """A try is written to the log with the findings that were tried, and nowhere else."""
    assessment = open_or_signed(request, assessment_id)
    board = board_of(assessment, today=timezone.localdate())
    form = WhatIfForm(request.POST or None, vocabulary=board.evaluation.release.vocabulary)
    if request.method != "POST":
        record_about(Event.ASSESSMENT_VIEWED, request, assessment)
        return what_if_answer(request, board, form)
    check_form(request, assessment)
    with guarded_engine(assessment):
        tried = try_answers(
            board, form.answers(), birth_date=assessment.patient.birth_date, name=person(request).display_name
        )
    if tried.then is None:
        return what_if_answer(request, board, form, tried=tried, status=422)
    record_about(Event.WHAT_IF_TRIED, request, assessment, after={"findings": list(tried.tried)})
    return what_if_answer(request, board, form, tried=tried)


def what_if_answer(
    request: SignedInRequest, board: Board, form: WhatIfForm, *, tried: WhatIf | None = None, status: int = 200
) -> HttpResponse:
    assessment = board.assessment
    with guarded_engine(assessment):
        page = what_if_page(board, form, tried=tried, may_advise=may_advise(assessment.release))
    shown = {"page": page, "origin": note_for(assessment, user=person(request))}
    return render(request, "patients/what_if.html", shown, status=status)


def open_or_signed(request: HttpRequest, assessment_id: UUID) -> Assessment:
    """A discarded assessment says nothing about anybody any more."""
    assessment = assessment_for(person(request), assessment_id)
    if assessment.state == AssessmentState.DISCARDED:
        refuse_for(Reason.ASSESSMENT_DISCARDED)
    return assessment


def record_about(event: Event, request: HttpRequest, assessment: Assessment, *, after: Any = None) -> None:
    record_reading(event, by=person(request), patient=assessment.patient_id, target=str(assessment.pk), after=after)
