"""The list of the guidance: what is in force, what is worked on, by whom, and starting to work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from django.test import Client

from pathways import clinic
from pathways.clinic import AnswersGiven
from pathways.editing.entries import entry_hash, head_of
from pathways.models import Release, Version
from pathways.selectors.versions import open_version
from pathways.services.comments import add_comment
from pathways.services.versions import change_entry
from pathways.states import VersionState
from tests.cast import Cast
from tests.guidance import SAFETY, document_of, events, submitted
from tests.pathways.admin.pages import address

pytestmark = pytest.mark.django_db


class Answers:
    """A clinic in which one verdict was declined."""

    def answers_given(self, since: date) -> Iterable[AnswersGiven]:
        return [
            AnswersGiven("intrathecal_chemotherapy", "avoid", 4, 3, "Wish of the patient"),
            AnswersGiven("no_such_intervention", "no such stance", 9, 9, "Nothing of ours"),
        ]


@pytest.fixture
def answers() -> Iterator[None]:
    before = clinic.the_clinic()
    clinic.register(Answers())  # type: ignore[arg-type]  # only what the list asks for
    yield
    clinic.register(before)


def row(text: str, part: str) -> str:
    return text.partition(f'id="part-{part}"')[2].partition("</tr>")[0]


def test_every_part_is_listed_with_its_state(editor: Client, release: Release) -> None:
    text = editor.get(address("guidance")).text
    for part in ("vocabulary", "evidence", "safeguards", "pathways-diagnosis", "pathways-safety"):
        assert "Submitted" in row(text, part)
        assert "Start a working version" in row(text, part)
    assert "For training only: not approved" in row(text, "pathways-safety")
    assert "Came from files, waits for two reviewers" in row(text, "pathways-safety")
    assert "question" in row(text, "pathways-initial-treatment")


def test_owner_and_overdue_review_stand_in_words(editor: Client, cast: Cast, pathway: Version) -> None:
    head = head_of(document_of(pathway))
    late = {**head, "owner": "Dr Ruth Ellis", "review_by": "2020-01-31"}
    change_entry(pathway, by=cast.editor, kind=None, identity="", entry=late, seen=entry_hash(head))
    shown = row(editor.get(address("guidance")).text, "pathways-safety")
    assert "Dr Ruth Ellis" in shown
    assert "31-Jan-2020: overdue by" in shown


def test_open_comments_are_counted(editor: Client, cast: Cast, pathway: Version) -> None:
    add_comment(pathway, by=cast.first_reviewer, entry="", field="", text="Is this complete?")
    assert "1 comment<" in row(editor.get(address("guidance")).text, "pathways-safety")


def test_answers_stand_with_the_pathway_whose_rules_gave_the_verdict(
    editor: Client, release: Release, answers: None
) -> None:
    text = editor.get(address("guidance")).text
    assert "Followed 4, declined 3" in row(text, "pathways-initial-treatment")
    assert "Wish of the patient" in row(text, "pathways-initial-treatment")
    assert "No answers yet" in row(text, "pathways-diagnosis")
    assert "Nothing of ours" not in text


def test_starting_leads_to_the_draft(editor: Client, release: Release) -> None:
    answer = editor.post(address("part_start", SAFETY))
    draft = open_version(SAFETY)
    assert draft is not None
    assert draft.state == VersionState.DRAFT
    assert answer.headers["Location"] == address("version", draft.pk)
    assert events("version_started") == 1


def test_starting_twice_leads_to_the_same_draft(editor: Client, pathway: Version) -> None:
    answer = editor.post(address("part_start", SAFETY))
    assert answer.headers["Location"] == address("version", pathway.pk)
    assert Version.objects.filter(part=SAFETY).count() == 2


@pytest.mark.parametrize("part", ["nothing", "pathways/", "pathways/UPPER", "pathways/no-such-pathway"])
def test_a_part_that_is_none_is_not_started(editor: Client, release: Release, part: str) -> None:
    before = Version.objects.count()
    assert editor.post(address("part_start", part)).status_code in {404, 409}
    assert Version.objects.count() == before


def test_only_editors_start_and_add(reviewer: Client, release: Release) -> None:
    assert "Start a working version" not in reviewer.get(address("guidance")).text
    assert reviewer.post(address("part_start", SAFETY)).status_code == 403
    assert reviewer.get(address("pathway_add")).status_code == 403


def test_a_reviewer_is_led_to_what_waits(reviewer: Client, cast: Cast, release: Release) -> None:
    version = submitted(cast.editor)
    assert address("review", version.pk) in row(reviewer.get(address("guidance")).text, "pathways-safety")


def test_nobody_else_sees_it(outsider: Client, client_of: object, cast: Cast, release: Release) -> None:
    assert outsider.get(address("guidance")).status_code == 403
    auditor = client_of(cast.auditor)  # type: ignore[operator]  # the fixture is a function
    assert auditor.get(address("guidance")).status_code == 403
    assert Client().get(address("guidance")).status_code == 302


def test_a_pathway_is_added_and_opened_at_its_head(editor: Client, release: Release) -> None:
    answer = editor.post(address("pathway_add"), {"title": "Seizures", "code": "seizures"})
    version = open_version("pathways/seizures")
    assert version is not None
    assert answer.headers["Location"] == address("head", version.pk)
    assert "Seizures" in row(editor.get(address("guidance")).text, "pathways-seizures")


@pytest.mark.parametrize("code", ["", "Upper", "../x", "safety", "x" * 65])
def test_a_bad_or_taken_name_is_refused_in_the_form(editor: Client, release: Release, code: str) -> None:
    before = Version.objects.count()
    answer = editor.post(address("pathway_add"), {"title": "Kept title", "code": code})
    assert answer.status_code == 422
    assert "Kept title" in answer.text
    assert Version.objects.count() == before


def test_the_rows_of_the_admin_lead_to_the_list(editor: Client, release: Release) -> None:
    assert editor.get("/admin/pathways/version/").headers["Location"] == address("guidance")
    assert address("guidance") in editor.get("/admin/").text
