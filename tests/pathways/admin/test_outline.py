"""Copying, moving and deleting from the outline, and what a deletion would break."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.editing.entries import RULES, entries
from pathways.models import Version
from pathways.services.versions import start_version
from tests.cast import Cast
from tests.guidance import RULE, change, document_of, events, submitted
from tests.pathways.admin.pages import NOBODY, address

pytestmark = pytest.mark.django_db

PAGES = ("entry_copy", "entry_move", "entry_delete")


def keys(version: Version) -> list[str]:
    return [rule["key"] for rule in entries(document_of(Version.objects.get(pk=version.pk)), RULES)]


def test_a_copy_stands_behind_its_original_and_opens(editor: Client, pathway: Version) -> None:
    page = address("entry_copy", pathway.pk, "rules", RULE)
    assert f'value="{RULE}-2"' in editor.get(page).text
    answer = editor.post(page, {"identity": "safe-copy"})
    assert answer.headers["Location"] == address("entry", pathway.pk, "rules", "safe-copy")
    found = keys(pathway)
    assert found[found.index(RULE) + 1] == "safe-copy"


@pytest.mark.parametrize("name", ["", RULE, "Not A Key", "x" * 200])
def test_a_bad_or_taken_name_is_refused(editor: Client, pathway: Version, name: str) -> None:
    answer = editor.post(address("entry_copy", pathway.pk, "rules", RULE), {"identity": name})
    assert answer.status_code == 422
    assert Version.objects.get(pk=pathway.pk).sha256 == pathway.sha256


def test_a_rule_moves_by_buttons(editor: Client, pathway: Version) -> None:
    before = keys(pathway)
    page = address("entry_move", pathway.pk, "rules", before[1])
    assert editor.post(page, {"direction": "up"}).headers["Location"].endswith("#entry-rules-0")
    assert keys(pathway) == [before[1], before[0], *before[2:]]
    editor.post(page, {"direction": "up"})
    editor.post(page, {"direction": "down"})
    assert keys(pathway) == before
    assert editor.post(page, {"direction": "sideways"}).status_code == 302
    assert keys(pathway) == before


def test_deleting_first_shows_what_would_break(editor: Client, cast: Cast, release: object) -> None:
    draft = start_version("pathways/initial-treatment", by=cast.editor)
    text = editor.get(address("entry_delete", draft.pk, "rules", "init-it-selected")).text
    assert "What this would break" in text
    assert "names it under “accompanies”" in text
    assert "Case “" in text
    here, _, elsewhere = text.partition("In other parts and in the cases")
    assert "names it under “accompanies”" in here
    assert "it cannot be submitted with them" in here
    assert "Case “" in elsewhere
    assert "it cannot be published before they are solved" in elsewhere


def test_a_finding_that_is_used_is_not_deleted(editor: Client, cast: Cast, release: object) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    page = address("entry_delete", draft.pk, "findings", "kps")
    text = editor.get(page).text
    seen = text.partition('name="seen" value="')[2].partition('"')[0]
    answer = editor.post(page, {"seen": seen})
    assert answer.status_code == 409
    assert "Not deleted." in answer.text
    assert Version.objects.get(pk=draft.pk).sha256 == draft.sha256


def test_a_rule_is_deleted_as_it_was_seen(editor: Client, cast: Cast, pathway: Version) -> None:
    page = address("entry_delete", pathway.pk, "rules", RULE)
    seen = editor.get(page).text.partition('name="seen" value="')[2].partition('"')[0]
    change(pathway, cast.editor, {"professional": "Somebody is at work here."})
    assert editor.post(page, {"seen": seen}).status_code == 409
    assert RULE in keys(pathway)
    seen = editor.get(page).text.partition('name="seen" value="')[2].partition('"')[0]
    assert editor.post(page, {"seen": seen}).status_code == 302
    assert RULE not in keys(pathway)
    assert editor.post(page, {"seen": seen}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_may_not_and_what_is_not(
    editor: Client, reviewer: Client, outsider: Client, pathway: Version, page: str
) -> None:
    url = address(page, pathway.pk, "rules", RULE)
    assert reviewer.post(url).status_code == 403
    assert outsider.post(url).status_code == 403
    assert editor.post(address(page, pathway.pk, "rules", "no-such-rule")).status_code == 404
    assert editor.post(address(page, pathway.pk, "no-kind", RULE)).status_code == 404
    assert editor.post(address(page, NOBODY, "rules", RULE)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_frozen_version_keeps_its_entries(editor: Client, cast: Cast, release: object, page: str) -> None:
    version = submitted(cast.editor)
    changes = events("version_changed")
    assert editor.post(address(page, version.pk, "rules", RULE), {"direction": "up"}).status_code == 409
    assert events("version_changed") == changes
