"""Candidates: which version of each part would be released, as it is worked on and as it is approved."""

from __future__ import annotations

import pytest

from pathways.content_files import load_content
from pathways.engine.release import build_release, canonical_json, content_hash
from pathways.models import Release
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.candidates import publish_candidate, working_candidate
from pathways.selectors.parts import parts_in_force, release_built_on
from pathways.selectors.releases import TamperedRelease
from pathways.selectors.versions import open_version, part_rows, problems_of
from pathways.services.imports import import_content
from pathways.services.releases import add_release
from pathways.services.versions import discard_version, start_pathway
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import SAFETY, approve_everything, approved, changed_draft, published, submitted

pytestmark = pytest.mark.django_db


def test_without_work_the_candidate_is_what_is_in_force() -> None:
    release = shipped_release()
    candidate = working_candidate()
    assert candidate.sha256 == content_hash(candidate.document) == release.sha256
    assert [part.part for part in candidate.parts] == [part.part for part in release.parts.all()]
    assert {part.state_words for part in candidate.parts} == {"Submitted"}
    assert publish_candidate() is None


def test_without_any_content_there_is_nothing_to_work_on() -> None:
    assert part_rows() == ()
    assert publish_candidate() is None
    with pytest.raises(NotAllowed) as caught:
        working_candidate()
    assert caught.value.refusal is Refusal.NO_GUIDANCE


def test_the_working_candidate_holds_the_newest_versions(cast: Cast) -> None:
    release = shipped_release()
    draft = changed_draft(cast.editor)
    candidate = working_candidate()
    assert candidate.sha256 != release.sha256
    part = next(part for part in candidate.parts if part.part == SAFETY)
    assert (part.version, part.number, part.state_words, part.title) == (draft, 2, "Draft", "Safety")
    assert candidate.part_document(SAFETY)["code"] == "safety"
    discard_version(draft, by=cast.editor, reason="A mistake.")
    assert working_candidate().sha256 == release.sha256


def test_a_version_may_stand_in_for_its_part(cast: Cast) -> None:
    shipped_release()
    shipped = open_version(SAFETY)
    draft = changed_draft(cast.editor)
    assert shipped is not None
    parts = {part.part: part.sha256 for part in working_candidate(shipped).parts}
    assert parts[SAFETY] == shipped.sha256 != draft.sha256


def test_an_unfinished_draft_still_makes_a_candidate(cast: Cast) -> None:
    shipped_release()
    draft = start_pathway("seizures", title="Seizures", by=cast.editor)
    assert working_candidate().parts[-1].version == draft
    assert problems_of(draft)


def test_only_approved_versions_are_published(cast: Cast) -> None:
    shipped_release()
    waiting = submitted(cast.editor)
    assert publish_candidate() is None
    version = approved(waiting, cast.first_reviewer, cast.second_reviewer)
    candidate = publish_candidate()
    assert candidate is not None
    assert [part.version for part in candidate.parts if part.is_approved] == [version]
    assert candidate.document["status"] == "under review"  # the other parts are not approved


def test_approved_shipped_content_is_another_document_than_the_one_under_review(cast: Cast) -> None:
    release = shipped_release()
    approve_everything(cast, release)
    candidate = publish_candidate()
    assert candidate is not None
    assert candidate.is_approved
    assert candidate.document["status"] == "approved"
    assert {**candidate.document, "status": "under review"} == load_content().document
    build_release(candidate.document)


def test_after_publishing_nothing_is_left_to_publish(cast: Cast) -> None:
    release = published(cast, shipped_release())
    assert release_built_on() == release
    assert publish_candidate() is None
    assert all(part.version is not None for part in parts_in_force(release).values())


def test_imported_drafts_alone_make_a_candidate() -> None:
    import_content(load_content(), by=None)
    candidate = working_candidate()
    assert {part.number for part in candidate.parts} == {1}
    build_release(candidate.document)


def test_the_list_of_parts(cast: Cast) -> None:
    shipped_release()
    draft = changed_draft(cast.editor)
    rows = {row.part: row for row in part_rows()}
    assert list(rows)[:3] == ["vocabulary", "evidence", "safeguards"]
    row = rows[SAFETY]
    assert (row.title, row.open, row.approved) == ("Safety", draft, None)
    assert row.in_force is not None
    assert row.in_force.sha256 != draft.sha256


def test_a_document_that_was_tampered_with_is_not_built_on() -> None:
    content = load_content()
    Release.objects.create(
        number=1,
        sha256="0" * 64,
        title="x",
        status="under_review",
        document=canonical_json(content.document),
        created_by_name="x",
    )
    with pytest.raises(TamperedRelease):
        working_candidate()


def test_content_without_safeguards_has_an_empty_part(cast: Cast) -> None:
    content = load_content()
    del content.document["safeguards"]
    release = add_release(type(content)(content.document, build_release(content.document)), by=None)
    assert parts_in_force(release)["safeguards"].document == {}
    assert publish_candidate() is None
