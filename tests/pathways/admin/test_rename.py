"""The page on which codes are renamed everywhere at once, and options removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from pathways.editing.entries import FINDINGS, RENAMED, entries
from pathways.editing.names import Name, NameKind
from pathways.models import Version
from pathways.selectors.uses import uses_of
from pathways.selectors.versions import open_version
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from pathways.states import VersionState
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import document_of, entry_of

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
LINEAR = "option:deposits:linear"


@pytest.fixture
def draft(cast: Cast) -> Version:
    shipped_release()
    return start_version("vocabulary", by=cast.editor)


@pytest.fixture
def editor(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.editor)


def address(draft: Version, name: str = "") -> str:
    page = reverse("admin:pathways_rename", args=[draft.pk])
    return f"{page}?name={name}" if name else page


def state() -> tuple[list[Any], int]:
    return list(Version.objects.order_by("pk").values_list("pk", "state", "sha256")), AuditEvent.objects.count()


def test_everything_can_be_chosen(editor: Client, draft: Version) -> None:
    text = editor.get(address(draft)).text
    for value in ("finding:kps", "finding:prognosis", "intervention:vp_shunt", LINEAR, "option:prognosis:poor"):
        assert f'value="{value}"' in text


def test_every_use_is_shown_with_its_part(editor: Client, draft: Version) -> None:
    text = editor.get(address(draft, LINEAR)).text
    uses = uses_of(Name(NameKind.OPTION, "linear", "deposits"), draft)
    assert len(uses) > 3
    assert text.count(">in its ") == len(uses)
    assert "init-it-selected" in text
    assert "a new version begins" in text


def test_renaming_an_option_changes_every_part_and_carries_stored_values(editor: Client, draft: Version) -> None:
    answer = editor.post(address(draft, LINEAR), {"new_code": "thin", "reason": "As radiology says.", "rename": "1"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    options = [one["code"] for one in entry_of(draft, FINDINGS, "deposits")["options"]]
    assert options[0] == "thin"
    renamed = entries(document_of(draft), RENAMED)[-1]
    assert (renamed["finding"], renamed["option"], renamed["to"]) == ("deposits", "linear", "thin")
    assert uses_of(Name(NameKind.OPTION, "linear", "deposits"), draft) == []
    done = editor.get(answer["Location"]).text
    pathway = open_version("pathways/initial-treatment")
    assert pathway is not None
    assert pathway.state == VersionState.DRAFT
    assert reverse("admin:pathways_version", args=[pathway.pk]) in done
    assert "linear → thin" in done


@pytest.mark.parametrize(
    ("name", "new"),
    [("finding:kps", "karnofsky"), ("finding:prognosis", "outlook"), ("intervention:vp_shunt", "shunt")],
)
def test_findings_and_interventions_are_renamed(editor: Client, draft: Version, name: str, new: str) -> None:
    assert editor.post(address(draft, name), {"new_code": new, "reason": "Shorter."}).status_code == 302
    draft.refresh_from_db()
    assert f'"code":"{new}"' in draft.document


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"new_code": "", "reason": "Why."}, "Write the new code"),
        ({"new_code": "Thin Lines", "reason": "Why."}, "cannot be a code"),
        ({"new_code": "any", "reason": "Why."}, "cannot be a code"),
        ({"new_code": "linear", "reason": "Why."}, "the code it has already"),
        ({"new_code": "nodular", "reason": "Why."}, "exists already"),
        ({"new_code": "thin", "reason": ""}, "Say why"),
        ({"new_code": "thin", "reason": "a\x07b"}, "cannot be seen"),
        ({"remove": "1", "reason": "Why."}, "Change the places above first"),
        ({"remove": "1", "reason": "Why.", "becomes": "nodular"}, "is still used"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    editor: Client, draft: Version, typed: dict[str, str], sentence: str
) -> None:
    before = state()
    answer = editor.post(address(draft, LINEAR), typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert state() == before


def test_a_part_under_review_is_not_taken_from_its_reviewers(editor: Client, cast: Cast, draft: Version) -> None:
    pathway = open_version("pathways/initial-treatment")
    assert pathway is not None
    start_review(pathway, by=cast.first_reviewer)
    before = state()
    answer = editor.post(address(draft, LINEAR), {"new_code": "thin", "reason": "Why."})
    assert answer.status_code == 422
    assert "under review" in answer.text
    assert "It is about Initial treatment." in answer.text
    assert state() == before


# Removing an option that nothing uses


def unused_option(draft: Version) -> str:
    wanted = [
        (one["code"], option["code"])
        for one in entries(document_of(draft), FINDINGS)
        for option in one.get("options", [])
    ]
    return next(
        f"option:{finding}:{option}"
        for finding, option in wanted
        if not uses_of(Name(NameKind.OPTION, option, finding), draft)
    )


@pytest.mark.parametrize("is_set_aside", [True, False])
def test_an_unused_option_goes_and_its_answers_are_told_where(
    editor: Client, draft: Version, is_set_aside: bool
) -> None:
    name = unused_option(draft)
    _, finding, option = name.split(":")
    others = [one["code"] for one in entry_of(draft, FINDINGS, finding)["options"] if one["code"] != option]
    becomes = "-" if is_set_aside else others[0]
    assert (
        editor.post(address(draft, name), {"remove": "1", "becomes": becomes, "reason": "No use."}).status_code == 302
    )
    draft.refresh_from_db()
    assert [one["code"] for one in entry_of(draft, FINDINGS, finding)["options"]] == others
    renamed = entries(document_of(draft), RENAMED)[-1]
    assert renamed.get("to") == (None if is_set_aside else others[0])


def test_nobody_removes_an_option_without_saying_what_becomes_of_the_answers(editor: Client, draft: Version) -> None:
    before = state()
    answer = editor.post(address(draft, unused_option(draft)), {"remove": "1", "reason": "No use."})
    assert answer.status_code == 422
    assert "Choose what becomes" in answer.text
    assert state() == before


# Who and where


def test_only_editors_rename(cast: Cast, client_of: ClientOf, draft: Version) -> None:
    for person in (cast.first_reviewer, cast.publisher, cast.consultant, cast.auditor):
        assert client_of(person).get(address(draft)).status_code in {302, 403}
        assert client_of(person).post(address(draft, LINEAR), {"new_code": "thin", "reason": "x"}).status_code in {
            302,
            403,
        }
    assert uses_of(Name(NameKind.OPTION, "linear", "deposits"), draft)


def test_codes_are_renamed_in_a_draft_of_the_vocabulary_only(editor: Client, cast: Cast, draft: Version) -> None:
    safety = start_version("pathways/safety", by=cast.editor)
    assert editor.get(address(safety)).status_code == 404
    assert editor.get(address(draft, "option:deposits:none_such")).status_code == 200
    assert editor.get(reverse("admin:pathways_rename_done", args=[draft.pk])).status_code == 404
    assert editor.put(address(draft)).status_code == 405
