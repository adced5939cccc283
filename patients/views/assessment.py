"""The assessment page: starting it, saving every change with the advice as the answer, and answering the advice."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.requests import SignedInRequest
from audit.events import Event
from patients.findings import AdviceUnavailable, ForgedContext, FormContext, vocabulary_for
from patients.forms.assessment import AssessmentForm
from patients.forms.choice import Choice
from patients.models import Assessment
from patients.permissions import NotAllowed, Reason
from patients.presenters.advice.decisions import AnswerProblems
from patients.selectors import assessment_for, draft_of, patient_for
from patients.services.assessments import (
    FormMovedOn,
    Submission,
    save_draft,
    start_assessment,
    touched_in_form,
)
from patients.services.decisions import AdviceChanged, AnswerRefused, decide
from patients.services.reading import record_reading
from patients.states import AssessmentState
from patients.views.answering import (
    closed_page,
    moved_on,
    panel_answer,
    refused_form,
    saved_answer,
    whole_page,
)
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

NOT_RECORDED = "Your answer to the advice was not recorded, because there is no advice now."
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
    form = AssessmentForm(request.POST, vocabulary=vocabulary_for(assessment))
    try:
        opened = FormContext.unsign(request.POST.get("context", ""))
        submission = submission_from(request, form, assessment, opened)
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
    answer = saved_answer(request, saved, opened)
    answer["Saved"] = str(submission.key)  # Safety: the page takes nothing else for an acknowledgement. HZ-63
    return answer


def submission_from(
    request: HttpRequest, form: AssessmentForm, assessment: Assessment, opened: FormContext
) -> Submission | None:
    """None where the form itself is unreadable (a text that is too long). Raises ForgedContext.

    Safety: what only others had changed when both versions were shown is compared anew if it was typed over. HZ-64
    """
    choice = Choice.of(request.POST)
    follows = request.POST.get("follows", "")
    context = FormContext.unsign(choice.context)
    if not form.is_valid():
        return None
    submission = Submission(
        context=opened,
        key=key_from(request.POST.get("key", "")),
        answers=form.answers(),
        priorities=form.text("priorities"),
        ceilings=form.text("ceilings"),
        follows=key_from(follows) if follows else None,
    )
    if choice.taken & touched_in_form(assessment, by=person(request), submission=submission):
        return submission
    return replace(submission, context=context, resolve=choice.resolves, theirs=choice.theirs)


def key_from(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


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
    except AdviceUnavailable:
        return decision_refused(request, assessment, AnswerProblems("", NOT_RECORDED), status=409)
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
