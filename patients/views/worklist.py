"""The worklist, and the search above it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import wards_of
from audit.events import Event
from pathways.permissions import can_work_on_content
from pathways.selectors import release_in_force
from patients.permissions import Reason, can_add
from patients.presenters.worklist import patient_rows, search_answer
from patients.presenters.worklist_frame import worklist_frame
from patients.searching import BadSearch, read_search
from patients.selectors import WorklistFilter, listed, search_patients, worklist_counts, worklist_page
from patients.services.reading import record_reading
from patients.views.guards import not_allowed_is_403, person


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not can_add(user):
        if user.is_staff and can_work_on_content(user):
            return redirect("admin:pathways_guidance")
        return render(request, "patients/no_records.html", {"reason": Reason.NO_CLINICAL_ROLE.value})
    today, asked = timezone.localdate(), asked_for(request, user)
    page = worklist_page(user, **asked, number=page_number(request), today=today)
    shown = [listed(patient) for patient in page.object_list]
    record_reading(Event.WORKLIST_VIEWED, by=user, after={"patients": [str(one.patient.pk) for one in shown]})
    frame = worklist_frame(
        page, counts=worklist_counts(user, ward=asked["ward"], today=today), wards=list(wards_of(user)), **asked
    )
    rows = patient_rows(shown, today=today, release=release_pk())
    return render(request, "patients/worklist.html", {"frame": frame, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def patient_search(request: HttpRequest) -> HttpResponse:
    """Posted, so that no name or number stands in an address, a history or a server's log."""
    if request.method != "POST":
        return redirect("patients:worklist")  # somebody reloaded the address after signing in again
    user = person(request)
    typed = {"query": request.POST.get("query", "")[:200], "birth_date": request.POST.get("birth_date", "")[:40]}
    try:
        terms = read_search(typed["query"], typed["birth_date"])
    except BadSearch as error:
        return render(request, "patients/patient_search.html", {"typed": typed, "error": str(error)}, status=422)
    result = search_patients(user, terms)
    shown = [str(one.patient.pk) for one in result.patients]
    told = {"kind": terms.kind.value, "matches": result.total, "patients": shown}
    record_reading(Event.PATIENTS_SEARCHED, by=user, after=told)
    answer = search_answer(result, today=timezone.localdate(), release=release_pk())
    return render(request, "patients/patient_search.html", {"typed": typed, "answer": answer})


def asked_for(request: HttpRequest, user: User) -> dict[str, Any]:
    """Filters of the address; what is unknown there, or another ward's id, means "everything"."""
    shows = {one.value: one for one in WorklistFilter}
    wards = {str(ward): ward for ward in user.ward_ids()}
    ward: UUID | None = wards.get(request.GET.get("ward", ""))
    return {
        "show": shows.get(request.GET.get("show", ""), WorklistFilter.ALL),
        "ward": ward,
        "sort": request.GET.get("sort", "name"),
    }


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() else 1


def release_pk() -> UUID | None:
    in_force = release_in_force()
    return in_force.record.pk if in_force else None
