"""admin:pathways_questions, pathways_question, pathways_question_answer and pathways_question_close"""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.models import GuidanceQuestion, Release, Version
from pathways.services.questions import Subject, ask_question
from pathways.states import QuestionKind, QuestionState
from tests.cast import Cast
from tests.guidance import RULE
from tests.pathways.admin.pages import NOBODY, address
from tests.patients.pages import events_of, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(cast: Cast, release: Release) -> GuidanceQuestion:
    return ask_question(QuestionKind.QUESTION, "Why not now?", Subject(RULE), by=cast.registrar)


def test_the_queue_has_problems_first(cast: Cast, editor: Client, question: GuidanceQuestion) -> None:
    ask_question(QuestionKind.PROBLEM, "This is <wrong>.", Subject(), by=cast.consultant)
    page = text_of(editor.get(address("questions")))
    assert page.index("This is &lt;wrong&gt;.") < page.index("Why not now?")
    assert "The guidance as a whole" in page
    assert "Questions (2, 1 problem reported)" in text_of(editor.get(address("guidance")))


def test_an_empty_queue_says_so(editor: Client, release: Release) -> None:
    assert "No question waits for an answer." in text_of(editor.get(address("questions")))
    assert "Questions (0)" in text_of(editor.get(address("guidance")))


def test_answering(cast: Cast, editor: Client, question: GuidanceQuestion) -> None:
    url = address("question_answer", question.pk)
    sent = {"answer": "Because of\r\nthe bleed.", "became": f"rules/{RULE}"}
    assert events_of(lambda: editor.post(url, sent)) == ["pathways.question_answered"]
    question.refresh_from_db()
    assert (question.answer, question.became) == ("Because of\nthe bleed.", f"rules/{RULE}")
    page = text_of(editor.get(address("question", question.pk)))
    assert "Because of" in page
    assert "Send the answer" not in page
    assert editor.post(url, sent).status_code == 409


def test_closing(editor: Client, question: GuidanceQuestion) -> None:
    url = address("question_close", question.pk)
    assert events_of(lambda: editor.post(url, {"reason": "Asked before."})) == ["pathways.question_closed"]
    question.refresh_from_db()
    assert question.state == QuestionState.CLOSED
    assert "Closed without an answer" in text_of(editor.get(address("questions")))


def test_what_is_refused_stays_in_the_form(editor: Client, question: GuidanceQuestion) -> None:
    for page, field, text, words in (
        ("question_answer", "answer", "", "This field is required."),
        ("question_answer", "answer", "See 999 000 0018", "This looks like an NHS number."),
        ("question_close", "reason", "", "This field is required."),
        ("question_close", "reason", "hidden\u202e", "characters that cannot be seen"),
    ):
        response = editor.post(address(page, question.pk), {field: text})
        assert response.status_code == 422
        assert words in text_of(response)
        assert text in text_of(response)
    question.refresh_from_db()
    assert question.state == QuestionState.OPEN


def test_an_entry_that_is_not_there_cannot_be_named(editor: Client, question: GuidanceQuestion) -> None:
    response = editor.post(address("question_answer", question.pk), {"answer": "Yes.", "became": "rules/none"})
    assert response.status_code == 422


def test_the_way_into_the_content(editor: Client, question: GuidanceQuestion) -> None:
    page = text_of(editor.get(address("question", question.pk)))
    assert "Start a working version for the rule" in page
    assert address("part_start", "pathways/safety") in page
    editor.post(address("part_start", "pathways/safety"))
    draft = Version.objects.get(part="pathways/safety", state="draft")
    page = text_of(editor.get(address("question", question.pk)))
    assert address("entry", draft.pk, "rules", RULE) in page
    assert address("part_start", "evidence") in page


def test_only_editors_answer(reviewer: Client, outsider: Client, editor: Client, question: GuidanceQuestion) -> None:
    for client in (reviewer, outsider):
        assert client.get(address("questions")).status_code == 403
        assert client.get(address("question", question.pk)).status_code == 403
        assert client.post(address("question_answer", question.pk), {"answer": "Yes."}).status_code == 403
        assert client.post(address("question_close", question.pk), {"reason": "No."}).status_code == 403
    for page in ("question", "question_answer", "question_close"):
        assert getattr(editor, "get" if page == "question" else "post")(address(page, NOBODY)).status_code == 404


def test_methods(editor: Client, question: GuidanceQuestion) -> None:
    refuses_other_methods(editor, address("questions"), "post", "put", "delete")
    refuses_other_methods(editor, address("question", question.pk), "post", "put", "delete")
    refuses_other_methods(editor, address("question_answer", question.pk), "get", "put", "delete")
    refuses_other_methods(editor, address("question_close", question.pk), "get", "put", "delete")
