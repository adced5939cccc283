"""Two people at once: one edit of an entry, approvals that both count, one release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from pathways import clinic
from pathways.editing.entries import RULES, entry_hash
from pathways.engine.proofs import CheckKind, CheckResult, Proof
from pathways.engine.release import content_hash
from pathways.gate.report import Report
from pathways.models import Activation, Release, Version
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.reviews import required_checklist
from pathways.selectors.versions import open_version
from pathways.services.checks import running as running_module
from pathways.services.checks import start_check
from pathways.services.publishing import publish
from pathways.services.reviews import approve_version, start_review
from pathways.services.versions import EditConflict, change_entry, start_version, submit_version
from pathways.states import CheckPurpose, VersionState
from tests.cast import Cast, make_cast
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, approve_everything, change, entry_of, events, submitted

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


class EmptyWard:
    def count_records(self) -> int:
        return 0

    def stored_records(self) -> Iterator[object]:
        return iter(())


@pytest.fixture(autouse=True)
def clock() -> None:
    """The real one: threads and a frozen clock do not go together."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def release(cast: Cast) -> Release:
    return shipped_release()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or was refused with; they begin at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except (NotAllowed, EditConflict) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def refusals_in(answers: list[Any]) -> list[Refusal]:
    return [answer.refusal for answer in answers if isinstance(answer, NotAllowed)]


def test_only_one_draft_is_started(cast: Cast, release: Release) -> None:
    people = [fresh(cast.editor) for _ in range(PEOPLE)]
    answers = together(*(partial(start_version, SAFETY, by=by) for by in people))
    assert refusals_in(answers) == [Refusal.DRAFT_EXISTS] * (PEOPLE - 1)
    assert Version.objects.filter(part=SAFETY, state=VersionState.DRAFT).count() == 1


def test_nobody_overwrites_an_edit_of_the_same_entry(cast: Cast, release: Release) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    people = [fresh(cast.editor) for _ in range(PEOPLE)]
    texts = [f"Take it to the team, {number}." for number in range(PEOPLE)]
    seen = entry_of(draft, RULES, RULE)
    answers = together(*(partial(change_seen, draft, by, seen, text) for by, text in zip(people, texts, strict=True)))
    saved = [text for text, answer in zip(texts, answers, strict=True) if isinstance(answer, Version)]
    assert sum(isinstance(answer, EditConflict) for answer in answers) == PEOPLE - 1
    draft.refresh_from_db()
    assert [entry_of(draft, RULES, RULE)["professional"]] == saved
    assert (draft.revision, events("version_changed")) == (2, 1)


def change_seen(draft: Version, by: User, seen: dict[str, Any], text: str) -> Version:
    entry = {**seen, "professional": text}
    return change_entry(draft, by=by, kind=RULES, identity=RULE, entry=entry, seen=entry_hash(seen))


def test_what_is_submitted_is_what_was_read(cast: Cast, release: Release) -> None:
    draft = change(start_version(SAFETY, by=cast.editor), cast.editor, {"professional": "Take it to the team."})
    one, other = fresh(cast.editor), fresh(cast.editor)
    together(
        partial(submit_version, draft, by=one, note="Plainer.", seen_sha256=draft.sha256),
        partial(change, draft, other, {"professional": "Something that nobody read."}),
    )
    now = Version.objects.get(pk=draft.pk)
    assert (now.state == VersionState.SUBMITTED) == (now.sha256 == draft.sha256)


def test_two_approvals_at_once_both_count(cast: Cast, release: Release) -> None:
    version = start_review(submitted(cast.editor), by=cast.first_reviewer)
    ticked = required_checklist(version)
    reviewers = [fresh(cast.first_reviewer), fresh(cast.second_reviewer)]
    answers = together(
        *(partial(approve_version, version, by=by, seen_sha256=version.sha256, checklist=ticked) for by in reviewers)
    )
    assert refusals_in(answers) == []
    version.refresh_from_db()
    assert (version.state, version.reviews.count()) == (VersionState.APPROVED, 2)


def test_one_reviewer_at_two_windows_counts_once(cast: Cast, release: Release) -> None:
    version = start_review(submitted(cast.editor), by=cast.first_reviewer)
    ticked = required_checklist(version)
    windows = [fresh(cast.first_reviewer) for _ in range(PEOPLE)]
    answers = together(
        *(partial(approve_version, version, by=by, seen_sha256=version.sha256, checklist=ticked) for by in windows)
    )
    assert refusals_in(answers) == [Refusal.ALREADY_REVIEWED] * (PEOPLE - 1)
    version.refresh_from_db()
    assert (version.state, version.reviews.count()) == (VersionState.UNDER_REVIEW, 1)


def test_what_reviewers_read_is_not_taken_from_under_them(cast: Cast, release: Release) -> None:
    version = submitted(cast.editor)
    reviewer, editor = fresh(cast.first_reviewer), fresh(cast.editor)
    answers = together(partial(start_review, version, by=reviewer), partial(start_version, SAFETY, by=editor))
    assert len(refusals_in(answers)) == 1
    now = open_version(SAFETY)
    assert now is not None
    assert (now.pk == version.pk) == (now.state == VersionState.UNDER_REVIEW)


def test_a_release_is_published_once(cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    def check_document(document: dict[str, Any], **_options: Any) -> Report:
        sha256 = content_hash(document)
        result = CheckResult(CheckKind.PROMISE, "p1", True, True, "Never while bleeding.")
        return Report(sha256, (), (), Proof(sha256, "z3 9", (result,), 1.0, 1))

    monkeypatch.setattr(running_module, "check_document", check_document)
    monkeypatch.setattr(clinic, "_registered", [EmptyWard()])
    approve_everything(cast, release)
    run = start_check(CheckPurpose.PUBLISH, by=cast.publisher)
    publishers = [fresh(cast.publisher) for _ in range(PEOPLE)]
    answers = together(*(partial(publish, run, by=by, note="Approved.") for by in publishers))
    assert refusals_in(answers) == [Refusal.CANNOT_PUBLISH] * (PEOPLE - 1)
    assert (Release.objects.count(), Activation.objects.count(), events("release_published")) == (2, 2, 1)
