"""A patient's page, and adding and editing patients."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from audit.events import Event
from pathways.selectors import release_in_force
from patients.findings import AdviceUnavailable, Board, board_of
from patients.form_origin import note_for
from patients.forms.patient import PatientForms
from patients.models import Assessment, Patient
from patients.permissions import check_can_add, check_can_edit
from patients.presenters.banner import patient_banner
from patients.presenters.compare.guidance_since import is_on_other_guidance
from patients.presenters.patient.page import PatientRecord, patient_page
from patients.presenters.worklist.rows import duplicate_rows
from patients.selectors import assessments_of, is_on_own_list, patient_for, plans_of, with_body
from patients.services.patients import (
    PatientMovedOn,
    PossibleDuplicates,
    add_patient,
    edit_patient,
)
from patients.services.reading import record_reading
from patients.services.taken_numbers import PatientRefused
from patients.services.unavailable import note_unavailable
from patients.views.guards import check_form, not_allowed_is_403, person


@require_safe
def patient_detail(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    patient = patient_for(user, patient_id)
    record_reading(Event.PATIENT_VIEWED, by=user, patient=patient.pk, target=str(patient.pk))
    page = patient_page(record_of(patient, user=user, today=today), user=user, today=today)
    shown = {"page": page, "patient": patient_banner(patient), "origin": note_for(patient, user=user)}
    return render(request, "patients/patient_detail.html", shown)


def record_of(patient: Patient, *, user: User, today: date) -> PatientRecord:
    """As many statements, however many assessments and plans there are."""
    plans, in_force = list(plans_of(patient, user=user)), release_in_force()
    assessments = assessments_of(patient, user=user)
    standing = next((plan for plan in plans if not plan.is_withdrawn), None)
    if standing and is_on_other_guidance(standing, in_force):
        with_body(standing, user=user)
    draft = next((one for one in assessments if one.is_draft), None)
    signed = next((one for one in assessments if standing and one.pk == standing.assessment_id), None)
    board, no_advice = board_or_why_not(draft or signed, user=user, today=today)
    return PatientRecord(
        patient=patient,
        plans=plans,
        assessments=assessments,
        draft=draft,
        board=board,
        in_force=in_force,
        is_listed=is_on_own_list(patient, user=user),
        no_advice=no_advice,
    )


def board_or_why_not(source: Assessment | None, *, user: User, today: date) -> tuple[Board | None, str]:
    """The page works without: signed plans are read and printed whatever happens to the advice."""
    if source is None:
        return None, ""
    try:
        return board_of(source, today=today), ""
    except AdviceUnavailable as unavailable:
        note_unavailable(unavailable, by=user)
        return None, unavailable.sentence


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def patient_add(request: HttpRequest) -> HttpResponse:
    user = person(request)
    check_can_add(user)
    if request.method != "POST":
        return form_page(request, PatientForms.empty(user=user))
    check_form(request, None)
    forms = PatientForms.sent(request.POST, user=user)
    if not forms.are_valid():
        return form_page(request, forms, status=422)
    confirmed = request.POST.get("duplicates_confirmed") == "yes"
    try:
        patient = add_patient(forms.details(), by=user, duplicates_confirmed=confirmed)
    except PatientRefused as refused:
        forms.refuse(refused)
        return form_page(request, forms, status=422)
    except PossibleDuplicates as similar:
        record_reading(Event.DUPLICATES_SHOWN, by=user, shown=[one.patient.pk for one in similar.duplicates])
        rows = duplicate_rows(similar.duplicates, today=timezone.localdate())
        return form_page(request, forms, status=422, duplicates=rows)
    messages.success(request, "The patient was added.")
    return redirect("patients:patient_detail", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@not_allowed_is_403
def patient_edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = person(request)
    patient = patient_for(user, patient_id)
    check_can_edit(user, patient)
    if request.method != "POST":
        record_reading(Event.PATIENT_VIEWED, by=user, patient=patient.pk, target=str(patient.pk))
        return form_page(request, PatientForms.of(patient, user=user), patient=patient)
    check_form(request, patient)
    forms = PatientForms.sent(request.POST, user=user, patient=patient)
    if not forms.are_valid():
        return form_page(request, forms, patient=patient, status=422)
    try:
        edit_patient(patient, forms.details(), by=user, revision=forms.revision)
    except PatientRefused as refused:
        forms.refuse(refused)
        return form_page(request, forms, patient=patient, status=422)
    except PatientMovedOn as moved_on:
        forms.continue_from(moved_on.revision)
        return form_page(request, forms, patient=patient, status=409, differences=moved_on.differences)
    messages.success(request, "The patient's details were saved.")
    return redirect("patients:patient_detail", patient.pk)


def form_page(
    request: HttpRequest, forms: PatientForms, *, patient: Patient | None = None, status: int = 200, **found: object
) -> HttpResponse:
    shown = {"forms": forms, "patient": patient_banner(patient) if patient else None, **found}
    shown |= {"record": patient.pk if patient else None, "origin": note_for(patient, user=person(request))}
    return render(request, "patients/patient_form.html", shown, status=status)
