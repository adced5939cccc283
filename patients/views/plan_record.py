"""Taking a signed care plan along as text or PDF, and writing an addendum to it."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.events import Event
from pathways.selectors import release_in_force
from patients.form_origin import note_for
from patients.forms.addendum import AddendumForm
from patients.models import SignedPlan
from patients.paper import MakersBusy, NotWhole, missing_libraries, pdf_of
from patients.permissions import refuse_for, why_not_add_addendum
from patients.presenters.plan.page import PlanPage, plan_page, print_style
from patients.presenters.plan.patient_copy_page import CopyOptions, patient_copy_page, patient_copy_style
from patients.presenters.plan.record import plan_record
from patients.presenters.plan.text import plan_text as text_of
from patients.selectors import plan_for
from patients.services.addenda import add_addendum
from patients.services.reading import record_reading
from patients.views.guards import check_form, not_allowed_is_403, person
from patients.views.plan import altered_is_409

NOT_POSSIBLE_HERE = 501
TRY_AGAIN = 503

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
@altered_is_409
def plan_addendum(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    user = person(request)
    plan = plan_for(user, plan_id)
    refuse_for(why_not_add_addendum(user, plan))
    if request.method == "POST":
        check_form(request, plan)
    form = AddendumForm(request.POST or None, origin=note_for(plan, user=user))
    if request.method == "POST" and form.is_valid():
        add_addendum(plan, by=user, text=form.cleaned_data["text"])
        return redirect("patients:plan_detail", plan.pk)
    if request.method != "POST":
        record_reading(Event.PLAN_VIEWED, by=user, patient=plan.patient_id, target=str(plan.pk))
    shown = {"page": page_of(request, plan), "record": plan_record(plan, user=user), "form": form}
    return render(request, "patients/plan_addendum.html", shown, status=422 if form.errors else 200)


@require_safe
@altered_is_409
def plan_text(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Safety: what leaves as text is logged, because it is pasted where this application does not see it. HZ-7"""
    user = person(request)
    plan = plan_for(user, plan_id)
    record_reading(Event.PLAN_COPIED, by=user, patient=plan.patient_id, target=str(plan.pk))
    text = text_of(plan)
    if request.GET.get("download") == "txt":
        return download(text.replace("\n", "\r\n").encode(), f"care-plan-{plan.pk}.txt", "text/plain; charset=utf-8")
    shown = {"page": page_of(request, plan), "text": text, "rows": text.count("\n")}
    return render(request, "patients/plan_text.html", shown)


@require_safe
@altered_is_409
def plan_pdf(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    user = person(request)
    plan = plan_for(user, plan_id)
    missing = missing_libraries()
    event = Event.PLAN_VIEWED if missing else Event.PLAN_DOWNLOADED
    record_reading(event, by=user, patient=plan.patient_id, target=str(plan.pk))
    if missing:
        return no_pdf(request, plan, f"This server lacks a library of the operating system: {missing}")
    try:
        content = pdf_for_patient(request, plan) if request.GET.get("for") == "patient" else pdf(request, plan)
    except NotWhole as fault:
        logger.critical("Care plan %s: %s", plan.pk, fault)
        return no_pdf(request, plan, str(fault))
    except MakersBusy as busy:
        return no_pdf(request, plan, str(busy), status=TRY_AGAIN)
    return download(content, f"care-plan-{plan.pk}.pdf", "application/pdf")


def no_pdf(request: HttpRequest, plan: SignedPlan, why: str, *, status: int = NOT_POSSIBLE_HERE) -> HttpResponse:
    lacking = {"page": page_of(request, plan), "why": why, "is_busy": status == TRY_AGAIN}
    return render(request, "patients/plan_no_pdf.html", lacking, status=status)


def pdf(request: HttpRequest, plan: SignedPlan) -> bytes:
    """The print page as it is, under a title that names nobody."""
    page = page_of(request, plan)
    return pdf_of(request, "patients/plan_pdf.html", {"page": page}, margins=print_style(page))


def pdf_for_patient(request: HttpRequest, plan: SignedPlan) -> bytes:
    page = patient_copy_page(plan, options=CopyOptions.from_query(request.GET))
    return pdf_of(request, "patients/patient_copy_pdf.html", {"page": page}, margins=patient_copy_style(page))


def page_of(request: HttpRequest, plan: SignedPlan) -> PlanPage:
    return plan_page(plan, user=person(request), in_force=release_in_force())


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """Safety: no name or number of a patient stands in the name of a file. HZ-7"""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
