"""The table of all cases, and making a case of a witness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.editing.entries import CASES, FINDINGS, RULES, entries
from pathways.models import CheckRun, Version
from pathways.selectors.versions import open_version
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from pathways.states import CheckPurpose, CheckState, VersionState
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import change, document_of

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
WITNESS = {
    "id": "witness-a-promise",
    "title": "Not proved: it is offered while there is a bleed.",
    "as_of": "2026-11-22",
    "findings": {"intracranial_bleed": "present", "kps": 80},
    "expect": {"intrathecal_chemotherapy": {"stance": "consider", "settled": True}},
}


@pytest.fixture(autouse=True)
def _shipped(db: None) -> None:
    shipped_release()


@pytest.fixture
def editor(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.editor)


def cases_of(version: Version) -> str:
    return reverse("admin:pathways_cases", args=[version.pk])


@pytest.fixture
def run(cast: Cast) -> CheckRun:
    lines = [
        {"level": "passed", "check": "x", "text": "", "details": {}},
        {
            "level": "blocking",
            "check": "y",
            "text": "",
            "part": "",
            "entry": "",
            "details": {"witness": {"case": WITNESS}},
        },
    ]
    return CheckRun.objects.create(
        purpose=CheckPurpose.WORKING,
        sha256="0" * 64,
        document="{}",
        parts=[],
        state=CheckState.FINISHED,
        started_by=cast.editor,
        started_by_name="Dr Ruth Ellis",
        report={"lines": lines},
    )


def witness_page(run: CheckRun, line: int = 1) -> str:
    return reverse("admin:pathways_case_from_witness", args=[run.pk, line])


# The table


def test_the_shipped_cases_are_all_as_expected(editor: Client) -> None:
    version = open_version("safeguards")
    assert version is not None
    text = editor.get(cases_of(version)).text
    count = len(entries(document_of(version), CASES))
    assert f"{count} of {count} cases as expected." in text


def test_what_a_draft_breaks_stands_first_with_three_columns(editor: Client, cast: Cast) -> None:
    draft = start_version("pathways/initial-treatment", by=cast.editor)
    change(draft, cast.editor, {"stance": "avoid"}, kind=RULES, identity="init-systemic")
    text = editor.get(cases_of(draft)).text
    open_rows, _, closed = text.partition('<details class="cases-settled">')
    assert "Not as expected" in open_rows
    assert ">As expected<" not in open_rows
    assert f"<summary>{closed.count('>As expected<')} cases as expected, and as in force</summary>" in closed
    assert "Not advised: not as expected" in text
    assert "<td>Do</td><td>Do</td>" in text


def test_a_case_that_records_what_is_unknown_says_so(editor: Client, cast: Cast) -> None:
    draft = start_version("safeguards", by=cast.editor)
    case = entries(document_of(draft), CASES)[0]
    change(draft, cast.editor, {"findings": {"kps": 75}}, kind=CASES, identity=case["id"])
    text = editor.get(cases_of(draft)).text
    assert "Cannot be run" in text
    assert "not a step of 10" in text


def test_faults_of_the_content_stand_where_the_cases_would(editor: Client, cast: Cast) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    change(draft, cast.editor, {"asked_when": "nothing is right"}, kind=FINDINGS, identity="her2")
    answer = editor.get(cases_of(draft))
    assert answer.status_code == 200
    assert "cannot be run while the guidance has faults" in answer.text


def test_readers_of_the_guidance_see_the_cases_and_nobody_else(cast: Cast, client_of: ClientOf) -> None:
    version = open_version("safeguards")
    assert version is not None
    for person in (cast.first_reviewer, cast.publisher):
        text = client_of(person).get(cases_of(version)).text
        assert "cases as expected" in text
        assert "Add a case" not in text
    for person in (cast.consultant, cast.auditor):
        assert client_of(person).get(cases_of(version)).status_code == 403


# Making a case of a witness


def test_a_witness_becomes_a_case_with_nothing_expected_yet(editor: Client, run: CheckRun) -> None:
    answer = editor.post(witness_page(run), follow=True)
    assert answer.status_code == 200
    version = open_version("safeguards")
    assert version is not None
    assert version.state == VersionState.DRAFT
    assert reverse("admin:pathways_entry_add", args=[version.pk, "cases"]) in answer.text
    assert 'value="witness-a-promise"' in answer.text
    assert 'value="Witness: Not proved: it is offered while there is a bleed."' in answer.text
    assert '<option value="present" selected>' in answer.text
    assert '<option value="consider/settled" selected>' not in answer.text
    assert not any(one["id"] == "witness-a-promise" for one in entries(document_of(version), CASES))


def test_a_long_promise_gives_a_short_title(editor: Client, run: CheckRun) -> None:
    case = {**WITNESS, "title": "it is offered " * 20}
    CheckRun.objects.filter(pk=run.pk).update(report={"lines": [{"details": {"witness": {"case": case}}}]})
    page = editor.post(witness_page(run, 0), follow=True).text
    title = page.partition('value="Witness: ')[2].partition('"')[0]
    assert title.startswith("it is offered")
    assert title.endswith("…")
    assert len(f"Witness: {title}") <= 80


def test_the_same_draft_is_used_again_and_the_name_is_free(editor: Client, cast: Cast, run: CheckRun) -> None:
    draft = start_version("safeguards", by=cast.editor)
    first = entries(document_of(draft), CASES)[0]
    CheckRun.objects.filter(pk=run.pk).update(
        report={"lines": [{"details": {"witness": {"case": {**WITNESS, "id": first["id"]}}}}]}
    )
    answer = editor.post(witness_page(run, 0), follow=True)
    assert open_version("safeguards") == draft
    assert f'value="{first["id"]}-2"' in answer.text


def test_a_case_under_review_is_not_taken_from_its_reviewers(editor: Client, cast: Cast, run: CheckRun) -> None:
    version = open_version("safeguards")
    assert version is not None
    start_review(version, by=cast.first_reviewer)
    assert editor.post(witness_page(run)).status_code == 409
    assert editor.get(witness_page(run)).status_code == 409


def test_a_line_without_a_witness_is_not_found(editor: Client, run: CheckRun) -> None:
    for line in (0, 2, 99999):
        assert editor.post(witness_page(run, line)).status_code == 404
    CheckRun.objects.filter(pk=run.pk).update(report=None)
    assert editor.post(witness_page(run)).status_code == 404


def test_only_editors_make_cases(cast: Cast, client_of: ClientOf, run: CheckRun) -> None:
    for person in (cast.first_reviewer, cast.publisher, cast.consultant):
        assert client_of(person).post(witness_page(run)).status_code == 403
    version = open_version("safeguards")
    assert version is not None
    assert version.state == VersionState.SUBMITTED


# The whole way, as a browser without scripts goes it


def test_a_case_is_proposed_agreed_to_and_added(editor: Client, cast: Cast) -> None:
    draft = start_version("safeguards", by=cast.editor)
    add = reverse("admin:pathways_entry_add", args=[draft.pk, "cases"])
    typed = {"id": "case-new", "title": "New", "as_of": "2026-11-22", "finding-intracranial_bleed_value": "present"}
    proposed = editor.post(add, {**typed, "propose": "yes"})
    assert proposed.status_code == 422
    fields = proposed.context["page"].sections
    sent = {row.name: row.bound.value() for part in fields for row in part.rows if row.name.startswith("expect-")}
    assert sent["expect-intrathecal_chemotherapy"] == "withhold/open"
    assert editor.post(add, {**typed, **sent, "proposed": "yes"}).status_code == 422
    assert editor.post(add, {**typed, **sent, "proposed": "yes", "checked": "on"}).status_code == 302
    draft.refresh_from_db()
    added = entries(document_of(draft), CASES)[-1]
    assert added["expect"]["intrathecal_chemotherapy"] == {"stance": "withhold", "settled": False}
