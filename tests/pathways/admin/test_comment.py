"""Comments: on the part, an entry or a field; listed, counted and resolved."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.models import Comment, Version
from tests.cast import Cast
from tests.guidance import RULE, events
from tests.pathways.admin.pages import NOBODY, address

pytestmark = pytest.mark.django_db


def commented(client: Client, version: Version, **sent: str) -> int:
    return client.post(
        address("comment_add", version.pk), {"entry": f"rules/{RULE}", "text": "Is this so?", **sent}
    ).status_code


def test_a_reviewer_comments_on_a_field_and_the_editor_reads_it(
    editor: Client, reviewer: Client, cast: Cast, pathway: Version
) -> None:
    assert commented(reviewer, pathway, field="professional") == 302
    text = editor.get(address("entry", pathway.pk, "rules", RULE)).text
    assert "Is this so?" in text
    assert cast.first_reviewer.display_name in text
    assert "1 comment" in text
    assert "Is this so?" in editor.get(address("version", pathway.pk)).text
    assert events("comment_added") == 1


def test_resolving_takes_it_off_the_page(editor: Client, reviewer: Client, pathway: Version) -> None:
    commented(reviewer, pathway)
    comment = Comment.objects.get()
    back = address("entry", pathway.pk, "rules", RULE)
    answer = editor.post(address("comment_resolve", pathway.pk, comment.pk), {"back": back})
    assert answer.headers["Location"] == f"{back}#comments"
    assert "Is this so?" not in editor.get(back).text
    assert editor.post(address("comment_resolve", pathway.pk, comment.pk)).status_code == 409


@pytest.mark.parametrize("text", ["", "  ", "x" * 200_000, "a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused(editor: Client, pathway: Version, text: str) -> None:
    assert commented(editor, pathway, text=text) == 302
    assert not Comment.objects.exists()
    assert "The comment was not added." in editor.get(address("version", pathway.pk)).text


@pytest.mark.parametrize("entry", ["rules/none", "nothing/x", "rules", "/", "x" * 300])
def test_there_is_no_comment_on_what_does_not_exist(editor: Client, pathway: Version, entry: str) -> None:
    assert commented(editor, pathway, entry=entry) == 404
    assert not Comment.objects.exists()


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "no-page-of-this-name", ""])
def test_the_way_back_stays_here(editor: Client, pathway: Version, back: str) -> None:
    answer = editor.post(address("comment_add", pathway.pk), {"entry": "", "text": "On the whole.", "back": back})
    assert answer.headers["Location"] == f"{address('version', pathway.pk)}#comments"


def test_who_may_not_and_what_is_not(editor: Client, outsider: Client, pathway: Version) -> None:
    commented(editor, pathway)
    comment = Comment.objects.get()
    assert commented(outsider, pathway) == 403
    assert outsider.post(address("comment_resolve", pathway.pk, comment.pk)).status_code == 403
    assert editor.post(address("comment_resolve", pathway.pk, NOBODY)).status_code == 404
    assert editor.post(address("comment_resolve", NOBODY, comment.pk)).status_code == 404
    assert editor.get(address("comment_add", pathway.pk)).status_code == 405
