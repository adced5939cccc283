"""The questions that clinicians sent: the queue, answering one, and closing one without an answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from pathways.admin.forms.closing import PlainForm
from pathways.admin.forms.questions import AnswerForm, CloseForm
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.questions import entries_to_name, queue_page, row_of, ways_into_content
from pathways.engine.release import Release
from pathways.models import GuidanceQuestion
from pathways.permissions import NotAllowed, Refusal, can_edit
from pathways.selectors import release_in_force
from pathways.selectors.questions import get_question, open_questions, past_questions
from pathways.services.questions import answer_question, close_question

CORRECTABLE = frozenset({Refusal.NO_TEXT, Refusal.NO_REASON, Refusal.BAD_TEXT, Refusal.PATIENT_DETAILS})


@require_safe
@content_page(Permission.EDIT_CONTENT)
def questions(request: HttpRequest) -> HttpResponse:
    page = queue_page(open_questions(), past_questions(), in_force())
    return render_content(request, "admin/pathways/questions.html", {"page": page}, title="Questions of clinicians")


@require_safe
@content_page(Permission.EDIT_CONTENT)
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    asked, release = found(question_id), in_force()
    return shown(request, asked, AnswerForm(entries=entries_to_name(release)), CloseForm())


@require_POST
@content_page(Permission.EDIT_CONTENT)
def question_answer(request: HttpRequest, question_id: UUID) -> HttpResponse:
    asked = found(question_id)
    form = AnswerForm(request.POST, entries=entries_to_name(in_force()))
    if form.is_valid():
        try:
            answer_question(asked, by=person(request), **typed(form))
        except NotAllowed as refused:
            put_in_form(form, "answer", refused)
        else:
            messages.success(request, "The question is answered.")
            return redirect("admin:pathways_questions")
    return shown(request, asked, form, CloseForm(), status=422)


@require_POST
@content_page(Permission.EDIT_CONTENT)
def question_close(request: HttpRequest, question_id: UUID) -> HttpResponse:
    asked, form = found(question_id), CloseForm(request.POST)
    if form.is_valid():
        try:
            close_question(asked, by=person(request), **typed(form))
        except NotAllowed as refused:
            put_in_form(form, "reason", refused)
        else:
            messages.success(request, "The question is closed.")
            return redirect("admin:pathways_questions")
    return shown(request, asked, AnswerForm(entries=entries_to_name(in_force())), form, status=422)


def found(question_id: UUID) -> GuidanceQuestion:
    asked = get_question(question_id)
    if asked is None:
        raise Http404("There is no such question.")
    return asked


def in_force() -> Release | None:
    loaded = release_in_force()
    return loaded.engine if loaded else None


def typed(form: PlainForm) -> dict[str, str]:
    return {name: str(value).replace("\r\n", "\n") for name, value in form.cleaned_data.items()}


def put_in_form(form: PlainForm, field: str, refused: NotAllowed) -> None:
    """What the editor can put right; every other refusal is a page of its own."""
    if refused.refusal not in CORRECTABLE:
        raise refused
    form.add_error(field, str(refused))


def shown(
    request: HttpRequest, asked: GuidanceQuestion, answer: AnswerForm, close: CloseForm, *, status: int = 200
) -> HttpResponse:
    release = in_force()
    context = {
        "question": row_of(asked, release).question,
        "ways": ways_into_content(asked, release) if can_edit(person(request)) else (),
        "answer_form": answer,
        "close_form": close,
    }
    title = asked.get_kind_display()
    return render_content(request, "admin/pathways/question.html", context, title=title, status=status)
