"""Searching the guidance, asking the content team about it, and reading the answers; nothing here is of any patient."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from pathways.permissions import NotAllowed, Refusal, can_ask
from pathways.search.ask_page import ask_page
from pathways.search.forms import AskForm, plain_codes
from pathways.search.page import SearchPage, Wanted, empty_page, known_kind, search_page
from pathways.search.questions_page import questions_page
from pathways.selectors import release_in_force
from pathways.selectors.questions import own_question, questions_of
from pathways.services.questions import Subject, ask_question, note_answer_read
from pathways.services.search import search_guidance
from pathways.states import QuestionKind

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """For whoever treats patients or works on the guidance."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        if not can_ask(person(request)):
            raise PermissionDenied(Refusal.MAY_NOT_ASK.value)
        return view(request, *args, **ids)

    return guarded


def person(request: HttpRequest) -> User:
    """The signed-in person: the middleware lets nobody else come this far."""
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def search(request: HttpRequest) -> HttpResponse:
    """Searched by POST, so that what is typed stands in no address and in no log of a server."""
    user, is_live = person(request), settings.LM_MODE == "live"
    if request.method != "POST":
        page = empty_page(release_in_force(), is_live=is_live)
        return search_shown(request, page)
    searched = search_guidance(request.POST.get("question", ""), by=user)
    page = search_page(wanted_in(request), searched, is_live=is_live)
    return search_shown(request, page, status=422 if page.problem else 200)


def wanted_in(request: HttpRequest) -> Wanted:
    question = request.POST.get("question", "").replace("\x00", " ")
    return Wanted(
        question, known_kind(request.POST.get("kind", "")), plain_codes(request.POST.get("pathway", ""), "")[0]
    )


def search_shown(request: HttpRequest, page: SearchPage, *, status: int = 200) -> HttpResponse:
    shown = {
        "page": page,
        "form": AskForm(initial={"kind": QuestionKind.QUESTION, "text": page.question}, auto_id="ask-%s"),
    }
    return render(request, "pathways/search.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def ask(request: HttpRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    given = request.POST if sent is not None else request.GET
    rule, intervention = plain_codes(given.get("rule", ""), given.get("intervention", ""))
    kind = QuestionKind.PROBLEM if given.get("kind") == QuestionKind.PROBLEM else QuestionKind.QUESTION
    about = Subject(rule, intervention)
    form = AskForm(sent, initial={"kind": kind, "rule": rule, "intervention": intervention}, auto_id="ask-%s")
    if form.is_valid() and was_asked(request, form, kind, about):
        return redirect("pathways:questions")
    shown = {"page": ask_page(about, kind, release_in_force()), "form": form}
    return render(request, "pathways/ask.html", shown, status=422 if form.is_bound else 200)


def was_asked(request: HttpRequest, form: AskForm, kind: QuestionKind, about: Subject) -> bool:
    try:
        ask_question(kind, form.cleaned_data["text"].replace("\r\n", "\n"), about, by=person(request))
    except NotAllowed as refused:
        form.add_error("text", str(refused))
        return False
    messages.success(request, "Your text is with the content team. You find it and its answer here.")
    return True


@require_safe
@for_readers
def questions(request: HttpRequest) -> HttpResponse:
    in_force = release_in_force()
    page = questions_page(questions_of(person(request)), in_force.engine if in_force else None)
    return render(request, "pathways/questions.html", {"page": page})


@require_POST
@for_readers
def question_read(request: HttpRequest, question_id: UUID) -> HttpResponse:
    question = own_question(question_id, person(request))
    if question is None:
        raise Http404("There is no such question.")
    note_answer_read(question, by=person(request))
    return redirect("pathways:questions")
