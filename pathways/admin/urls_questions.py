"""The addresses of the content team's queue, below /admin/pathways/guidance/."""

from django.urls import path

from pathways.admin.views import questions

QUESTION = "questions/<uuid:question_id>"

urlpatterns = [
    path("questions/", questions.questions, name="pathways_questions"),
    path(f"{QUESTION}/", questions.question, name="pathways_question"),
    path(f"{QUESTION}/answer/", questions.question_answer, name="pathways_question_answer"),
    path(f"{QUESTION}/close/", questions.question_close, name="pathways_question_close"),
]
