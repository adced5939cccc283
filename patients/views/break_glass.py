"""Opening the record of another ward's patient, and ending that; everything is posted, no number is in an address."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.loopback import demo_password
from patients.break_glass_notes import About, NoteRefused, read_note
from patients.forms.break_glass import BreakGlassForm
from patients.permissions import check_can_add
from patients.presenters.break_glass import opening_terms
from patients.selectors.break_glass import is_of_another_ward
from patients.services.break_glass import BreakGlassRefused, end_access, open_by_break_glass, record_asking
from patients.views.guards import not_allowed_is_403, person


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def break_glass_ask(request: HttpRequest) -> HttpResponse:
    """The form; asking for it is recorded, because the answer of the search was followed up."""
    if request.method != "POST":
        return redirect("patients:worklist")  # somebody reloaded the address after signing in again
    user = person(request)
    check_can_add(user)
    try:
        patient_id = read_note(request.POST.get("note", ""), user=user, kind=About.PATIENT)
    except NoteRefused as refused:
        return note_refused(request, refused)
    if not is_of_another_ward(user, patient_id):
        return redirect("patients:patient_detail", patient_id)  # moved to an own ward meanwhile
    record_asking(patient_id, by=user)
    return form_page(request, BreakGlassForm())


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def break_glass_open(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("patients:worklist")
    user = person(request)
    check_can_add(user)
    form = BreakGlassForm(request.POST)
    try:
        patient_id = read_note(request.POST.get("note", ""), user=user, kind=About.PATIENT)
    except NoteRefused as refused:
        return note_refused(request, refused)
    if not is_of_another_ward(user, patient_id):
        return redirect("patients:patient_detail", patient_id)
    if not form.is_valid():
        return form_page(request, form, status=422)
    try:
        open_by_break_glass(
            patient_id,
            by=user,
            reason_code=form.text("reason_code"),
            reason_text=form.text("reason_text"),
            password=form.text("password"),
        )
    except BreakGlassRefused as refused:
        form.refuse(refused)
        return form_page(request, form, status=422)
    return redirect("patients:patient_detail", patient_id)


@require_POST
@not_allowed_is_403
def break_glass_end(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Somebody else's access, one that is over and one that never was are answered alike."""
    end_access(access_id, by=person(request))
    messages.success(request, "The access by break-glass has ended.")
    return redirect("patients:worklist")


def form_page(request: HttpRequest, form: BreakGlassForm, *, status: int = 200) -> HttpResponse:
    shown: dict[str, Any] = {
        "form": form,
        "note": request.POST.get("note", ""),
        "terms": opening_terms(),
        "demo_password": demo_password(request),
    }
    return render(request, "patients/break_glass_open.html", shown, status=status)


def note_refused(request: HttpRequest, refused: NoteRefused) -> HttpResponse:
    """With what was written, so that nobody writes it twice."""
    shown = {"reason": str(refused), "text": request.POST.get("reason_text", "")[:2000].strip()}
    return render(request, "patients/break_glass_refused.html", shown, status=409)
