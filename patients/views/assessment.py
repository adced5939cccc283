"""The assessment page: starting it, saving every change with the advice as the answer, and answering the advice."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.requests import SignedInRequest
from audit.events import Event
from pathways.selectors import release_in_force
from pathways.selectors.notes import change_since
from patients.findings import ForgedContext, FormContext, board_of, release_of
from patients.form_origin import note_for
from patients.forms.assessment import AssessmentForm, initial_of
from patients.models import Assessment
from patients.permissions import NotAllowed, Reason
from patients.presenters.advice.decisions import AnswerProblems
from patients.presenters.advice.panel import classes_from
from patients.presenters.assessment.page import assessment_page, form_sections, moved_on_strip, saved_parts
from patients.selectors import assessment_for, draft_of, patient_for
from patients.services.assessments import FormMovedOn, Submission, save_draft, start_assessment
from patients.services.assessments.start import carried_days, last_answers, last_plan_to_carry_from
from patients.services.decisions import AdviceChanged, AnswerRefused, decide
from patients.services.reading import record_reading
from patients.states import AssessmentState
from patients.views.corrections import assessment_discard, finding_withdraw, findings_confirm, release_adopt
from patients.views.guards import check_form, not_allowed_is_403, person

__all__ = [
    "assessment_discard",
    "assessment_edit",
    "assessment_start",
    "decision_record",
    "finding_withdraw",
    "findings_confirm",
    "release_adopt",
]

DECISION_FIELDS = ("advice_hash", "answer", "reason_code", "reason_text", "instead", "discuss_at")


@require_POST
@not_allowed_is_403
def assessment_start(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = person(request)
    patient = patient_for(user, patient_id)
    check_form(request, patient)
    try:
        assessment = start_assessment(patient, by=user)
    except NotAllowed as refused:
        draft = draft_of(patient, user=user)
        if refused.reason is not Reason.DRAFT_IS_OPEN or draft is None:
            raise
        return redirect("patients:assessment_edit", draft.pk)  # somebody was faster, or the button was pressed twice
    return redirect("patients:assessment_edit", assessment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@not_allowed_is_403
def assessment_edit(request: SignedInRequest, assessment_id: UUID) -> HttpResponse:
    assessment = assessment_for(person(request), assessment_id)
    if request.method == "POST":
        return save(request, assessment)
    record_reading(
        Event.ASSESSMENT_VIEWED, by=person(request), patient=assessment.patient_id, target=str(assessment.pk)
    )
    if assessment.state == AssessmentState.SIGNED:
        return redirect("patients:plan_detail", assessment.plan.pk)
    if assessment.state == AssessmentState.DISCARDED:
        return closed_page(request, assessment)
    return panel_answer(request, assessment, is_panel_only=True) if request.htmx else whole_page(request, assessment)


def save(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    user = person(request)
    form = AssessmentForm(request.POST, vocabulary=release_of(assessment).vocabulary)
    try:
        submission = submission_from(request, form)
    except ForgedContext:
        return HttpResponse("This form was not made by LM Pathways. Nothing was saved.", status=400)
    if submission is None:
        return refused_form(request, assessment, form)
    try:
        saved = save_draft(assessment, by=user, submission=submission)
    except FormMovedOn as moved:
        return moved_on(request, assessment_for(user, assessment.pk), moved)
    if saved.replayed:  # nothing was written, and what stands now is shown
        record_reading(Event.ASSESSMENT_VIEWED, by=user, patient=assessment.patient_id, target=str(assessment.pk))
    where = {"close": "patients:patient_detail", "sign": "patients:plan_sign"}.get(request.POST.get("next", ""))
    if where:
        target = saved.assessment.patient_id if where.endswith("detail") else assessment.pk
        return go_to(request, reverse(where, args=[target]))
    return (
        panel_answer(request, saved.assessment) if request.htmx else redirect("patients:assessment_edit", assessment.pk)
    )


def submission_from(request: HttpRequest, form: AssessmentForm) -> Submission | None:
    """None where the form itself is unreadable (a text that is too long). Raises ForgedContext."""
    keeps_mine = "resolve" in request.POST
    context = FormContext.unsign(request.POST.get("resolve" if keeps_mine else "context", ""))
    if not form.is_valid():
        return None
    return Submission(
        context=context,
        key=key_from(request.POST.get("key", "")),
        answers=form.answers(),
        priorities=form.text("priorities"),
        ceilings=form.text("ceilings"),
        resolve=keeps_mine,
    )


def key_from(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def go_to(request: SignedInRequest, href: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": href}) if request.htmx else redirect(href)


def panel_answer(request: SignedInRequest, assessment: Assessment, *, status: int = 200, **found: Any) -> HttpResponse:
    """The panel, and out of band everything else that a save renews."""
    today = timezone.localdate()
    board = board_of(assessment, today=today)
    shown = request.POST.get("shown")
    seen = classes_from(shown) if shown is not None else None
    parts = saved_parts(board, user=person(request), today=today, seen=seen)
    context = {"parts": parts, "origin": note_for(assessment, user=person(request)), **found}
    answer = render(request, "patients/assessment_saved.html", context, status=status)
    answer["Board"] = f"{parts.panel.revision}.{parts.panel.answers}"
    return answer


def whole_page(
    request: HttpRequest, assessment: Assessment, *, form_data: Any = None, status: int = 200, **found: Any
) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    board = board_of(assessment, today=today)
    in_force = release_in_force()
    source = last_plan_to_carry_from(assessment.patient, by=user)
    vocabulary = board.evaluation.release.vocabulary
    form = AssessmentForm(
        form_data,
        vocabulary=vocabulary,
        carried=carried_days(assessment, source),
        sections=form_sections(board, last=last_answers(source, board.evaluation.release)),
        initial={
            "priorities": assessment.priorities,
            "ceilings": assessment.ceilings,
            **initial_of(assessment.findings, vocabulary.findings.values()),
        },
    )
    page = assessment_page(
        board,
        user=user,
        today=today,
        in_force=in_force.record if in_force else None,
        change=change_since(assessment.release, in_force.record) if in_force else None,
        has_earlier=source is not None,
    )
    shown = {"page": page, "parts": page.parts, "form": form, "origin": note_for(assessment, user=user), **found}
    return render(request, "patients/assessment_edit.html", shown, status=status)


def closed_page(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    today = timezone.localdate()
    page = assessment_page(
        board_of(assessment, today=today), user=person(request), today=today, in_force=assessment.release
    )
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


@require_POST
@vary_on_headers("HX-Request")
@not_allowed_is_403
def decision_record(request: SignedInRequest, assessment_id: UUID, code: str) -> HttpResponse:
    user = person(request)
    assessment = assessment_for(user, assessment_id)
    check_form(request, assessment)
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in DECISION_FIELDS}
    try:
        decide(assessment, by=user, intervention=code, **given)
    except AdviceChanged as changed:
        return decision_refused(request, assessment, AnswerProblems("", str(changed)), status=409)
    except AnswerRefused as refused:
        return decision_refused(request, assessment, problems_of(code, str(refused), given), status=422)
    if request.htmx:
        return panel_answer(request, assessment_for(user, assessment_id), is_panel_only=True)
    return redirect(f"{reverse('patients:assessment_edit', args=[assessment_id])}#card-{code}")


def problems_of(code: str, sentence: str, given: dict[str, str]) -> AnswerProblems:
    """With what was typed, so that nobody writes it twice."""
    return AnswerProblems(code, sentence, **{name: text for name, text in given.items() if name != "advice_hash"})


def decision_refused(
    request: SignedInRequest, assessment: Assessment, problems: AnswerProblems, *, status: int
) -> HttpResponse:
    if request.htmx:
        return panel_answer(request, assessment, status=status, problems=problems, is_panel_only=True)
    return whole_page(request, assessment, status=status, problems=problems)
