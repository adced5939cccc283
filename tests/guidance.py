"""Versions, reviews and checks for tests, made through the services, so that no impossible state exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accounts.models import User
from audit.models import AuditEvent
from pathways.editing.entries import RULES, Entry, EntryKind, entry_hash, find_entry
from pathways.models import (
    Acceptance,
    Activation,
    Authorship,
    CheckRun,
    Comment,
    Release,
    Review,
    Version,
)
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.checks import IMPACT, impact_of
from pathways.selectors.reviews import required_checklist
from pathways.selectors.versions import open_version
from pathways.services.checks import accept, start_check
from pathways.services.publishing import publish
from pathways.services.reviews import approve_version, start_review
from pathways.services.versions import change_entry, start_version, submit_version
from pathways.states import CheckPurpose
from tests.cast import Cast

SAFETY = "pathways/safety"
RULE = "safe-it-pressure"


def document_of(version: Version) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(version.document)
    return document


def entry_of(version: Version, kind: EntryKind, identity: str) -> Entry:
    return find_entry(document_of(version), kind, identity)


def change(
    version: Version, by: User, changes: Mapping[str, Any], *, kind: EntryKind = RULES, identity: str = RULE
) -> Version:
    """Change some fields of an entry, as a form does that shows the present one."""
    entry = entry_of(Version.objects.get(pk=version.pk), kind, identity)
    return change_entry(
        version, by=by, kind=kind, identity=identity, entry={**entry, **changes}, seen=entry_hash(entry)
    )


def changed_draft(by: User, part: str = SAFETY, **changes: Any) -> Version:
    """A draft with one sentence of one rule changed."""
    wording = "Take it to the team first while the pressure is raised."
    return change(start_version(part, by=by), by, changes or {"professional": wording})


def submitted(by: User, part: str = SAFETY, **changes: Any) -> Version:
    draft = changed_draft(by, part, **changes)
    return submit_version(draft, by=by, note="Says it more plainly.", seen_sha256=draft.sha256)


def approved(version: Version, *reviewers: User) -> Version:
    for reviewer in reviewers:
        start_review(version, by=reviewer)
        version = approve_version(
            version, by=reviewer, seen_sha256=version.sha256, checklist=required_checklist(version)
        )
    return version


def approve_everything(cast: Cast, release: Release) -> None:
    """Two reviewers approve every part that is waiting for them."""
    for part in release.parts.all():
        waiting = open_version(part.part)
        if waiting is not None:
            approved(waiting, cast.first_reviewer, cast.second_reviewer)


def checked(by: User, purpose: CheckPurpose = CheckPurpose.PUBLISH) -> CheckRun:
    return start_check(purpose, by=by)


def published(cast: Cast, release: Release) -> Release:
    """The content of a release, approved part by part and published."""
    approve_everything(cast, release)
    run = checked(cast.publisher)
    if (impact_of(run) or {}).get("changed_verdicts"):
        accept(run, by=cast.publisher, subject=IMPACT, reason="As meant.")
    return publish(run, by=cast.publisher, note="Approved by the board.")


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=f"pathways.{action}").count()


def refused(refusal: Refusal, act: Callable[[], object]) -> NotAllowed:
    """The act is refused for this reason, and leaves neither a change nor an event behind."""
    before = everything_stored()
    with pytest.raises(NotAllowed) as caught:
        act()
    assert caught.value.refusal is refusal
    assert everything_stored() == before
    return caught.value


def everything_stored() -> list[object]:
    return [
        list(Version.objects.values_list("pk", "state", "sha256", "revision", "note")),
        *(model.objects.count() for model in (Authorship, Review, Acceptance, Release, Activation, CheckRun)),
        list(Comment.objects.values_list("pk", "text", "resolved_at")),
        AuditEvent.objects.count(),
    ]
