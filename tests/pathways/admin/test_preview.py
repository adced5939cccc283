"""The live preview: the real card of the draft for a test patient, in a frame that only our own pages may hold."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.models import Version
from tests.cast import Cast
from tests.guidance import RULE, change
from tests.pathways.admin.pages import NOBODY, address

pytestmark = pytest.mark.django_db

CASE = "case-01"
IT = {"intervention": "intrathecal_chemotherapy"}


def test_the_card_shows_the_draft(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"when": "always\n", "professional": "Words that only the draft has."})
    answer = editor.get(address("preview", pathway.pk, CASE), IT)
    assert answer.status_code == 200
    assert "Words that only the draft has." in answer.text


def test_only_our_own_pages_frame_it(editor: Client, pathway: Version) -> None:
    headers = editor.get(address("preview", pathway.pk, CASE), IT).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert editor.get(address("version", pathway.pk)).headers["X-Frame-Options"] == "DENY"


def test_the_list_beside_it_names_the_case(editor: Client, pathway: Version) -> None:
    answer = editor.get(address("preview_choose", pathway.pk), IT | {"case": CASE})
    assert answer.status_code == 200
    assert editor.get(address("preview_choose", pathway.pk), IT | {"case": "none"}).status_code == 404


def test_a_draft_that_does_not_build_says_what_is_wrong_first(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"references": ["no-such-reference"]})
    answer = editor.get(address("preview", pathway.pk, CASE), IT)
    assert answer.status_code == 200
    assert "no-such-reference" in answer.text


@pytest.mark.parametrize("query", [{}, {"intervention": "nothing"}])
def test_an_intervention_that_is_none_is_not_found(editor: Client, pathway: Version, query: dict[str, str]) -> None:
    assert editor.get(address("preview", pathway.pk, CASE), query).status_code == 404


def test_what_is_not_and_who_may_not(editor: Client, outsider: Client, pathway: Version) -> None:
    assert editor.get(address("preview", pathway.pk, "no-case"), IT).status_code == 404
    assert editor.get(address("preview", NOBODY, CASE), IT).status_code == 404
    assert outsider.get(address("preview", pathway.pk, CASE), IT).status_code == 403


def test_the_editor_offers_the_patients_to_whom_the_rule_applies_first(editor: Client, pathway: Version) -> None:
    text = editor.get(address("entry", pathway.pk, "rules", RULE)).text
    assert text.index("The rule applies") < text.index("The rule does not apply")
