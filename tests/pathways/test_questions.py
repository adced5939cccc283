"""pathways:ask, pathways:questions, pathways:question_read, and the services behind them."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from pathways.models import GuidanceQuestion, Release
from pathways.permissions import Refusal
from pathways.selectors.questions import new_answers, open_questions
from pathways.services.questions import Subject, answer_question, ask_question, close_question, note_answer_read
from pathways.states import QuestionKind, QuestionState
from tests import factories
from tests.cast import Cast
from tests.guidance import refused
from tests.patients.pages import ClientOf, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db

ASK = "/guidance/ask/"
QUESTIONS = "/guidance/questions/"
ABOUT = Subject("bleed-lmwh", "anticoagulation")


@pytest.fixture
def release() -> Release:
    return factories.shipped_release()


def asked(by: User, text: str = "Which dose of LMWH?", kind: QuestionKind = QuestionKind.QUESTION) -> GuidanceQuestion:
    return ask_question(kind, text, ABOUT, by=by)


def ask_form(**changed: str) -> dict[str, Any]:
    return {
        "kind": "question",
        "rule": ABOUT.rule,
        "intervention": ABOUT.intervention,
        "text": "Which dose?",
        **changed,
    }


# From a card


def test_the_page_starts_from_the_card(cast: Cast, client_of: ClientOf, release: Release) -> None:
    page = text_of(client_of(cast.registrar).get(ASK, {"rule": ABOUT.rule, "intervention": ABOUT.intervention}))
    assert "the article prefers low-molecular-weight heparin" in page
    assert "Release 1, under review; version 1" in page
    assert 'name="question" value="Anticoagulation"' in page
    assert 'name="rule" value="bleed-lmwh"' in page


def test_a_card_of_the_assessment_leads_there_without_any_patient(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    page = text_of(client_of(cast.consultant).get(reverse("patients:assessment_edit", args=[draft.pk])))
    links = re.findall(r'href="(/guidance/ask/[^"]*)"', page)
    assert "/guidance/ask/?rule=init-systemic&amp;intervention=systemic_therapy" in links
    assert "/guidance/ask/?rule=init-systemic&amp;intervention=systemic_therapy&amp;kind=problem" in links
    for link in links:
        assert re.fullmatch(r"/guidance/ask/\?rule=[a-z0-9-]+&amp;intervention=[a-z_]*(&amp;kind=problem)?", link)


def test_a_rule_that_is_no_longer_in_force_can_still_be_asked_about(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    client = client_of(cast.registrar)
    page = text_of(client.get(ASK, {"rule": "gone-rule"}))
    assert "This rule is not in the guidance in force now" in page
    client.post(ASK, ask_form(rule="gone-rule"))
    assert GuidanceQuestion.objects.get().rule == "gone-rule"


def test_what_is_no_code_of_the_guidance_is_left_out(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client = client_of(cast.registrar)
    for rule in ("../../x", "<b>", "x" * 2000, "9990000018"):
        response = client.get(ASK, {"rule": rule, "intervention": rule, "kind": rule})
        assert response.status_code == 200
        assert 'name="rule" value' not in text_of(response)
        assert 'name="intervention" value' not in text_of(response)


def test_a_problem_says_what_to_do_first(cast: Cast, client_of: ClientOf, release: Release) -> None:
    page = text_of(client_of(cast.registrar).get(ASK, {"rule": ABOUT.rule, "kind": "problem"}))
    assert "If a patient may be at risk, also call your clinical safety officer now." in page
    assert not re.search(r"\b0\d{9,10}\b", page)


@override_settings(LM_MODE="live")
def test_in_live_mode_the_words_of_what_is_not_approved_stay_away(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    client = client_of(cast.registrar)
    page = text_of(client.get(ASK, {"rule": ABOUT.rule}))
    assert "low-molecular-weight" not in page
    asked(cast.registrar)
    assert "low-molecular-weight" not in text_of(client.get(QUESTIONS))


# Asking


def test_a_question_goes_to_the_content_team(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client = client_of(cast.registrar)
    response: list[Any] = []
    assert events_of(
        lambda: response.append(client.post(ASK, ask_form(kind="problem", text=" Line 1\r\nLine 2 ")))
    ) == ["pathways.question_asked"]
    assert response[0].status_code == 302
    assert response[0]["Location"] == QUESTIONS
    question = GuidanceQuestion.objects.get()
    assert (question.kind, question.text, question.rule) == ("problem", "Line 1\nLine 2", "bleed-lmwh")
    assert (question.release, question.asked_by, question.state) == (release, cast.registrar, "open")
    page = text_of(client.get(QUESTIONS))
    assert "Problem with the guidance of" in page
    assert "Not answered yet." in page


def test_a_refused_text_is_kept_in_the_form_and_nowhere_else(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client = client_of(cast.registrar)
    for text, words in (
        ("", "Write your question first."),
        ("   ", "Write your question first."),
        ("A bleed in 999 000 0018?", "This looks like an NHS number."),
        ("X10023 bleeds", "This looks like a hospital number."),
        ("hidden\u202etext", "characters that cannot be seen"),
        ("x" * 4001, "4000 characters at most"),
    ):
        response = client.post(ASK, ask_form(text=text))
        assert response.status_code == 422
        assert words in text_of(response)
        assert text.strip() in text_of(response)
    assert GuidanceQuestion.objects.count() == 0
    assert not AuditEvent.objects.filter(action="pathways.question_asked").exists()


def test_who_may_not_ask(cast: Cast, client_of: ClientOf, release: Release) -> None:
    for user in (cast.auditor, cast.privacy_officer, cast.administrator):
        client = client_of(user)
        for response in (client.get(ASK), client.post(ASK, ask_form()), client.get(QUESTIONS)):
            assert response.status_code == 403
        refused(Refusal.MAY_NOT_ASK, lambda user=user: asked(user))  # type: ignore[misc]


# Reading the answer


def test_an_answer_is_announced_until_it_is_read(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client, question = client_of(cast.registrar), asked(cast.registrar)
    answer_question(question, by=cast.editor, answer="Ask haematology.", became="rules/bleed-vte-balance")
    for url in (reverse("patients:worklist"), "/guidance/search/"):
        assert "1 new answer to your questions" in text_of(client.get(url))
    page = text_of(client.get(QUESTIONS))
    assert "Ask haematology." in page
    assert "Dr Ruth Ellis" in page
    assert "/guidance/ask/?rule=bleed-vte-balance" in page
    read = reverse("pathways:question_read", args=[question.pk])
    assert events_of(lambda: client.post(read)) == ["pathways.question_answer_read"]
    assert events_of(lambda: client.post(read)) == []
    assert "new answer" not in text_of(client.get(reverse("patients:worklist")))


def test_nobody_reads_or_ticks_off_the_question_of_another(cast: Cast, client_of: ClientOf, release: Release) -> None:
    question = asked(cast.registrar, "Only mine")
    answer_question(question, by=cast.editor, answer="Yours.")
    other = client_of(cast.consultant)
    assert "Only mine" not in text_of(other.get(QUESTIONS))
    assert other.post(reverse("pathways:question_read", args=[question.pk])).status_code == 404
    assert other.post(reverse("pathways:question_read", args=[uuid4()])).status_code == 404
    note_answer_read(question, by=cast.consultant)
    assert (new_answers(cast.registrar), new_answers(cast.consultant)) == (1, 0)


def test_methods_and_who_is_not_signed_in(cast: Cast, client: Client, client_of: ClientOf, release: Release) -> None:
    question = asked(cast.registrar)
    for url in (f"{ASK}?rule=bleed-lmwh", QUESTIONS):
        nobody_is_sent_to_sign_in(client, url)
    registrar = client_of(cast.registrar)
    refuses_other_methods(registrar, ASK, "put", "delete")
    refuses_other_methods(registrar, QUESTIONS, "post", "put", "delete")
    refuses_other_methods(registrar, reverse("pathways:question_read", args=[question.pk]), "get", "put", "delete")


# The services


def test_problems_come_first_then_what_waits_longest(cast: Cast, release: Release) -> None:
    first, second = asked(cast.registrar, "First"), asked(cast.registrar, "Second")
    problem = asked(cast.consultant, "Problem", QuestionKind.PROBLEM)
    assert open_questions() == [problem, first, second]


def test_answering_and_closing(cast: Cast, release: Release) -> None:
    one, other = asked(cast.registrar), asked(cast.registrar)
    assert events_of(lambda: answer_question(one, by=cast.editor, answer=" Yes. ")) == ["pathways.question_answered"]
    assert events_of(lambda: close_question(other, by=cast.editor, reason="Twice.")) == ["pathways.question_closed"]
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.answer, one.answered_by) == (QuestionState.ANSWERED, "Yes.", cast.editor)
    assert (other.state, other.answer) == (QuestionState.CLOSED, "Twice.")
    assert one.answered_at is not None


def test_refusals_write_nothing(cast: Cast, release: Release) -> None:
    question = asked(cast.registrar)
    over = answer_question(asked(cast.registrar), by=cast.editor, answer="Yes.")
    before = (list(GuidanceQuestion.objects.values()), AuditEvent.objects.count())
    for refusal, act in (
        (Refusal.NO_TEXT, lambda: answer_question(question, by=cast.editor, answer=" ")),
        (Refusal.NO_REASON, lambda: close_question(question, by=cast.editor, reason="")),
        (Refusal.PATIENT_DETAILS, lambda: answer_question(question, by=cast.editor, answer="See 999 000 0018.")),
        (Refusal.MAY_NOT_EDIT, lambda: answer_question(question, by=cast.registrar, answer="Yes.")),
        (Refusal.MAY_NOT_EDIT, lambda: close_question(question, by=cast.publisher, reason="No.")),
        (Refusal.QUESTION_IS_OVER, lambda: answer_question(over, by=cast.editor, answer="No.")),
        (Refusal.QUESTION_IS_OVER, lambda: close_question(over, by=cast.editor, reason="No.")),
    ):
        refused(refusal, act)
    assert (list(GuidanceQuestion.objects.values()), AuditEvent.objects.count()) == before


def test_what_fails_half_way_leaves_nothing(cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(cast.registrar)

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("The log cannot be written.")

    monkeypatch.setattr("pathways.services.questions.record", broken)
    with pytest.raises(RuntimeError):
        asked(cast.registrar)
    with pytest.raises(RuntimeError):
        answer_question(question, by=cast.editor, answer="Yes.")
    question.refresh_from_db()
    assert (question.state, GuidanceQuestion.objects.count()) == (QuestionState.OPEN, 1)
