"""admin:pathways_check, run, run_cancel"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from pathways.editing.entries import RULES
from pathways.gate.report import Level
from pathways.models import CheckRun
from pathways.services.checks import start_check
from pathways.services.versions import start_version
from pathways.states import CheckPurpose
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import SAFETY, change, changed_draft, entry_of, events, submitted
from tests.pathways.admin.gates import Gate, installed, line

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db

CHECK = "/admin/pathways/guidance/check/"
NOT_YET = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(autouse=True)
def release(db: None) -> None:
    shipped_release()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return installed(monkeypatch)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.editor)


def waiting(cast: Cast) -> CheckRun:
    with override_settings(TASKS=NOT_YET):
        return start_check(CheckPurpose.WORKING, by=cast.editor)


def test_the_page_says_what_is_checked_together(cast: Cast, client: Client) -> None:
    version = submitted(cast.editor)
    page = client.get(CHECK).content.decode()
    assert "version 2, submitted" in page
    assert version.sha256[:12] in page
    assert "Start the check" in page


def test_blocking_lines_come_first_then_warnings_then_what_passed(client: Client, gate: Gate) -> None:
    gate.lines = (
        line(Level.PASSED, "wording-length", "All texts are short enough."),
        line(Level.WARNING, "review-date", "A pathway has no review date."),
        line(Level.BLOCKING, "case-failing", "A case fails."),
    )
    assert client.post(CHECK).status_code == 302
    page = client.get(CHECK).content.decode()
    assert "Finished: 1 blocking, 1 warning, 1 passed" in page
    assert "1 of 1 check proved by z3 9" in page
    positions = [page.index(text) for text in ("A case fails.", "no review date.", "All texts are short")]
    assert positions == sorted(positions)


def test_a_result_of_other_content_says_so(cast: Cast, client: Client, gate: Gate) -> None:
    client.post(CHECK)
    assert "The content has changed since this check." not in client.get(CHECK).content.decode()
    changed_draft(cast.editor)
    assert "The content has changed since this check." in client.get(CHECK).content.decode()


def test_a_broken_promise_is_shown_on_a_patient_in_words(cast: Cast, client: Client) -> None:
    """The real prover on the shipped content, with one demand dropped from one rule."""
    draft = start_version("pathways/intracranial-bleed", by=cast.editor)
    when = entry_of(draft, RULES, "bleed-it-resume")["when"]
    change(draft, cast.editor, {"when": when.replace(" and deposits is linear", "")}, identity="bleed-it-resume")
    client.post(CHECK)
    page = client.get(CHECK).content.decode()
    for words in (
        "This promise is not kept:",
        "A patient who shows it",
        "Intracranial bleeding: Resolved",
        "Nothing else is known of this patient.",
        "What the content advises for this patient",
        "Intrathecal chemotherapy: Not settled (consider)",
        "The rules that apply",
        "Not recorded of this patient: Leptomeningeal deposits on MRI.",
        "Make this a case",
        reverse("admin:pathways_entry", args=[draft.pk, "rules", "bleed-it-resume"]),
    ):
        assert words in page, words
    run = CheckRun.objects.get()
    index = next(number for number, one in enumerate(run.report["lines"]) if one["check"] == "promise-not-proved")
    assert reverse("admin:pathways_case_from_witness", args=[run.pk, index]) in page


def test_progress_is_a_fragment_that_ends_in_a_fresh_page(cast: Cast, client: Client, gate: Gate) -> None:
    run = waiting(cast)
    CheckRun.objects.filter(pk=run.pk).update(
        state="running", step="Proving promises", done=3, total=40, heartbeat_at=timezone.now()
    )
    address = reverse("admin:pathways_run", args=[run.pk])
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Proving promises (3 of 40)" in fragment
    assert 'value="3" max="40"' in fragment
    assert "<html" not in fragment
    assert fragment.strip() in client.get(address).content.decode()
    assert fragment.strip() in client.get(CHECK).content.decode()
    CheckRun.objects.filter(pk=run.pk).update(state="finished", finished_at=timezone.now())
    over = client.get(address, headers={"HX-Request": "true"})
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(address).content.decode()


def test_cancelling(cast: Cast, client: Client) -> None:
    run = waiting(cast)
    page = client.get(CHECK).content.decode()
    assert "Cancel the check" in page
    assert "Start the check" not in page
    assert client.post(reverse("admin:pathways_run_cancel", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert events("check_cancelled") == 1
    again = client.post(reverse("admin:pathways_run_cancel", args=[run.pk]))
    assert again.status_code == 409
    assert "This check is over already." in again.content.decode()


def test_a_check_of_which_nothing_is_heard_is_interrupted(cast: Cast, client: Client) -> None:
    run = waiting(cast)
    CheckRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(minutes=5))
    page = client.get(CHECK).content.decode()
    assert "Interrupted" in page
    assert "Check again" in page
    assert "hx-get" not in page


def test_a_check_that_stopped_says_why(cast: Cast, client: Client, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pathways.services.checks.running.check_document", fault)
    client.post(CHECK)
    page = client.get(CHECK).content.decode()
    assert "Stopped by a fault" in page
    assert "The check stopped by a fault of the application." in page


def test_an_older_run_can_be_read(client: Client, gate: Gate) -> None:
    gate.lines = (line(Level.WARNING, "review-date", "A pathway has no review date."),)
    client.post(CHECK)
    page = client.get(reverse("admin:pathways_run", args=[CheckRun.objects.get().pk])).content.decode()
    assert "Working versions" in page
    assert "no review date" in page


def test_what_the_content_says_is_text(client: Client, gate: Gate) -> None:
    gate.lines = (line(Level.BLOCKING, "content", "<script>alert(1)</script>"),)
    client.post(CHECK)
    assert "<script>alert" not in client.get(CHECK).content.decode()


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf) -> None:
    run = waiting(cast)
    for address in (CHECK, reverse("admin:pathways_run", args=[run.pk])):
        for person in (cast.first_reviewer, cast.publisher):
            assert client_of(person).get(address).status_code == 200
        for person in (cast.consultant, cast.auditor, cast.outsider):
            assert client_of(person).get(address).status_code == 403
        assert client_of(None).get(address).status_code == 302
    for name in ("run", "run_impact"):
        assert client.get(reverse(f"admin:pathways_{name}", args=[uuid4()])).status_code == 404
    assert client.post(reverse("admin:pathways_run_cancel", args=[uuid4()])).status_code == 404
    assert client.get(reverse("admin:pathways_run_cancel", args=[run.pk])).status_code == 405
    assert client.delete(CHECK).status_code == 405


def test_the_parts_of_a_run_are_those_of_then(cast: Cast, client: Client, gate: Gate) -> None:
    client.post(CHECK)
    changed_draft(cast.editor, SAFETY)
    page = client.get(reverse("admin:pathways_run", args=[CheckRun.objects.get().pk])).content.decode()
    assert "Safety, version 1" in page
