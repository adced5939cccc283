"""admin:pathways_differences"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from pathways.editing.entries import FINDINGS, RULES, entry_hash
from pathways.models import Version
from pathways.services.comments import add_comment
from pathways.services.versions import move_entry, remove_entry, start_pathway, start_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, change, changed_draft, document_of, entry_of

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def release(db: None) -> None:
    shipped_release()


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.first_reviewer)


def page_of(client: Client, version: Version, tab: str = "", against: object = "") -> str:
    address = reverse("admin:pathways_differences", args=[version.pk])
    response = client.get(f"{address}?tab={tab}&against={against}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_changed_sentence_is_marked_in_words(cast: Cast, client: Client) -> None:
    before = entry_of(start_version(SAFETY, by=cast.editor), RULES, RULE)
    draft = Version.objects.get(part=SAFETY, state="draft")
    change(draft, cast.editor, {"professional": f"{before['professional']} Ask the neurosurgeon."})
    page = page_of(client, draft)
    assert "<ins>" in page
    assert "added: </span> Ask the neurosurgeon." in page
    assert "<del>" not in page
    assert "Words (1)" in page
    assert "Rules (0)" in page
    assert "Ask the neurosurgeon" not in page_of(client, draft, "rules")


def test_a_changed_condition_is_shown_as_a_table_as_sentences_and_as_it_is_written(cast: Cast, client: Client) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    written = entry_of(draft, RULES, RULE)["when"].strip()
    change(draft, cast.editor, {"when": f"{written}\nkps < 50"})
    page = page_of(client, draft, "rules")
    assert "Karnofsky performance status (KPS) is below 50" in page
    assert '<th scope="row">Added</th>' in page
    assert "<ins>below 50</ins>" in page
    assert "kps &lt; 50" in page
    assert RULE in page


def test_stance_and_intervention_are_in_words(cast: Cast, client: Client) -> None:
    draft = changed_draft(cast.editor, stance="contraindicate")
    page = page_of(client, draft, "rules")
    assert "Do not (contraindicate)" in page


def test_references_come_with_their_titles_and_what_is_wrong_with_them(cast: Cast, client: Client) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    cited = entry_of(draft, RULES, RULE)["references"]
    change(draft, cast.editor, {"references": [*cited, "bleed-list-2"]})
    page = page_of(client, draft, "references")
    assert "Guideline Directed Topic Overview" in page
    assert "Source problem: The title names no topic" in page


def test_a_moved_rule_is_moved_and_not_removed_and_added(cast: Cast, client: Client) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    first = document_of(draft)["rules"][0]["key"]
    move_entry(draft, by=cast.editor, kind=RULES, identity=first, step=2)
    page = page_of(client, draft, "rules")
    assert ">Moved</span>" in page
    assert "It now stands behind" in page
    assert "<del>" not in page
    assert "<ins>" not in page


def test_a_removed_rule_is_shown_whole(cast: Cast, client: Client) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    rule = entry_of(draft, RULES, RULE)
    remove_entry(draft, by=cast.editor, kind=RULES, identity=RULE, seen=entry_hash(rule))
    page = page_of(client, draft)
    assert ">Removed</span>" in page
    assert rule["professional"].split(".")[0] in page


def test_options_of_a_finding_and_titles_of_other_parts(cast: Cast, client: Client) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    change(draft, cast.editor, {"valid_days": 30}, kind=FINDINGS, identity="kps")
    page = page_of(client, draft, "rules")
    assert "Karnofsky performance status (KPS)" in page
    assert "Days it counts" in page


def test_a_new_pathway_is_compared_with_nothing(cast: Cast, client: Client) -> None:
    draft = start_pathway("follow-up", title="Follow-up", by=cast.editor)
    assert "nothing, because this part is new" in page_of(client, draft)


def test_another_version_can_be_chosen(cast: Cast, client: Client) -> None:
    draft = changed_draft(cast.editor)
    shipped = Version.objects.get(part=SAFETY, number=1)
    page = page_of(client, draft, against=shipped.pk)
    assert "compared with version 1, superseded" in page
    assert "Words (1)" in page


def test_open_comments_stand_at_their_entry(cast: Cast, client: Client) -> None:
    draft = changed_draft(cast.editor)
    add_comment(draft, by=cast.first_reviewer, entry=f"rules/{RULE}", field="professional", text="Is that so?")
    add_comment(draft, by=cast.first_reviewer, entry="", field="", text="Of the whole part.")
    page = page_of(client, draft)
    assert "Is that so?" in page
    assert "on “For professionals”" in page
    assert "Of the whole part." in page


def test_markup_in_a_wording_stays_text(cast: Cast, client: Client) -> None:
    draft = changed_draft(cast.editor, professional="<script>alert(1)</script> & more")
    page = page_of(client, draft)
    assert "<script>alert" not in page
    assert "&lt;" in page


@pytest.mark.parametrize("against", ["no-uuid", "68d68616-2f45-4131-aeb3-7bfff5fae56b", "vocabulary"])
def test_what_cannot_be_compared_with_is_not_found(cast: Cast, client: Client, against: str) -> None:
    draft = changed_draft(cast.editor)
    if against == "vocabulary":
        against = str(Version.objects.get(part="vocabulary").pk)
    address = reverse("admin:pathways_differences", args=[draft.pk])
    assert client.get(f"{address}?against={against}").status_code == 404
    assert client.get(reverse("admin:pathways_differences", args=[uuid4()])).status_code == 404


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf) -> None:
    address = reverse("admin:pathways_differences", args=[changed_draft(cast.editor).pk])
    for person in (cast.editor, cast.publisher):
        assert client_of(person).get(address).status_code == 200
    for person in (cast.consultant, cast.auditor, cast.administrator):
        assert client_of(person).get(address).status_code == 403
    assert client_of(None).get(address).status_code == 302
    assert client.post(address).status_code == 405
