"""The page of a version: where it stands, who changed what, its outline, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from pathways.admin.presenters.outline import Outline, field_in_words
from pathways.admin.presenters.steps import Stepper
from pathways.editing.entries import key_in_words
from pathways.models import Comment, Version
from pathways.moments import short_moment
from pathways.permissions import can_change, can_review, can_start
from pathways.states import VersionState
from pathways.words import fingerprint

DONE = ("changed", "added", "copied", "moved", "removed")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    when: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    text: str
    where: str
    signature: str
    resolved: str
    href: str
    resolve_href: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    title: str
    part: str
    number: int
    href: str
    state: str
    frozen: str
    stepper: Stepper
    fingerprint: str
    based_on: str
    note: str
    sha256: str
    outline: Outline
    history: tuple[HistoryLine, ...]
    comments: tuple[CommentLine, ...]
    comment_href: str
    can_change: bool
    submit_href: str
    discard_href: str
    start_href: str
    review_href: str
    differences_href: str
    cases_href: str
    rename_href: str
    newer_href: str
    newer: str


def version_page(
    version: Version,
    *,
    title: str,
    stepper: Stepper,
    outline: Outline,
    history: Iterable[HistoryLine],
    comments: Iterable[CommentLine],
    user: User,
    open_version: Version | None,
    in_force: bool,
) -> VersionPage:
    may_change = can_change(user, version)
    newer = open_version if open_version and open_version.number > version.number else None
    own = [version.pk]
    return VersionPage(
        title=title,
        part=version.part,
        number=version.number,
        href=reverse("admin:pathways_version", args=own),
        state=str(version.get_state_display()),
        frozen="" if may_change else why_frozen(version),
        stepper=stepper,
        fingerprint=fingerprint(version.sha256),
        based_on=f"Begun from version {version.based_on.number}" if version.based_on else "",
        note=version.note,
        sha256=version.sha256,
        outline=outline,
        history=tuple(history),
        comments=tuple(comments),
        comment_href=reverse("admin:pathways_comment_add", args=own),
        can_change=may_change,
        submit_href=reverse("admin:pathways_version_submit", args=own) if may_change else "",
        discard_href=reverse("admin:pathways_version_discard", args=own) if may_change else "",
        start_href=reverse("admin:pathways_part_start", args=[version.part]) if can_start(user, open_version) else "",
        review_href=reverse("admin:pathways_review", args=own) if can_review(user, version) else "",
        differences_href="" if in_force else reverse("admin:pathways_differences", args=own),
        cases_href=reverse("admin:pathways_cases", args=own),
        rename_href=reverse("admin:pathways_rename", args=own) if may_change and version.part == "vocabulary" else "",
        newer_href=reverse("admin:pathways_version", args=[newer.pk]) if newer else "",
        newer=f"Version {newer.number}, {str(newer.get_state_display()).lower()}" if newer else "",
    )


def why_frozen(version: Version) -> str:
    match VersionState(version.state):
        case VersionState.DRAFT:
            return "You can read and comment on this draft. Your role does not include changing it."
        case VersionState.SUBMITTED:
            return "The text is fixed. To change it, an editor starts a working version; reviewers then read that one."
        case VersionState.UNDER_REVIEW:
            return "The text is fixed while it is being reviewed. To change it, ask the reviewers to return it."
        case VersionState.DISCARDED:
            return "This version was discarded. It is kept to look at."
        case _:
            return "The text of this version is fixed. To change something, start a new version."


def history_of(events: Iterable[AuditEvent]) -> tuple[HistoryLine, ...]:
    return tuple(HistoryLine(short_moment(event.at), event.actor_name or "System", what_of(event)) for event in events)


def what_of(event: AuditEvent) -> str:
    """What was done to which entry, else the sentence of the log; with the reason where one was given."""
    after = event.after or {}
    done = [f"{word.capitalize()} {key_in_words(str(after[word]))}" for word in DONE if after.get(word)]
    words = [*(done or [event.sentence]), f"“{event.reason}”" if event.reason else ""]
    return ". ".join(word for word in words if word)


def comment_lines(comments: Iterable[Comment], version: Version, labels: dict[str, str]) -> tuple[CommentLine, ...]:
    return tuple(comment_line(comment, version, labels) for comment in comments)


def comment_line(comment: Comment, version: Version, labels: dict[str, str]) -> CommentLine:
    kind, _, identity = comment.entry.partition("/")
    where = labels.get(comment.entry, comment.entry) if comment.entry else "The part as a whole"
    is_known = bool(identity) and comment.entry in labels
    return CommentLine(
        text=comment.text,
        where=f"{where}, {field_in_words(version.part, comment.entry, comment.field)}" if comment.field else where,
        signature=f"{comment.by_name}, {short_moment(comment.at)}, on version {comment.version.number}",
        resolved=f"Resolved by {comment.resolved_by_name}" if comment.resolved_at else "",
        href=reverse("admin:pathways_entry", args=[version.pk, kind, identity]) if is_known else "",
        resolve_href=reverse("admin:pathways_comment_resolve", args=[version.pk, comment.pk]),
    )
