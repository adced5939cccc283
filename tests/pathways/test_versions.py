"""Versions: started, submitted, discarded; frozen from then on; two editors never start the same."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from accounts.permissions import Role
from pathways.content_files import Content, load_content
from pathways.editing.entries import RULES, entry_hash
from pathways.engine.proofs import Proof
from pathways.engine.release import build_release
from pathways.models import Acceptance, Release, Version
from pathways.permissions import Refusal
from pathways.selectors.parts import parts_in_force, release_built_on
from pathways.selectors.versions import open_version, part_rows, problems_of
from pathways.services.certificates import store_certificate
from pathways.services.releases import activate_release, add_release
from pathways.services.reviews import start_review
from pathways.services.versions import discard_version, remove_entry, start_pathway, start_version, submit_version
from pathways.states import VersionState
from tests.cast import Cast, _person
from tests.factories import shipped_release
from tests.guidance import (
    RULE,
    SAFETY,
    approve_everything,
    approved,
    change,
    changed_draft,
    entry_of,
    events,
    refused,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def release() -> Release:
    return shipped_release()


# Shipped content


def test_shipped_parts_wait_for_their_reviewers(release: Release) -> None:
    rows = {part.part: part.version for part in release.parts.select_related("version")}
    assert list(rows)[:3] == ["vocabulary", "evidence", "safeguards"]
    for version in rows.values():
        assert version is not None
        assert (version.state, version.number, version.created_by_name) == ("submitted", 1, "System")
        assert not version.authorships.exists()


def test_loading_the_same_content_again_changes_nothing(release: Release) -> None:
    before = list(Version.objects.values_list("pk", "state"))
    assert add_release(load_content(), by=None) == release
    assert list(Version.objects.values_list("pk", "state")) == before


def test_newer_files_do_not_touch_what_people_work_on(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    content = load_content()
    content.document["pathways"][1]["summary"] = "Another summary."
    content.document["vocabulary"]["findings"][0]["label"] = "Another label"
    newer = add_release(Content(content.document, build_release(content.document)), by=None)
    versions = {part.part: part.version for part in newer.parts.select_related("version")}
    assert versions[SAFETY] is None
    assert versions["vocabulary"] is not None
    assert versions["vocabulary"].number == 2
    assert Version.objects.get(part="vocabulary", number=1).state == VersionState.SUPERSEDED
    assert open_version(SAFETY) == draft


# Starting


def test_a_draft_takes_the_place_of_the_submitted_version(cast: Cast) -> None:
    shipped = open_version(SAFETY)
    draft = start_version(SAFETY, by=cast.editor)
    assert shipped is not None
    shipped.refresh_from_db()
    assert (shipped.state, draft.number, draft.state) == ("superseded", 2, "draft")
    assert draft.sha256 == shipped.sha256
    assert [one.author for one in draft.authorships.all()] == [cast.editor]
    assert events("version_started") == 1


def test_only_one_draft_of_a_part(cast: Cast) -> None:
    start_version(SAFETY, by=cast.editor)
    refused(Refusal.DRAFT_EXISTS, lambda: start_version(SAFETY, by=cast.editor))


def test_what_is_under_review_is_not_taken_away(cast: Cast) -> None:
    waiting = open_version(SAFETY)
    assert waiting is not None
    start_review(waiting, by=cast.first_reviewer)
    refused(Refusal.UNDER_REVIEW, lambda: start_version(SAFETY, by=cast.editor))


def test_there_is_no_such_part(cast: Cast) -> None:
    refused(Refusal.NO_SUCH_PART, lambda: start_version("pathways/nowhere", by=cast.editor))


@pytest.mark.parametrize("who", ["outsider", "consultant", "first_reviewer", "publisher", "auditor", "administrator"])
def test_only_editors_start(cast: Cast, who: str) -> None:
    refused(Refusal.MAY_NOT_EDIT, lambda: start_version(SAFETY, by=getattr(cast, who)))
    refused(Refusal.MAY_NOT_EDIT, lambda: start_pathway("seizures", title="Seizures", by=getattr(cast, who)))


def test_an_approved_version_stays_beside_a_newer_draft(cast: Cast) -> None:
    waiting = open_version(SAFETY)
    assert waiting is not None
    accepted = approved(waiting, cast.first_reviewer, cast.second_reviewer)
    draft = start_version(SAFETY, by=cast.editor)
    accepted.refresh_from_db()
    assert (accepted.state, draft.based_on) == ("approved", accepted)


def test_authors_of_an_unapproved_version_stay_authors(cast: Cast) -> None:
    other = _person("editor-2", "Dr", "Lea", "Novak", Role.EDITOR, "Content editor")
    submitted(cast.editor)
    draft = start_version(SAFETY, by=other)
    assert {one.author for one in draft.authorships.all()} == {cast.editor, other}


# A new pathway


def test_a_new_pathway_comes_last(cast: Cast) -> None:
    version = start_pathway("seizures", title=" Seizures ", by=cast.editor)
    assert (version.part, version.number) == ("pathways/seizures", 1)
    assert [row.part for row in part_rows()][-1] == "pathways/seizures"
    assert part_rows()[-1].title == "Seizures"
    assert events("version_started") == 1


@pytest.mark.parametrize(
    ("code", "title", "refusal"),
    [
        ("safety", "Safety", Refusal.PART_EXISTS),
        ("Safety first", "Safety", Refusal.BAD_CODE),
        ("../etc", "Safety", Refusal.BAD_CODE),
        ("seizures", "  ", Refusal.NO_TITLE),
        ("seizures", "Sei\0zures", Refusal.BAD_TEXT),
        ("seizures", "S" * 201, Refusal.BAD_TEXT),
    ],
)
def test_a_pathway_that_cannot_be_started(cast: Cast, code: str, title: str, refusal: Refusal) -> None:
    refused(refusal, lambda: start_pathway(code, title=title, by=cast.editor))


# Submitting


def test_submitting_freezes_the_text(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    version = submit_version(draft, by=cast.editor, note=" Plainer. ", seen_sha256=draft.sha256)
    assert (version.state, version.note, version.submitted_by_name) == ("submitted", "Plainer.", "Dr Ruth Ellis")
    assert version.submitted_at is not None
    assert events("version_submitted") == 1
    refused(Refusal.NOT_A_DRAFT, lambda: change(version, cast.editor, {"professional": "Otherwise."}))


def test_a_note_says_what_changed_and_why(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    refused(Refusal.NO_NOTE, lambda: submit_version(draft, by=cast.editor, note=" \n", seen_sha256=draft.sha256))


def test_only_the_text_that_was_seen_is_submitted(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    change(draft, cast.editor, {"professional": "Meanwhile."})
    refused(Refusal.MOVED_ON, lambda: submit_version(draft, by=cast.editor, note="Plainer.", seen_sha256=draft.sha256))


def test_an_unfinished_part_is_not_submitted(cast: Cast) -> None:
    draft = changed_draft(cast.editor, when="raised_icp is perhaps")
    assert any(problem.path[:2] == ("rules", 1) and problem.line == 1 for problem in problems_of(draft))
    error = refused(
        Refusal.HAS_PROBLEMS, lambda: submit_version(draft, by=cast.editor, note="Plainer.", seen_sha256=draft.sha256)
    )
    assert any("no option `perhaps`" in detail for detail in error.details)


def test_problems_of_other_parts_do_not_stand_in_the_way(cast: Cast) -> None:
    changed_draft(cast.editor, when="raised_icp is perhaps")
    other = start_version("pathways/diagnosis", by=cast.editor)
    assert problems_of(other) == ()


def test_what_is_approved_already_is_not_submitted_again(cast: Cast) -> None:
    waiting = open_version(SAFETY)
    assert waiting is not None
    approved(waiting, cast.first_reviewer, cast.second_reviewer)
    draft = start_version(SAFETY, by=cast.editor)
    refused(
        Refusal.NOTHING_CHANGED, lambda: submit_version(draft, by=cast.editor, note="Same.", seen_sha256=draft.sha256)
    )


# Discarding


def test_a_discarded_draft_stays_readable_and_another_may_be_started(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    assert discard_version(draft, by=cast.editor, reason="A mistake.").state == VersionState.DISCARDED
    assert events("version_discarded") == 1
    again = start_version(SAFETY, by=cast.editor)
    assert (again.number, again.sha256) == (3, parts_in_force(release_built_on())[SAFETY].sha256)


def test_discarding_needs_a_reason_and_a_draft(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    refused(Refusal.NO_REASON, lambda: discard_version(draft, by=cast.editor, reason=" "))
    refused(Refusal.MAY_NOT_EDIT, lambda: discard_version(draft, by=cast.outsider, reason="No."))
    frozen = submit_version(draft, by=cast.editor, note="Plainer.", seen_sha256=draft.sha256)
    refused(Refusal.NOT_A_DRAFT, lambda: discard_version(frozen, by=cast.editor, reason="No."))


# The database


@pytest.mark.parametrize("column", ["part", "number", "document", "sha256", "note"])
def test_the_database_holds_submitted_versions_still(cast: Cast, column: str) -> None:
    version = submitted(cast.editor)
    value = "7" if column == "number" else "'x'"
    with pytest.raises(Error, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pathways_version SET {column} = {value} WHERE number = 2")
    version.refresh_from_db()
    assert version.note == "Says it more plainly."


def test_the_database_keeps_the_order_of_states(cast: Cast) -> None:
    version = submitted(cast.editor)
    for statement in ("UPDATE pathways_version SET state = 'draft' WHERE number = 2", "DELETE FROM pathways_version"):
        with pytest.raises(Error, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    approved(version, cast.first_reviewer, cast.second_reviewer)
    for state in ("submitted", "returned", "superseded"):
        with pytest.raises(Error, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE pathways_version SET state = %s WHERE number = 2", [state])


def test_a_draft_is_not_held(cast: Cast) -> None:
    draft = changed_draft(cast.editor)
    assert entry_of(draft, RULES, RULE)["professional"].startswith("Take it to the team first")


@pytest.mark.only_on("sqlite")
def test_no_version_is_replaced_by_inserting(cast: Cast) -> None:
    changed_draft(cast.editor)
    with pytest.raises(Error, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO pathways_version SELECT * FROM pathways_version WHERE number = 2")


@pytest.mark.parametrize(
    "table", ["pathways_review", "pathways_releasepart", "pathways_acceptance", "pathways_proofcertificate"]
)
def test_what_was_decided_is_append_only(cast: Cast, release: Release, table: str) -> None:
    approve_everything(cast, release)
    store_certificate(Proof(release.sha256, "test", (), 0.0, 0))
    Acceptance.objects.create(sha256="0" * 64, subject="impact", reason="Meant.", by=cast.publisher, by_name="x")
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_is_in_force_goes_on_while_a_rule_is_deleted(cast: Cast) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    seen = entry_hash(entry_of(draft, RULES, RULE))
    remove_entry(draft, by=cast.editor, kind=RULES, identity=RULE, seen=seen)
    in_force = parts_in_force(release_built_on())[SAFETY].document
    assert any(rule["key"] == RULE for rule in in_force["rules"])


def test_the_release_put_in_force_last_is_built_on(release: Release) -> None:
    activate_release(release, by=None)
    assert release_built_on() == release
