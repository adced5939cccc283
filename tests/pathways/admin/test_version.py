"""The page of a version: its outline, submitting it, discarding it, and what stays closed."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.models import Version
from pathways.states import VersionState
from tests.cast import Cast
from tests.guidance import RULE, change, events, submitted
from tests.pathways.admin.pages import NOBODY, address

pytestmark = pytest.mark.django_db


def submission(version: Version, **changed: str) -> dict[str, str]:
    return {"note": "Says it more plainly.", "seen": Version.objects.get(pk=version.pk).sha256, **changed}


def test_every_entry_has_a_tick_or_what_is_wrong(editor: Client, cast: Cast, pathway: Version) -> None:
    assert "No problems found" in editor.get(address("version", pathway.pk)).text
    change(pathway, cast.editor, {"when": "raised_icp is yess\n"})
    text = editor.get(address("version", pathway.pk)).text
    assert "1 entry has a problem" in text
    assert "Line 1, column 15" in text
    assert "Did you mean yes?" in text


def test_the_history_says_who_changed_what(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"professional": "Other words."})
    text = editor.get(address("version", pathway.pk)).text
    assert f"Changed the rule {RULE}" in text
    assert cast.editor.display_name in text


def test_submitting_freezes_it(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"professional": "Other words."})
    assert editor.post(address("version_submit", pathway.pk), submission(pathway)).status_code == 302
    assert Version.objects.get(pk=pathway.pk).state == VersionState.SUBMITTED
    assert events("version_submitted") == 1
    text = editor.get(address("version", pathway.pk)).text
    assert "Step 2 of 5: Submitted" in text
    assert "The text is fixed. To change it, an editor starts a working version" in text
    assert address("version_submit", pathway.pk) not in text


@pytest.mark.parametrize(
    ("sent", "sentence"), [({"note": ""}, "required"), ({"note": "   "}, "required"), ({"note": "x" * 5000}, "at most")]
)
def test_a_note_is_needed(editor: Client, cast: Cast, pathway: Version, sent: dict[str, str], sentence: str) -> None:
    change(pathway, cast.editor, {"professional": "Other words."})
    answer = editor.post(address("version_submit", pathway.pk), submission(pathway, **sent))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Version.objects.get(pk=pathway.pk).state == VersionState.DRAFT


def test_problems_stop_the_submission_and_are_named(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"when": "no_such_finding is yes\n"})
    answer = editor.post(address("version_submit", pathway.pk), submission(pathway))
    assert answer.status_code == 422
    assert "no_such_finding" in answer.text
    assert "Says it more plainly." in answer.text
    refusal = answer.text.partition('role="alert">')[2].partition("<form")[0]
    assert refusal.startswith("This part still has problems.</p>")
    assert f'<li><a href="{address("entry", pathway.pk, "rules", RULE)}">' in refusal
    assert "rules/" not in refusal.replace(f"rules/{RULE}/", "")


def test_what_has_changed_meanwhile_is_not_submitted(editor: Client, cast: Cast, pathway: Version) -> None:
    seen = submission(pathway)
    change(pathway, cast.editor, {"professional": "Typed in another window."})
    assert editor.post(address("version_submit", pathway.pk), seen).status_code == 409
    assert Version.objects.get(pk=pathway.pk).state == VersionState.DRAFT


def test_discarding_needs_a_reason(editor: Client, pathway: Version) -> None:
    assert editor.get(address("version_discard", pathway.pk)).status_code == 200
    assert editor.post(address("version_discard", pathway.pk), {"reason": ""}).status_code == 422
    assert editor.post(address("version_discard", pathway.pk), {"reason": "Begun by mistake."}).status_code == 302
    assert Version.objects.get(pk=pathway.pk).state == VersionState.DISCARDED
    assert "was discarded" in editor.get(address("version", pathway.pk)).text


def test_a_frozen_version_is_neither_submitted_nor_discarded(editor: Client, cast: Cast, release: object) -> None:
    version = submitted(cast.editor)
    assert editor.post(address("version_submit", version.pk), submission(version)).status_code == 409
    assert editor.post(address("version_discard", version.pk), {"reason": "No."}).status_code == 409
    assert Version.objects.get(pk=version.pk).state == VersionState.SUBMITTED


def test_reviewers_read_and_do_not_change(reviewer: Client, pathway: Version) -> None:
    text = reviewer.get(address("version", pathway.pk)).text
    assert "Your role does not include changing it" in text
    assert "Add a rule" not in text
    for page in ("version_submit", "version_discard"):
        assert reviewer.post(address(page, pathway.pk), submission(pathway)).status_code == 403


@pytest.mark.parametrize("page", ["version", "version_submit", "version_discard", "head", "names"])
def test_a_version_that_is_none_is_not_found(editor: Client, release: object, page: str) -> None:
    assert editor.get(address(page, NOBODY)).status_code == 404


@pytest.mark.parametrize("page", ["version", "version_submit", "version_discard", "head", "names"])
def test_outsiders_are_refused(outsider: Client, pathway: Version, page: str) -> None:
    assert outsider.get(address(page, pathway.pk)).status_code == 403
