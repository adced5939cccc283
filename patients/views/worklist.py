"""The worklist, and the search above it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User, Ward
from accounts.selectors import wards_of
from audit.events import Event
from pathways.permissions import can_work_on_content
from pathways.selectors import release_in_force
from patients.break_glass_notes import About, note_for
from patients.permissions import Reason, can_add, can_read_any_history, can_review_accesses
from patients.presenters.break_glass import opened_rows
from patients.presenters.worklist.frame import FIRST_DIRECTION, worklist_frame
from patients.presenters.worklist.rows import patient_rows, search_answer
from patients.presenters.worklist.similar_names import similar_names
from patients.searching import BadSearch, read_search
from patients.selectors import (
    Direction,
    Sorting,
    WorklistCounts,
    WorklistFilter,
    listed,
    names_of_list,
    search_patients,
    worklist_counts,
    worklist_page,
)
from patients.selectors.break_glass import opened_patients, patient_of_another_ward
from patients.services.reading import record_reading
from patients.views.guards import not_allowed_is_403, person

LONGEST_NUMBER = 9  # digits: Python reads no number of thousands of them


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not can_add(user):
        if can_review_accesses(user):
            return redirect("patients:access_reviews")
        if can_read_any_history(user):
            return redirect("audit_viewer:entry")
        if user.is_staff and can_work_on_content(user):
            return redirect("admin:pathways_guidance")
        return render(request, "patients/no_records.html", {"reason": Reason.NO_CLINICAL_ROLE.value})
    return lists_page(request, user, today=timezone.localdate())


def lists_page(request: HttpRequest, user: User, *, today: date) -> HttpResponse:
    wards = list(wards_of(user))
    ward = asked_ward(request, wards)
    counts = worklist_counts(user, ward=ward, today=today)
    asked: dict[str, Any] = {"show": asked_list(request, counts), "ward": ward}
    sorting = asked_sorting(request, asked["show"])
    page = worklist_page(user, **asked, sorting=sorting, number=page_number(request), today=today, counts=counts)
    shown, opened = [listed(patient) for patient in page.object_list], opened_patients(user)
    patients = [one.patient for one in shown]
    everybody = names_of_list(user, **asked, today=today) if page.has_other_pages() else patients
    similar = similar_names(patients, everybody)
    named = [*patients, *opened, *(one for others in similar.values() for one in others)]
    record_reading(Event.WORKLIST_VIEWED, by=user, shown=[patient.pk for patient in named])
    frame = worklist_frame(page, counts=counts, wards=wards, **asked, sorting=sorting)
    rows = patient_rows(shown, today=today, release=release_pk(), similar=similar)
    return render(request, "patients/worklist.html", {"frame": frame, "rows": rows, "opened": opened_rows(opened)})


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
    elsewhere = patient_of_another_ward(user, terms)
    opened = [patient for patient in opened_patients(user) if patient.pk == elsewhere] if elsewhere else []
    shown = [*(one.patient.pk for one in result.patients), *(patient.pk for patient in opened)]
    told = {"kind": terms.kind.value, "matches": result.total} | ({"of_another_ward": 1} if elsewhere else {})
    record_reading(Event.PATIENTS_SEARCHED, by=user, shown=shown, after=told)
    answer = search_answer(result, today=timezone.localdate(), release=release_pk(), is_elsewhere=elsewhere is not None)
    note = note_for(user, elsewhere, kind=About.PATIENT) if elsewhere and not opened else ""
    found = {"typed": typed, "answer": answer, "note": note, "opened": opened_rows(opened)}
    return render(request, "patients/patient_search.html", found)


def asked_ward(request: HttpRequest, own: list[Ward]) -> UUID | None:
    """What is unknown, or another ward's id, means "all my wards"."""
    wards = {str(ward.pk): ward.pk for ward in own}
    return wards.get(request.GET.get("ward", ""))


def asked_list(request: HttpRequest, counts: WorklistCounts) -> WorklistFilter:
    """Without a word in the address: the own list, where anybody is on it."""
    lists = {one.value: one for one in WorklistFilter}
    first = WorklistFilter.MINE if counts.mine else WorklistFilter.ALL
    return lists.get(request.GET.get("show", ""), first)


def asked_sorting(request: HttpRequest, show: WorklistFilter) -> Sorting:
    """What is due longest comes first where everybody is due; elsewhere the names are in order."""
    first = "reassess" if show is WorklistFilter.DUE else "name"
    by = request.GET.get("sort", "")
    key = by if by in FIRST_DIRECTION else first
    directions = {one.value: one for one in Direction}
    return Sorting(key, directions.get(request.GET.get("order", ""), FIRST_DIRECTION[key]))


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 1


def release_pk() -> UUID | None:
    in_force = release_in_force()
    return in_force.record.pk if in_force else None
