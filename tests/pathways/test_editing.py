"""Changing the entries of a draft: nobody overwrites anybody, nothing unreadable or too large is stored."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from accounts.permissions import Role
from pathways.content_files import load_content
from pathways.editing.entries import (
    CASES,
    FINDINGS,
    INTERVENTIONS,
    QUESTIONS,
    REFERENCES,
    RENAMED,
    RULES,
    Entry,
    EntryKind,
    entries,
    entry_hash,
    head_of,
)
from pathways.editing.parts import parts_of
from pathways.engine.release import content_hash
from pathways.models import Version
from pathways.permissions import Refusal
from pathways.services.versions import (
    EditConflict,
    EntryExists,
    EntryMissing,
    add_entry,
    change_entry,
    copy_entry,
    move_entry,
    refusals,
    remove_entry,
    start_version,
    submit_version,
)
from tests.cast import Cast, _person
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, change, document_of, entry_of, events, everything_stored, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Version:
    shipped_release()
    return start_version(SAFETY, by=cast.editor)


@pytest.fixture
def vocabulary(cast: Cast) -> Version:
    shipped_release()
    return start_version("vocabulary", by=cast.editor)


def keys(version: Version) -> list[str]:
    return [entry["key"] for entry in entries(document_of(version), RULES)]


def put(version: Version, cast: Cast, entry: Any, **arguments: Any) -> Version:
    current = entry_of(version, RULES, RULE)
    wanted: dict[str, Any] = {"kind": RULES, "identity": RULE, "seen": entry_hash(current)}
    return change_entry(version, by=cast.editor, entry=entry, **wanted | arguments)


# What is stored


def test_a_change_keeps_hash_revision_and_author(cast: Cast, draft: Version) -> None:
    version = change(draft, cast.editor, {"professional": "Otherwise."})
    assert entry_of(version, RULES, RULE)["professional"] == "Otherwise."
    assert version.sha256 == content_hash(document_of(version)) != draft.sha256
    assert (version.revision, version.updated_by_name) == (2, "Dr Ruth Ellis")
    assert events("version_changed") == 1


def test_saving_what_stands_there_changes_nothing(cast: Cast, draft: Version) -> None:
    before = everything_stored()
    change(draft, cast.editor, {})
    assert everything_stored() == before


def test_whoever_changes_a_version_is_its_author(cast: Cast, draft: Version) -> None:
    other = _person("editor-2", "Dr", "Lea", "Novak", Role.EDITOR, "Content editor")
    change(draft, other, {"professional": "Otherwise."})
    change(draft, other, {"professional": "Otherwise again."})
    assert {one.author_name for one in draft.authorships.all()} == {"Dr Ruth Ellis", "Dr Lea Novak"}


def test_an_untouched_round_trip_of_every_entry_changes_nothing(cast: Cast) -> None:
    shipped_release()
    for part, document in parts_of(load_content().document).items():
        version = start_version(part, by=cast.editor)
        head = head_of(document_of(version))
        saved = change_entry(version, by=cast.editor, kind=None, identity="", entry=head, seen=entry_hash(head))
        assert saved.sha256 == content_hash(document)


def test_a_head_keeps_its_code_and_holds_no_entries(cast: Cast, draft: Version) -> None:
    head = head_of(document_of(draft))

    def save(entry: Entry) -> Version:
        return change_entry(draft, by=cast.editor, kind=None, identity="", entry=entry, seen=entry_hash(head))

    assert document_of(save({**head, "owner": "Neuro-oncology board"}))["owner"] == "Neuro-oncology board"
    head = head_of(document_of(Version.objects.get(pk=draft.pk)))
    refused(Refusal.IDENTITY_STAYS, lambda: save({**head, "code": "other"}))
    refused(Refusal.BAD_ENTRY, lambda: save({**head, "rules": []}))


# Two editors


def test_two_editors_never_overwrite_each_other(cast: Cast, draft: Version) -> None:
    seen = entry_of(draft, RULES, RULE)
    change(draft, cast.editor, {"professional": "The first editor's words."})
    before = everything_stored()
    with pytest.raises(EditConflict) as caught:
        put(draft, cast, {**seen, "professional": "The second editor's words."}, seen=entry_hash(seen))
    assert caught.value.current["professional"] == "The first editor's words."
    assert caught.value.by_name == "Dr Ruth Ellis"
    assert everything_stored() == before


def test_different_entries_do_not_conflict(cast: Cast, draft: Version) -> None:
    other = entry_of(draft, RULES, "safe-flow-study")
    change(draft, cast.editor, {"professional": "Otherwise."})
    version = put(draft, cast, {**other, "professional": "Also."}, identity="safe-flow-study", seen=entry_hash(other))
    assert entry_of(version, RULES, RULE)["professional"] == "Otherwise."


def test_what_both_typed_is_no_conflict(cast: Cast, draft: Version) -> None:
    seen = entry_of(draft, RULES, RULE)
    first = change(draft, cast.editor, {"professional": "The same words."})
    second = put(draft, cast, {**seen, "professional": "The same words."}, seen=entry_hash(seen))
    assert first.revision == second.revision


def test_nothing_is_removed_unseen(cast: Cast, draft: Version) -> None:
    seen = entry_hash(entry_of(draft, RULES, RULE))
    change(draft, cast.editor, {"professional": "Otherwise."})
    before = everything_stored()
    with pytest.raises(EditConflict):
        remove_entry(draft, by=cast.editor, kind=RULES, identity=RULE, seen=seen)
    assert everything_stored() == before


# Adding, copying, moving, removing


def test_rules_are_added_copied_moved_and_removed(cast: Cast, draft: Version) -> None:
    before = keys(draft)
    entry = {**entry_of(draft, RULES, RULE), "key": "safe-new"}
    version = add_entry(draft, by=cast.editor, kind=RULES, entry=entry, after=before[0])
    assert keys(version) == [before[0], "safe-new", *before[1:]]
    version = copy_entry(draft, by=cast.editor, kind=RULES, identity="safe-new", new_identity="safe-copy")
    assert keys(version)[1:3] == ["safe-new", "safe-copy"]
    version = move_entry(draft, by=cast.editor, kind=RULES, identity="safe-copy", step=-2)
    assert keys(version)[:2] == ["safe-copy", before[0]]
    seen = entry_hash(entry_of(version, RULES, "safe-copy"))
    version = remove_entry(draft, by=cast.editor, kind=RULES, identity="safe-copy", seen=seen)
    assert keys(version) == [before[0], "safe-new", *before[1:]]
    assert events("version_changed") == 4


def test_moving_beyond_the_end_changes_nothing(cast: Cast, draft: Version) -> None:
    before = everything_stored()
    move_entry(draft, by=cast.editor, kind=RULES, identity=keys(draft)[0], step=-1)
    assert everything_stored() == before


def test_names_are_taken_once(cast: Cast, draft: Version) -> None:
    before = everything_stored()
    with pytest.raises(EntryExists):
        add_entry(draft, by=cast.editor, kind=RULES, entry=entry_of(draft, RULES, RULE))
    with pytest.raises(EntryExists):
        copy_entry(draft, by=cast.editor, kind=RULES, identity=RULE, new_identity="safe-flow-study")
    assert everything_stored() == before


def test_what_is_not_there_is_missing(cast: Cast, draft: Version) -> None:
    before = everything_stored()
    with pytest.raises(EntryMissing):
        put(draft, cast, {}, identity="nowhere")
    with pytest.raises(EntryMissing):
        move_entry(draft, by=cast.editor, kind=RULES, identity="nowhere", step=1)
    with pytest.raises(EntryMissing):
        add_entry(draft, by=cast.editor, kind=RULES, entry={"key": "safe-new"}, after="nowhere")
    assert everything_stored() == before


@pytest.mark.parametrize("who", ["outsider", "consultant", "first_reviewer", "publisher"])
def test_only_editors_change(cast: Cast, draft: Version, who: str) -> None:
    person = getattr(cast, who)
    entry = entry_of(draft, RULES, RULE)
    refused(Refusal.MAY_NOT_EDIT, lambda: change(draft, person, {"professional": "Otherwise."}))
    refused(Refusal.MAY_NOT_EDIT, lambda: add_entry(draft, by=person, kind=RULES, entry={**entry, "key": "new"}))
    refused(Refusal.MAY_NOT_EDIT, lambda: move_entry(draft, by=person, kind=RULES, identity=RULE, step=1))


def test_a_submitted_version_is_not_changed(cast: Cast, draft: Version) -> None:
    version = change(draft, cast.editor, {"professional": "Otherwise."})
    submit_version(version, by=cast.editor, note="Plainer.", seen_sha256=version.sha256)
    refused(Refusal.NOT_A_DRAFT, lambda: change(draft, cast.editor, {"professional": "Again."}))


# What cannot be stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("professional", "NUL \0 inside"),
        ("professional", "turned \u202e around"),
        ("professional", "half a character \ud800"),
        ("professional", "x" * 20_001),
        ("when", "raised_icp is yes\n" * 60_000),  # 1 MB
        ("references", ["x" * 19_000] * 20),
        ("references", ["x"] * 2_001),
        ("urgent", 0.5),
        ("urgent", float("nan")),
        ("urgent", 10**15),
        ("urgent", frozenset({"a"})),
        ("a field", "x"),
        ("deep", [[[[[[[[[[[[[["x"]]]]]]]]]]]]]]),
    ],
    ids=str,
)
def test_unreadable_and_huge_entries_are_refused_at_once(cast: Cast, draft: Version, field: str, value: Any) -> None:
    entry = {**entry_of(draft, RULES, RULE), field: value}
    started = time.monotonic()
    error = refused(Refusal.BAD_ENTRY, lambda: put(draft, cast, entry))
    assert time.monotonic() - started < 1
    assert error.details
    assert all(len(detail) < 300 for detail in error.details)


@pytest.mark.parametrize("entry", [None, [], "text", 7])
def test_an_entry_has_fields(cast: Cast, draft: Version, entry: Any) -> None:
    refused(Refusal.BAD_ENTRY, lambda: put(draft, cast, entry))


@pytest.mark.parametrize("key", ["", "Has Blanks", "../x", "a" * 65, None, 7, "ünder"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(cast: Cast, draft: Version, key: Any) -> None:
    refused(Refusal.BAD_IDENTITY, lambda: add_entry(draft, by=cast.editor, kind=RULES, entry={"key": key}))


def test_a_contradictory_or_empty_condition_may_stand_in_a_draft(cast: Cast, draft: Version) -> None:
    for condition in ("", "raised_icp is yes and raised_icp is no", "((("):
        assert entry_of(change(draft, cast.editor, {"when": condition}), RULES, RULE)["when"] == condition


# Stored values


def test_an_entry_keeps_its_name(cast: Cast, draft: Version) -> None:
    entry = entry_of(draft, RULES, RULE)
    refused(Refusal.IDENTITY_STAYS, lambda: put(draft, cast, {**entry, "key": "another"}))


def changed_in(version: Version, cast: Cast, kind: EntryKind, identity: str, **changes: Any) -> Version:
    return change(version, cast.editor, changes, kind=kind, identity=identity)


def test_codes_of_the_vocabulary_are_renamed_and_not_retyped(cast: Cast, vocabulary: Version) -> None:
    refused(Refusal.RENAME_INSTEAD, lambda: changed_in(vocabulary, cast, FINDINGS, "raised_icp", code="icp"))
    code = entries(document_of(vocabulary), INTERVENTIONS)[0]["code"]
    refused(Refusal.RENAME_INSTEAD, lambda: changed_in(vocabulary, cast, INTERVENTIONS, code, code="other"))


def test_an_option_does_not_vanish(cast: Cast, vocabulary: Version) -> None:
    options = entry_of(vocabulary, FINDINGS, "deposits")["options"]
    error = refused(
        Refusal.RENAME_INSTEAD, lambda: changed_in(vocabulary, cast, FINDINGS, "deposits", options=options[1:])
    )
    assert "“linear”" in error.details[0]


def test_an_option_that_was_never_in_force_nor_used_may_go(cast: Cast, vocabulary: Version) -> None:
    options = entry_of(vocabulary, FINDINGS, "deposits")["options"]
    extra = {"code": "patchy", "label": "Patchy"}
    changed_in(vocabulary, cast, FINDINGS, "deposits", options=[*options, extra])
    version = changed_in(vocabulary, cast, FINDINGS, "deposits", options=options)
    assert entry_of(version, FINDINGS, "deposits")["options"] == options


def test_a_finding_in_force_keeps_its_kind(cast: Cast, vocabulary: Version) -> None:
    refused(
        Refusal.KIND_STAYS,
        lambda: change(vocabulary, cast.editor, {"kind": "number"}, kind=FINDINGS, identity="raised_icp"),
    )


def test_a_finding_that_is_used_is_not_removed(cast: Cast, vocabulary: Version) -> None:
    seen = entry_hash(entry_of(vocabulary, FINDINGS, "raised_icp"))
    error = refused(
        Refusal.STILL_USED,
        lambda: remove_entry(vocabulary, by=cast.editor, kind=FINDINGS, identity="raised_icp", seen=seen),
    )
    assert any(f"Safety, the rule {RULE}: condition" in detail for detail in error.details)


def test_an_unused_finding_is_removed(cast: Cast, vocabulary: Version) -> None:
    entry = {"code": "new_finding", "kind": "yes_no", "group": "Other", "label": "New"}
    version = add_entry(vocabulary, by=cast.editor, kind=FINDINGS, entry=entry)
    version = remove_entry(version, by=cast.editor, kind=FINDINGS, identity="new_finding", seen=entry_hash(entry))
    assert version.sha256 == vocabulary.sha256


def test_a_renaming_in_force_is_neither_removed_nor_turned_into_another(
    cast: Cast, vocabulary: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that were stored under the old code still have to arrive."""
    entry = {"key": "pressure", "finding": "icp", "to": "raised_icp", "reason": "Clearer."}
    version = add_entry(vocabulary, by=cast.editor, kind=RENAMED, entry=entry)
    changed_in(version, cast, RENAMED, "pressure", to="kps")  # not in force yet
    changed_in(version, cast, RENAMED, "pressure", to="raised_icp")
    monkeypatch.setattr(refusals, "entries_in_force", lambda *_: {"pressure": entry})
    for field in ("finding", "to", "option"):
        refused(Refusal.STILL_USED, partial(put_in, version, cast, **{field: "kps"}))
    refused(
        Refusal.STILL_USED,
        lambda: remove_entry(version, by=cast.editor, kind=RENAMED, identity="pressure", seen=entry_hash(entry)),
    )
    assert entry_of(put_in(version, cast, reason="Plainer."), RENAMED, "pressure")["reason"] == "Plainer."


def put_in(version: Version, cast: Cast, **changes: Any) -> Version:
    return changed_in(version, cast, RENAMED, "pressure", **changes)


@pytest.mark.parametrize(
    ("part", "kind", "identity"),
    [("evidence", REFERENCES, "key"), ("evidence", QUESTIONS, "key"), ("safeguards", CASES, "id")],
)
def test_the_other_lists_are_edited_alike(cast: Cast, part: str, kind: EntryKind, identity: str) -> None:
    shipped_release()
    draft = start_version(part, by=cast.editor)
    first = entries(document_of(draft), kind)[0]
    version = copy_entry(draft, by=cast.editor, kind=kind, identity=first[identity], new_identity="a-copy")
    assert entry_of(version, kind, "a-copy") == {**first, identity: "a-copy"}
