"""admin:pathways_gate, run_accept and run_impact"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.editing.entries import RULES, entry_hash
from pathways.gate.report import Level, Line
from pathways.models import Acceptance, CheckRun, Release, Version
from pathways.selectors.reviews import required_checklist
from pathways.services.reviews import approve_version, start_review
from pathways.services.versions import change_entry, start_version, submit_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import approve_everything, approved, entry_of, events, published, submitted
from tests.pathways.admin.gates import SOMEBODY, Gate, Stored, installed, line

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
GATE = "/admin/pathways/guidance/gate/"
BLEED = "pathways/intracranial-bleed"
CASE = "case/case-07"
CHANGED = line(Level.BLOCKING, "case-changed", "Case case-07 was changed.", subject=CASE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return installed(monkeypatch)


@pytest.fixture
def release(cast: Cast, gate: Gate) -> Release:
    release = shipped_release()
    approve_everything(cast, release)
    return release


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.publisher)


def page_of(client: Client) -> str:
    response = client.get(GATE)
    assert response.status_code == 200
    return response.content.decode()


def accept(client: Client, subject: str, reason: str) -> Any:
    run = CheckRun.objects.first()
    assert run is not None
    return client.post(reverse("admin:pathways_run_accept", args=[run.pk]), {"subject": subject, "reason": reason})


def stricter(cast: Cast) -> None:
    """An approved version that changes the advice for whoever has a bleed."""
    draft = start_version(BLEED, by=cast.editor)
    rule = entry_of(draft, RULES, "bleed-it-withhold")
    changed = {**rule, "stance": "contraindicate"}
    draft = change_entry(draft, by=cast.editor, kind=RULES, identity=rule["key"], entry=changed, seen=entry_hash(rule))
    draft = submit_version(draft, by=cast.editor, note="Stricter while bleeding.", seen_sha256=draft.sha256)
    approved(draft, cast.first_reviewer, cast.second_reviewer)


def test_what_would_come_into_force_and_who_approved_it(client: Client, release: Release) -> None:
    page = page_of(client)
    for words in (
        "Intracranial bleeding",
        "Version 1, approved",
        "Dr Ines Castro, Reviewer",
        "Dr Paul Meyer",
        "on text",
    ):
        assert words in page, words
    assert "It cannot be published before a check of exactly this content has finished." in page
    assert "disabled>Publish this release" in page


def test_without_any_content(client: Client) -> None:
    assert "There is nothing to publish" in page_of(client)
    check = client.get("/admin/pathways/guidance/check/")
    assert check.status_code == 409
    assert "There is no guidance to work on yet." in check.content.decode()


def test_nothing_to_publish(cast: Cast, client: Client, release: Release) -> None:
    published(cast, release)
    assert "There is nothing to publish" in page_of(client)
    assert client.post(GATE).status_code == 409


def test_the_form_is_open_where_nothing_stands_in_the_way(client: Client, release: Release) -> None:
    assert client.post(GATE).status_code == 302
    page = page_of(client)
    assert "Nothing stands in the way of publishing this content." in page
    assert "disabled>Publish this release" not in page
    assert "No verdict would change." in page or "There are no drafts" in page


def test_obstacles_are_sentences(cast: Cast, client: Client, release: Release, gate: Gate) -> None:
    gate.lines, gate.proved = (line(Level.BLOCKING, "citation-missing", "A rule cites nothing that exists."),), False
    client.post(GATE)
    page = page_of(client)
    for words in (
        "It cannot be published yet:",
        "A rule cites nothing that exists.",
        "There is no proof that holds of this content.",
        "disabled>Publish this release",
    ):
        assert words in page, words


WEAKER = line(Level.BLOCKING, "promise-changed", "The promise never-it was changed.", subject="promise/never-it")


@pytest.mark.parametrize("changed", [CHANGED, WEAKER], ids=["case", "promise"])
def test_what_was_changed_is_accepted_with_a_reason(
    client: Client, release: Release, gate: Gate, changed: Line
) -> None:
    gate.lines, subject = (changed,), changed.details["subject"]
    client.post(GATE)
    refused = accept(client, subject, " ")
    assert refused.status_code == 422
    assert "Give a reason." in refused.content.decode()
    assert not Acceptance.objects.exists()
    assert accept(client, subject, "The board decided so.").status_code == 302
    page = page_of(client)
    assert "Accepted</strong> by Prof Anne Lindqvist" in page
    assert "The board decided so." in page
    assert "Nothing stands in the way" in page
    again = accept(client, subject, "Once more.")
    assert again.status_code == 422
    assert "This is accepted already." in again.content.decode()


@pytest.mark.parametrize("subject", ["case/other", "", "<script>", "x" * 400])
def test_only_what_the_check_shows_is_accepted(client: Client, release: Release, gate: Gate, subject: str) -> None:
    gate.lines = (CHANGED,)
    client.post(GATE)
    assert accept(client, subject, "Because.").status_code == 422
    assert not Acceptance.objects.exists()


def test_a_promise_that_is_not_kept_is_never_accepted(client: Client, release: Release, gate: Gate) -> None:
    gate.lines = (line(Level.BLOCKING, "promise-not-proved", "A promise is not kept.", subject="p1"),)
    client.post(GATE)
    assert "Why this is right" not in page_of(client)
    assert accept(client, "p1", "It will do.").status_code == 422
    assert not Acceptance.objects.exists()


def test_the_impact_is_counted_listed_and_accepted(cast: Cast, client: Client, release: Release, gate: Gate) -> None:
    stricter(cast)
    gate.ward.records = [Stored(), Stored(kind="signed plan")]
    client.post(GATE)
    page = page_of(client)
    for words in (
        "Looked at 1 draft, of which 1 would change; 1 signed plan, of which 1 would change.",
        "Not now, not settled",
        "Do not, settled",
        str(SOMEBODY),
        "bleed-it-withhold",
        "The impact on the stored records has to be accepted.",
        "Intracranial bleeding: Stricter while bleeding.",
    ):
        assert words in page, words
    assert accept(client, "impact", "Nobody is treated so.").status_code == 302
    assert "Nothing stands in the way" in page_of(client)


def test_downloading_the_impact_is_recorded(cast: Cast, client: Client, release: Release, gate: Gate) -> None:
    stricter(cast)
    gate.ward.records = [Stored()]
    client.post(GATE)
    run = CheckRun.objects.get()
    response = client.get(reverse("admin:pathways_run_impact", args=[run.pk]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    head, row = response.content.decode().splitlines()
    assert head == "Record,Kind,Intervention,From,To,Because of rules"
    assert row.startswith(f"{SOMEBODY},Draft,Intrathecal chemotherapy,")
    assert row.endswith("bleed-it-withhold")
    assert events("impact_downloaded") == 1


def test_no_cell_of_the_download_is_a_formula(cast: Cast, client: Client, release: Release, gate: Gate) -> None:
    stricter(cast)
    gate.ward.records = [Stored()]
    client.post(GATE)
    run = CheckRun.objects.get()
    run.report["impact"]["changes"][0]["kind"] = "=1+1"
    run.report["impact"]["changes"][0]["rules"] = ["@sum"]
    run.save(update_fields=["report"])
    response = client.get(reverse("admin:pathways_run_impact", args=[run.pk]))
    assert ",'=1+1," in response.content.decode()
    assert ",'@sum" in response.content.decode()


def test_a_check_without_impact_has_nothing_to_download(client: Client, release: Release) -> None:
    client.post("/admin/pathways/guidance/check/")
    run = CheckRun.objects.get()
    assert client.get(reverse("admin:pathways_run_impact", args=[run.pk])).status_code == 404
    assert events("impact_downloaded") == 0


def test_the_result_for_other_content_is_not_shown(cast: Cast, client: Client, release: Release, gate: Gate) -> None:
    gate.lines = (line(Level.WARNING, "review-date", "A pathway has no review date."),)
    client.post(GATE)
    assert "no review date" in page_of(client)
    approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    page = page_of(client)
    assert "The content has changed since this check." in page
    assert "no review date" not in page
    assert "disabled>Publish this release" in page


def test_who_may_do_what(cast: Cast, client: Client, client_of: ClientOf, release: Release, gate: Gate) -> None:
    gate.lines = (CHANGED,)
    client.post(GATE)
    for person in (cast.editor, cast.first_reviewer):
        page = page_of(client_of(person))
        assert "Publishing is for publishers." in page
    assert "Why this is right" in page_of(client_of(cast.first_reviewer))
    assert "Why this is right" not in page_of(client_of(cast.editor))
    assert accept(client_of(cast.editor), CASE, "Mine.").status_code == 403
    for person in (cast.consultant, cast.auditor):
        assert client_of(person).get(GATE).status_code == 403
    assert client_of(None).get(GATE).status_code == 302
    assert client.put(GATE).status_code == 405


def test_it_can_be_printed_and_signed(client: Client, release: Release) -> None:
    client.post(GATE)
    page = page_of(client)
    assert "css/review.css" in page
    assert "Name and role" in page
    assert "Printed " in page


def test_what_has_to_be_decided_stands_before_what_is_only_to_be_read(
    cast: Cast, client: Client, release: Release, gate: Gate
) -> None:
    stricter(cast)
    gate.ward.records = [Stored()]
    gate.lines = (
        CHANGED,
        line(Level.WARNING, "review-date", "A pathway has no review date."),
        line(Level.WARNING, "question-open", "A question is open.", standing=True),
        line(Level.PASSED, "wording-length", "All texts are short enough."),
    )
    client.post(GATE)
    page = page_of(client)
    ids = ("candidate", "run-head", "level-blocking", "impact", "approvals", "publish")
    places = [page.index(f'<h2 id="{name}"') for name in ids]
    places += [page.index(f'<details class="panel level-{level}"') for level in ("warning", "passed")]
    assert places == sorted(places)
    assert page.index("A pathway has no review date.") < page.index("1 that the release in force has as well")
    assert page.index("1 that the release in force has as well") < page.index("A question is open.")


def test_what_is_missing_is_said_part_by_part(client: Client, cast: Cast) -> None:
    shipped_release()
    version = Version.objects.get(part="pathways/safety")
    start_review(version, by=cast.first_reviewer)
    approve_version(version, by=cast.first_reviewer, seen_sha256=version.sha256, checklist=required_checklist(version))
    page = page_of(client)
    assert "What is missing (7 parts)" in page
    assert f"1 more approval. Approved so far by {cast.first_reviewer.display_name}." in page
    assert page.count("Two reviewers have to approve it. Nobody has begun.") == 6
    assert reverse("admin:pathways_review", args=[version.pk]) in page
