"""The editor of an entry: saving by button and as one types, errors that lose nothing, and two editors at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pathways.editing.entries import RULES, Entry
from pathways.models import Version
from tests.cast import Cast
from tests.guidance import RULE, change, entry_of, events, submitted
from tests.pathways.admin.pages import HTMX, NOBODY, address, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(pathway: Version) -> str:
    return address("entry", pathway.pk, "rules", RULE)


def rule_of(version: Version) -> Entry:
    return entry_of(Version.objects.get(pk=version.pk), RULES, RULE)


def test_an_untouched_form_changes_nothing(editor: Client, pathway: Version, url: str) -> None:
    assert editor.post(url, opened(editor, url)).headers["Location"] == url
    assert Version.objects.get(pk=pathway.pk).sha256 == pathway.sha256
    assert events("version_changed") == 0


def test_without_javascript_a_button_saves(editor: Client, pathway: Version, url: str) -> None:
    answer = editor.post(url, opened(editor, url) | {"professional": "Other words."}, follow=True)
    assert "Saved." in answer.text
    assert rule_of(pathway)["professional"] == "Other words."
    assert events("version_changed") == 1


def test_as_one_types_only_the_pieces_come_back(editor: Client, pathway: Version, url: str) -> None:
    answer = editor.post(url, opened(editor, url) | {"professional": "Typed."}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    for piece in ("entry-saved", "entry-seen", "entry-problems", "entry-outline", "entry-conflict"):
        assert f'id="{piece}"' in answer.text
    assert "HX-Request" in answer.headers["Vary"]
    assert rule_of(pathway)["professional"] == "Typed."


def test_pages_and_sections_are_kept_for_the_references_that_are_ticked(
    editor: Client, pathway: Version, url: str
) -> None:
    sent = opened(editor, url)
    first = sent["references"][0]
    editor.post(url, sent | {f"places-{first}": "p. 3", "places-not-ticked": "p. 9"})
    assert rule_of(pathway)["places"] == {first: "p. 3"}
    editor.post(url, opened(editor, url) | {f"places-{first}": ""})
    assert "places" not in rule_of(pathway)


def test_content_that_is_wrong_is_kept_in_the_draft_and_said(editor: Client, pathway: Version, url: str) -> None:
    sent = opened(editor, url) | {"when": "raised_icp is yess", "stance": "withhold", "lifted_by": ""}
    answer = editor.post(url, sent, headers=HTMX)
    assert "Still to solve before this can be submitted" in answer.text
    assert "Did you mean yes?" in answer.text
    assert "says what would lift it" in answer.text
    assert rule_of(pathway)["when"].strip() == "raised_icp is yess"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"professional": "x" * 1201}, "at most 1200 characters"),
        ({"when": "raised_icp is yes\n" * 1000}, "at most 8000 characters"),
        ({"professional": "A bell \x07 rings"}, "control character"),
        ({"stance": "no such stance"}, "not one of the available choices"),
        ({"references": ["no-such-reference"]}, "not one of the available choices"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_cannot_be_kept_is_refused_and_nothing_typed_is_lost(
    editor: Client, pathway: Version, url: str, changed: dict[str, Any], sentence: str, headers: dict[str, str]
) -> None:
    answer = editor.post(url, opened(editor, url) | {"patient": "Typed before."} | changed, headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<a href="#entry-problems">Not saved' in answer.text
    assert f'<a href="#row-field-{next(iter(changed))}">' in answer.text
    assert headers or "Typed before." in answer.text
    assert Version.objects.get(pk=pathway.pk).sha256 == pathway.sha256


def test_an_empty_form_is_no_fault_of_the_server(editor: Client, pathway: Version, url: str) -> None:
    assert editor.post(url, {}).status_code in {409, 422}
    assert Version.objects.get(pk=pathway.pk).sha256 == pathway.sha256


# Two editors


def test_nobody_overwrites_what_somebody_else_wrote(editor: Client, cast: Cast, pathway: Version, url: str) -> None:
    mine = opened(editor, url) | {"professional": "My words."}
    change(pathway, cast.editor, {"professional": "Their words.", "patient": "Their text for the patient."})
    answer = editor.post(url, mine)
    assert answer.status_code == 409
    for text in ("My words.", "Their words.", "Their text for the patient.", "Keep mine", "Take theirs"):
        assert text in answer.text
    assert rule_of(pathway)["professional"] == "Their words."


def test_as_one_types_the_conflict_has_its_place(editor: Client, cast: Cast, pathway: Version, url: str) -> None:
    mine = opened(editor, url) | {"professional": "My words."}
    change(pathway, cast.editor, {"professional": "Their words."})
    answer = editor.post(url, mine, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#entry-conflict")
    assert "<html" not in answer.text


def test_keeping_mine_is_a_choice(editor: Client, cast: Cast, pathway: Version, url: str) -> None:
    mine = opened(editor, url) | {"professional": "My words."}
    change(pathway, cast.editor, {"professional": "Their words."})
    theirs = editor.post(url, mine).text.partition('name="keep" value="')[2].partition('"')[0]
    assert editor.post(url, mine | {"keep": theirs}).status_code == 302
    assert rule_of(pathway)["professional"] == "My words."


def test_choosing_is_for_the_text_that_was_shown(editor: Client, cast: Cast, pathway: Version, url: str) -> None:
    mine = opened(editor, url) | {"professional": "My words."}
    change(pathway, cast.editor, {"professional": "Their words."})
    theirs = editor.post(url, mine).text.partition('name="keep" value="')[2].partition('"')[0]
    change(pathway, cast.editor, {"professional": "Their newest words."})
    assert editor.post(url, mine | {"keep": theirs}).status_code == 409
    assert rule_of(pathway)["professional"] == "Their newest words."


def test_sending_the_same_save_again_is_no_conflict(editor: Client, pathway: Version, url: str) -> None:
    sent = opened(editor, url) | {"professional": "Sent twice, because the first answer was lost."}
    assert editor.post(url, sent, headers=HTMX).status_code == 200
    assert editor.post(url, sent, headers=HTMX).status_code == 200
    assert events("version_changed") == 1


# Adding


def test_a_rule_is_added_and_opened(editor: Client, pathway: Version) -> None:
    add = address("entry_add", pathway.pk, "rules")
    sent = opened(editor, add) | {"key": "safe-new", "professional": "New.", "when": "kps < 50"}
    answer = editor.post(add, sent)
    assert answer.headers["Location"] == address("entry", pathway.pk, "rules", "safe-new")
    added = entry_of(Version.objects.get(pk=pathway.pk), RULES, "safe-new")
    assert (added["professional"], added["when"], added["references"]) == ("New.", "kps < 50", [])


@pytest.mark.parametrize("key", ["", "Not A Key", RULE, "x" * 200, "../../etc"])
def test_a_bad_or_taken_name_is_refused(editor: Client, pathway: Version, key: str) -> None:
    add = address("entry_add", pathway.pk, "rules")
    answer = editor.post(add, opened(editor, add) | {"key": key, "professional": "Not lost."})
    assert answer.status_code == 422
    assert "Not lost." in answer.text
    assert Version.objects.get(pk=pathway.pk).sha256 == pathway.sha256


# The head of a pathway


def test_the_head_is_edited_like_an_entry(editor: Client, pathway: Version) -> None:
    head = address("head", pathway.pk)
    sent = opened(editor, head) | {"owner": "Board", "review_by": "2027-11-22"}
    assert editor.post(head, sent).status_code == 302
    again = opened(editor, head)
    assert (again["owner"], again["review_by"]) == ("Board", "22-Nov-2027")


def test_a_day_that_is_none_is_refused(editor: Client, pathway: Version) -> None:
    head = address("head", pathway.pk)
    assert editor.post(head, opened(editor, head) | {"review_by": "soon"}).status_code == 422


# What is closed


def test_a_frozen_version_is_shown_and_not_changed(editor: Client, cast: Cast, release: object) -> None:
    version = submitted(cast.editor)
    url = address("entry", version.pk, "rules", RULE)
    text = editor.get(url).text
    assert "The text is fixed. To change it, an editor starts a working version" in text
    assert 'id="save-now"' not in text
    assert 'hx-post="' + url not in text
    for headers in ({}, HTMX):
        assert editor.post(url, {"professional": "No."}, headers=headers).status_code == 409
    assert Version.objects.get(pk=version.pk).sha256 == version.sha256


def test_reviewers_read_and_do_not_save(reviewer: Client, pathway: Version, url: str) -> None:
    assert reviewer.get(url).status_code == 200
    assert reviewer.post(url, {"professional": "No."}).status_code == 403
    assert reviewer.get(address("entry_add", pathway.pk, "rules")).status_code == 403


def test_outsiders_are_refused_and_nobody_signs_in_inside_a_form(outsider: Client, url: str) -> None:
    assert outsider.get(url).status_code == 403
    assert outsider.post(url, {}).status_code == 403
    assert Client(headers=HTMX).post(url, {}).status_code == 401


@pytest.mark.parametrize(
    ("kind", "identity"), [("rules", "no-such-rule"), ("findings", "kps"), ("no-kind", "x"), ("rules", "../head")]
)
def test_what_does_not_exist_is_not_found(editor: Client, pathway: Version, kind: str, identity: str) -> None:
    url = address("entry", pathway.pk, kind, identity)
    assert editor.get(url).status_code == 404
    assert editor.post(url, {}).status_code == 404
    assert editor.get(address("entry", NOBODY, "rules", RULE)).status_code == 404


def test_only_the_editor_holds_a_frame(editor: Client, pathway: Version, url: str) -> None:
    assert "frame-src 'self'" in editor.get(url).headers["Content-Security-Policy"]
    assert "frame-src" not in editor.get(address("version", pathway.pk)).headers["Content-Security-Policy"]
