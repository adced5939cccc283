"""admin:pathways_review, review_start, review_approve and review_return"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from pathways.models import Review, Version
from pathways.selectors.reviews import required_checklist
from pathways.services.comments import add_comment
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from tests.cast import Cast, _person
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, approve_everything, approved, events, submitted

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


@pytest.fixture
def version(cast: Cast) -> Version:
    """A changed rule against an approved version, under review."""
    approve_everything(cast, shipped_release())
    return start_review(submitted(cast.editor), by=cast.first_reviewer)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.first_reviewer)


def address(version: Version, step: str = "review") -> str:
    return reverse(f"admin:pathways_{step}", args=[version.pk])


def ticked(version: Version) -> list[str]:
    return [f"{entry}|{code}" for entry, codes in required_checklist(version).items() for code in codes]


def approve(client: Client, version: Version, **sent: Any) -> HttpResponse:
    form = {"sha256": version.sha256, "ticked": ticked(version), "comment": ""} | sent
    return client.post(address(version, "review_approve"), form)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_page_shows_the_difference_with_its_sources_and_questions(client: Client, version: Version) -> None:
    page = text_of(client.get(address(version)))
    for words in (
        "Step 3 of 5: Under review (0 of 2 approved)",
        "compared with version 1, approved",
        "Wording for professionals",
        "What it cites",
        "Source problem:",
        "Written by: Dr Ruth Ellis",
        "Says it more plainly.",
        version.sha256[:12],
    ):
        assert words in page, words
    assert page.count('name="ticked"') == len(ticked(version))
    assert f'value="rules/{RULE}|correct"' in page


def test_a_review_is_begun(cast: Cast, client: Client) -> None:
    approve_everything(cast, shipped_release())
    version = submitted(cast.editor)
    page = text_of(client.get(address(version)))
    assert "Start the review" in page
    assert 'name="ticked"' not in page
    assert client.post(address(version, "review_start")).status_code == 302
    version.refresh_from_db()
    assert version.state == "under_review"


def test_two_reviewers_approve_and_the_page_says_who(
    cast: Cast, client: Client, client_of: ClientOf, version: Version
) -> None:
    assert approve(client, version, comment="Read against the source.").status_code == 302
    page = text_of(client.get(address(version)))
    assert "Under review (1 of 2 approved, by Dr Ines Castro)" in page
    assert "Read against the source." in page
    assert "You have decided on this version already." in page
    assert approve(client_of(cast.second_reviewer), version).status_code == 302
    page = text_of(client.get(address(version)))
    assert "Step 4 of 5: Approved by Dr Ines Castro and Dr Paul Meyer" in page
    assert "You cannot decide" not in page
    version.refresh_from_db()
    assert version.state == "approved"
    assert events("version_approved") == 2 + 2 * (Version.objects.filter(state="approved").count() - 1)


def test_an_open_question_is_named_and_nothing_typed_is_lost(client: Client, version: Version) -> None:
    first, *others = ticked(version)
    response = approve(client, version, ticked=others, comment="Nearly.")
    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Review" in page
    assert "Every question of the checklist has to be ticked." in page
    entry, code = first.split("|")
    assert f'href="#entry-{entry.replace("/", "-")}-{code}"' in page
    assert page.count(" checked") == len(others)
    assert "Nearly." in page
    assert not Review.objects.filter(version=version).exists()


@pytest.mark.parametrize("nonsense", ["rules/none|correct", "|", "x", f"rules/{RULE}|no-question", "\0|correct"])
def test_invented_ticks_count_for_nothing(client: Client, version: Version, nonsense: str) -> None:
    assert approve(client, version, ticked=[nonsense]).status_code == 422


def test_another_text_than_the_one_read_is_not_approved(client: Client, version: Version) -> None:
    response = approve(client, version, sha256="0" * 64)
    assert response.status_code == 409
    assert "The text you read is not the text of this version. Read it again." in text_of(response)
    assert not Review.objects.filter(version=version).exists()


def test_nobody_approves_twice(client: Client, version: Version) -> None:
    approve(client, version)
    response = approve(client, version)
    assert response.status_code == 409
    assert "You have decided on this version already." in text_of(response)
    assert Review.objects.filter(version=version).count() == 1


def test_an_author_does_not_decide(cast: Cast, client_of: ClientOf, version: Version) -> None:
    both = _person("both", "Dr", "Eve", "Both", Role.EDITOR, "Editor and reviewer")
    both.groups.add(cast.first_reviewer.groups.get())
    version.authorships.create(author=both, author_name=both.display_name)
    response = approve(client_of(both), version)
    assert response.status_code == 403
    assert "You wrote a part of this. Somebody else has to decide on it." in text_of(response)
    assert "Approve this text" not in text_of(client_of(both).get(address(version)))


def test_those_who_do_not_review_read_and_do_not_decide(cast: Cast, client_of: ClientOf, version: Version) -> None:
    for person in (cast.editor, cast.publisher):
        page = client_of(person).get(address(version))
        assert page.status_code == 200
        assert "Approve this text" not in text_of(page)
        assert approve(client_of(person), version).status_code == 403
    for person in (cast.consultant, cast.auditor):
        assert client_of(person).get(address(version)).status_code == 403
    assert client_of(None).get(address(version)).status_code == 302


def test_returning_needs_words_and_goes_on_in_a_new_draft(client: Client, version: Version) -> None:
    form = {"sha256": version.sha256, "comment": "  "}
    refused = client.post(address(version, "review_return"), form)
    assert refused.status_code == 422
    assert 'href="#comment"' in text_of(refused)
    returned = client.post(address(version, "review_return"), form | {"comment": "The dose is missing."})
    assert returned.status_code == 302
    version.refresh_from_db()
    assert version.state == "returned"
    page = text_of(client.get(address(version)))
    assert "Returned with comments" in page
    assert "The dose is missing." in page
    draft = Version.objects.get(part=SAFETY, state="draft")
    assert draft.sha256 == version.sha256
    assert "Step 1 of 5: Draft, returned with comments by Dr Ines Castro" in text_of(client.get(address(draft)))


def test_a_part_that_was_never_approved_is_read_whole(cast: Cast, client: Client) -> None:
    shipped_release()
    version = start_review(Version.objects.get(part=SAFETY), by=cast.first_reviewer)
    page = text_of(client.get(address(version)))
    assert "No version of this part has been approved yet" in page
    assert "Have you read every entry of this part?" in page
    assert 'href="#group-rules"' in page
    assert "<ins>" not in page
    assert page.count('name="ticked"') == 5
    assert approve(client, version, ticked=["whole|read"]).status_code == 422
    assert approve(client, version).status_code == 302


def test_a_draft_is_not_reviewed(cast: Cast, client: Client) -> None:
    shipped_release()
    draft = start_version(SAFETY, by=cast.editor)
    assert "Only a submitted version can be reviewed." in text_of(client.get(address(draft)))
    response = client.post(address(draft, "review_start"))
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_comments_stand_beside_what_they_are_about(cast: Cast, client: Client, version: Version) -> None:
    add_comment(version, by=cast.second_reviewer, entry=f"rules/{RULE}", field="professional", text="Too plain?")
    assert "Too plain?" in text_of(client.get(address(version)))


def test_in_force_is_the_last_step(cast: Cast, client: Client) -> None:
    release = shipped_release()
    approve_everything(cast, release)
    version = Version.objects.get(part=SAFETY)
    assert "Step 5 of 5: In force" in text_of(client.get(address(version)))
    later = approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    assert "Step 4 of 5" in text_of(client.get(address(later)))


def test_methods_and_missing_ids(client: Client, version: Version) -> None:
    assert client.post(address(version)).status_code == 405
    for step in ("review_start", "review_approve", "review_return"):
        assert client.get(address(version, step)).status_code == 405
        assert client.post(reverse(f"admin:pathways_{step}", args=[uuid4()])).status_code == 404


def test_what_came_from_files_is_in_force_without_being_approved(cast: Cast, client: Client) -> None:
    shipped_release()
    version = Version.objects.get(part=SAFETY)
    page = text_of(client.get(address(version)))
    assert "Step 2 of 5: Came from files, waiting for 2 reviewers" in page
    assert "Its text is in force without approval, for training only." in page
    assert "Approved<span" not in page  # no step that nobody has taken is done
