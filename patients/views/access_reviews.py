"""The privacy officers' queue: every access by break-glass, with what was done in the record, and its review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from patients.break_glass_notes import About, NoteRefused, note_for, read_note
from patients.forms.break_glass import AccessReviewForm
from patients.models import BreakGlassAccess
from patients.permissions import check_can_review_accesses
from patients.presenters.break_glass import MOST_EVENTS, access_page, access_queue
from patients.selectors.break_glass import (
    access_to_review,
    accesses_to_review,
    events_during,
    unreviewed_accesses,
    uses_of,
)
from patients.services.break_glass import BreakGlassRefused, record_looking, review_access
from patients.views.guards import not_allowed_is_403, person
from patients.views.worklist import page_number


@require_safe
@not_allowed_is_403
def access_reviews(request: HttpRequest) -> HttpResponse:
    user = person(request)
    check_can_review_accesses(user)
    page = accesses_to_review(page_number(request))
    accesses = list(page.object_list)
    record_looking([access.patient_id for access in accesses], by=user)
    queue = access_queue(
        accesses,
        uses_of(accesses),
        waiting=unreviewed_accesses(),
        number=page.number,
        pages=page.paginator.num_pages,
    )
    return render(request, "patients/access_reviews.html", {"queue": queue})


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def access_review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    user = person(request)
    check_can_review_accesses(user)
    access = access_to_review(access_id)
    if request.method != "POST":
        return review_page(request, access, AccessReviewForm())
    form = AccessReviewForm(request.POST)
    try:
        if read_note(request.POST.get("form_note", ""), user=user, kind=About.ACCESS) != access.pk:
            raise NoteRefused("This form belongs to another access. Nothing was recorded.")
        if form.is_valid():
            review_access(access.pk, by=user, outcome=form.text("outcome"), note=form.text("note"))
            messages.success(request, "The review was recorded.")
            return redirect("patients:access_reviews")
    except BreakGlassRefused as refused:
        form.refuse(refused)
    except NoteRefused as refused:
        return review_page(request, access, form, status=409, problem=f"{refused} Nothing was recorded.")
    return review_page(request, access, form, status=422)


def review_page(
    request: HttpRequest, access: BreakGlassAccess, form: AccessReviewForm, *, status: int = 200, **found: Any
) -> HttpResponse:
    user = person(request)
    record_looking([access.patient_id], by=user, target=str(access.pk))
    events = list(events_during(access)[: MOST_EVENTS + 1])
    page = access_page(access, events, uses_of([access])[access.pk], user=user)
    shown = {"page": page, "form": form, "note": note_for(user, access.pk, kind=About.ACCESS), **found}
    return render(request, "patients/access_review.html", shown, status=status)
