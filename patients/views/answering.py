"""What the assessment page answers: the panel with everything that a save renews, the whole page, or a refusal."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.requests import SignedInRequest
from patients.findings import FormContext, vocabulary_for
from patients.form_origin import note_for
from patients.forms.assessment import AssessmentForm, fields_filled, initial_of
from patients.models import Assessment
from patients.presenters.advice.panel import classes_from
from patients.presenters.assessment.colleagues import TakenOver, moved_on_strip, taken_over
from patients.presenters.assessment.page import SavedParts
from patients.services.assessments import FormMovedOn, SavedDraft
from patients.services.assessments.start import carried_days, last_plan_to_carry_from
from patients.views.advised import page_and_sections, parts_of, release_strip_of
from patients.views.guards import person

# Safety: a form with the questions of other guidance, or yesterday's date for today's, is not worked on. HZ-64
DRAWN_ANEW = "Your answers were saved. The form was opened anew, because the guidance or the day is another one now."


def go_to(request: SignedInRequest, href: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": href}) if request.htmx else redirect(href)


def panel_answer(request: SignedInRequest, assessment: Assessment, *, status: int = 200, **found: Any) -> HttpResponse:
    """The panel, and out of band everything else that a save renews."""
    shown = request.POST.get("shown")
    seen = classes_from(shown) if shown is not None else None
    parts = parts_of(assessment, user=person(request), seen=seen)
    context = {
        "parts": parts,
        "origin": note_for(assessment, user=person(request)),
        "release_strip": None if found.get("is_panel_only") else release_strip_of(assessment),
        **found,
    }
    answer = render(request, "patients/assessment_saved.html", context, status=status)
    answer["Board"] = f"{parts.panel.revision}.{parts.panel.answers}"
    return answer


def whole_page(
    request: HttpRequest, assessment: Assessment, *, form_data: Any = None, status: int = 200, **found: Any
) -> HttpResponse:
    user = person(request)
    source = last_plan_to_carry_from(assessment.patient, by=user)
    vocabulary = vocabulary_for(assessment)
    page, sections = page_and_sections(assessment, user=user, source=source)
    form = AssessmentForm(
        form_data,
        vocabulary=vocabulary,
        carried=carried_days(assessment, source),
        sections=sections,
        initial={
            "priorities": assessment.priorities,
            "ceilings": assessment.ceilings,
            **initial_of(assessment.findings, vocabulary.findings.values()),
        },
    )
    parts = page.parts if form_data is None else on_top_of(page.parts, form_data)
    shown = {"page": page, "parts": parts, "form": form, "origin": note_for(assessment, user=user), **found}
    return render(request, "patients/assessment_edit.html", shown, status=status)


def on_top_of(parts: SavedParts, form_data: Any) -> SavedParts:
    """Safety: a form that was not saved keeps the note it came with, so its old answers are compared again. HZ-64"""
    return replace(parts, state=replace(parts.state, context=form_data.get("context", "")))


def closed_page(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    page, _ = page_and_sections(assessment, user=person(request), source=None)
    return render(request, "patients/assessment_discarded.html", {"page": page, "reason": assessment.discard_reason})


def moved_on(request: SignedInRequest, assessment: Assessment, moved: FormMovedOn) -> HttpResponse:
    strip = moved_on_strip(moved, assessment, user=person(request), today=timezone.localdate())
    if request.htmx:
        answer = render(request, "components/_form_moved_on.html", {"moved": strip}, status=409)
        answer["HX-Retarget"] = "#form-moved-on"
        return answer
    return whole_page(request, assessment, form_data=request.POST, status=409, moved=strip)


def refused_form(request: SignedInRequest, assessment: Assessment, form: AssessmentForm) -> HttpResponse:
    if request.htmx:
        answer = render(request, "components/_form_refused.html", {"form": form}, status=422)
        answer["HX-Retarget"] = "#form-moved-on"
        return answer
    return whole_page(request, assessment, form_data=request.POST, status=422, refused=form)


def saved_answer(request: SignedInRequest, saved: SavedDraft, opened: FormContext) -> HttpResponse:
    """The next page where one was asked for, or the panel; `opened` is what the form itself was filled with."""
    assessment = saved.assessment
    taken = taken_by(saved, user=person(request))
    where = {"close": "patients:patient_detail", "sign": "patients:plan_sign"}.get(request.POST.get("next", ""))
    is_outdated = opened.release != assessment.release_id or opened.day != timezone.localdate()
    if request.htmx and not where and not is_outdated:
        return panel_answer(request, assessment, taken=taken)
    if taken and taken.rows:
        messages.info(request, f"{taken.sentence.removesuffix(':')}.")
    if where:
        target = assessment.patient_id if where.endswith("detail") else assessment.pk
        return go_to(request, reverse(where, args=[target]))
    if is_outdated:
        messages.info(request, DRAWN_ANEW)
    return go_to(request, reverse("patients:assessment_edit", args=[assessment.pk]))


def taken_by(saved: SavedDraft, *, user: User) -> TakenOver | None:
    """What the open form does not show yet."""
    if not saved.taken_over:
        return None
    fields = fields_filled(saved.assessment, saved.taken_over, vocabulary=vocabulary_for(saved.assessment))
    return taken_over(saved.assessment, saved.taken_over, user=user, fields=fields)
