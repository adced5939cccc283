"""Importing content files: drafts of what differs, and nobody's work is overwritten."""

from __future__ import annotations

import json

import pytest

from pathways.content_files import Content, load_content
from pathways.engine.release import build_release
from pathways.models import Version
from pathways.permissions import Refusal
from pathways.selectors.candidates import working_candidate
from pathways.selectors.versions import open_version
from pathways.services.imports import import_content
from pathways.services.reviews import start_review
from pathways.states import VersionState
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import SAFETY, changed_draft, events, refused, submitted

pytestmark = pytest.mark.django_db


def changed_content(**parts: str) -> Content:
    """The shipped content with another summary of the safety pathway."""
    document = json.loads(json.dumps(load_content().document))
    document["pathways"][1]["summary"] = "Another summary."
    return Content(document, build_release(document))


def test_only_what_differs_becomes_a_draft(cast: Cast) -> None:
    shipped_release()
    content = changed_content()
    drafts = import_content(content, by=cast.editor)
    assert [(draft.part, draft.number, draft.state) for draft in drafts] == [(SAFETY, 2, "draft")]
    assert [one.author for one in drafts[0].authorships.all()] == [cast.editor]
    assert working_candidate().document == content.document
    assert events("content_imported") == 1


def test_the_same_content_imports_nothing(cast: Cast) -> None:
    shipped_release()
    assert import_content(load_content(), by=cast.editor) == ()
    assert events("content_imported") == 0


def test_a_submitted_version_is_superseded_and_its_authors_stay(cast: Cast) -> None:
    shipped_release()
    waiting = submitted(cast.editor)
    (draft,) = import_content(changed_content(), by=None)
    waiting.refresh_from_db()
    assert waiting.state == VersionState.SUPERSEDED
    assert [one.author for one in draft.authorships.all()] == [cast.editor]
    assert draft.created_by_name == "System"


def test_an_open_draft_is_not_overwritten(cast: Cast) -> None:
    shipped_release()
    changed_draft(cast.editor)
    error = refused(Refusal.DRAFT_EXISTS, lambda: import_content(changed_content(), by=cast.editor))
    assert error.details == ("It is about Safety.",)


def test_what_is_under_review_is_not_overwritten(cast: Cast) -> None:
    shipped_release()
    waiting = open_version(SAFETY)
    assert waiting is not None
    start_review(waiting, by=cast.first_reviewer)
    refused(Refusal.UNDER_REVIEW, lambda: import_content(changed_content(), by=cast.editor))


@pytest.mark.parametrize("who", ["outsider", "first_reviewer", "publisher"])
def test_only_editors_import(cast: Cast, who: str) -> None:
    shipped_release()
    refused(Refusal.MAY_NOT_EDIT, lambda: import_content(changed_content(), by=getattr(cast, who)))


def test_a_folder_without_safeguards_leaves_them_alone(cast: Cast) -> None:
    shipped_release()
    content = changed_content()
    del content.document["safeguards"]
    import_content(content, by=cast.editor)
    assert [version.part for version in Version.objects.filter(state=VersionState.DRAFT)] == [SAFETY]
