"""The list of the guidance: each part, what is in force of it, what is being worked on, and how its advice fares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from pathways.admin.presenters.answers import (
    AnswerLine,
    answer_lines,
    followed_words,
    most_frequent,
    rules_in,
)
from pathways.clinic import AnswersGiven
from pathways.dates import short_date
from pathways.editing.entries import KINDS, entries
from pathways.editing.parts import PartKind, kind_of
from pathways.models import Version
from pathways.permissions import can_review, can_start
from pathways.selectors.versions import PartRow
from pathways.states import VersionState

ANSWERED_DAYS = 90


@dataclass(frozen=True, slots=True)
class RowAction:
    """The next thing that an editor does with a part; starting to work on it is posted."""

    label: str
    href: str
    posts: bool


@dataclass(frozen=True, slots=True)
class GuidanceRow:
    title: str
    anchor: str
    kind_words: str
    in_force: str
    in_force_note: str
    working: str
    working_state: str
    working_note: str
    owner: str
    review_by: str
    is_overdue: bool
    questions: int
    comments: int
    answers: str
    reason: str
    answer_lines: tuple[AnswerLine, ...]
    open_href: str
    action: RowAction | None
    review_href: str


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """``next_steps`` say what is there to do for the person who looks."""

    pathways: tuple[GuidanceRow, ...]
    shared: tuple[GuidanceRow, ...]
    release: str
    next_steps: tuple[str, ...]
    can_edit: bool
    can_publish: bool
    has_answers: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the list shows of a part besides its documents."""

    comments: Mapping[str, int]
    answers: tuple[AnswersGiven, ...] | None  # None where no clinic is installed
    unanswered: frozenset[str]  # open questions without an answer
    labels: Mapping[str, str]  # of the interventions


def guidance_page(rows: Iterable[PartRow], said: Said, *, release: str, user: User, today: date) -> GuidancePage:
    shown = [(row.part, guidance_row(row, said, user=user, today=today)) for row in rows]
    return GuidancePage(
        pathways=tuple(row for part, row in shown if kind_of(part) is PartKind.PATHWAY),
        shared=tuple(row for part, row in shown if kind_of(part) is not PartKind.PATHWAY),
        release=release,
        next_steps=next_steps([row for _, row in shown], user),
        can_edit=user.has_perm(Permission.EDIT_CONTENT),
        can_publish=user.has_perm(Permission.PUBLISH_CONTENT),
        has_answers=said.answers is not None,
    )


def next_steps(rows: Sequence[GuidanceRow], user: User) -> tuple[str, ...]:
    steps = []
    if user.has_perm(Permission.EDIT_CONTENT):
        steps.append("To change something, start a working version of its part, or open its draft.")
    if user.has_perm(Permission.REVIEW_CONTENT):
        steps.append(waiting_for_review(sum(bool(row.review_href) for row in rows)))
    if user.has_perm(Permission.PUBLISH_CONTENT):
        steps.append("The publish gate shows what is ready, and what is missing.")
    return tuple(steps)


def waiting_for_review(count: int) -> str:
    match count:
        case 0:
            return "Nothing waits for your review."
        case 1:
            return "1 part waits for your review."
        case _:
            return f"{count} parts wait for your review."


def guidance_row(row: PartRow, said: Said, *, user: User, today: date) -> GuidanceRow:
    version, latest = row.open, row.open or row.approved
    lines = answer_lines(row.document, said.answers or (), said.labels)
    review_by = iso_day(row.document.get("review_by"))
    may_review = version is not None and can_review(user, version)
    return GuidanceRow(
        title=row.title,
        anchor=row.part.replace("/", "-"),
        kind_words=contents_of(row.part, row.document),
        in_force=in_force_words(row),
        in_force_note=not_approved(row),
        working=f"Version {version.number}" if version else "",
        working_state=state_words(version) if version else "Nothing is being worked on",
        working_note=worked_on(version) if version else waiting(row),
        owner=str(row.document.get("owner") or ""),
        review_by=review_words(review_by, today),
        is_overdue=review_by is not None and review_by < today,
        questions=len(open_questions(row, said)),
        comments=said.comments.get(row.part, 0),
        answers=followed_words(lines),
        reason=most_frequent(lines),
        answer_lines=lines,
        open_href=reverse("admin:pathways_version", args=[latest.pk]) if latest else "",
        action=row_action(row, user),
        review_href=reverse("admin:pathways_review", args=[latest.pk]) if latest and may_review else "",
    )


def row_action(row: PartRow, user: User) -> RowAction | None:
    version = row.open
    if version is not None and version.state == VersionState.DRAFT:
        return RowAction("Open the draft", reverse("admin:pathways_version", args=[version.pk]), posts=False)
    if can_start(user, version):
        return RowAction("Start a working version", reverse("admin:pathways_part_start", args=[row.part]), posts=True)
    return None


def contents_of(part: str, document: Mapping[str, Any]) -> str:
    """ "26 rules", or "38 findings, 4 derived findings, 17 interventions"."""
    counted = [(kind, len(entries(document, kind))) for kind in KINDS[kind_of(part)]]
    return ", ".join(
        f"{count} {kind.singular if count == 1 else kind.plural.lower()}" for kind, count in counted if count
    )


def in_force_words(row: PartRow) -> str:
    if row.in_force is None:
        return "Not in force yet"
    version = row.in_force.version
    return f"Version {version.number}" if version else "From files, not versioned"


def state_words(version: Version) -> str:
    return str(version.get_state_display())


def not_approved(row: PartRow) -> str:
    version = row.in_force.version if row.in_force else None
    is_approved = row.in_force is None or (version is not None and version.state == VersionState.APPROVED)
    return "" if is_approved else "For training only: not approved"


def worked_on(version: Version) -> str:
    if version.created_by_id is None:
        return (
            "Came from files, waits for two reviewers" if version.state == VersionState.SUBMITTED else "Came from files"
        )
    return f"{version.updated_by_name}, {short_date(timezone.localdate(version.updated_at))}"


def waiting(row: PartRow) -> str:
    """An approved version that is not in force waits for the publisher."""
    approved, in_force = row.approved, row.in_force
    if approved is None or (in_force and in_force.sha256 == approved.sha256):
        return ""
    return f"Version {approved.number} is approved and waits to be published"


def iso_day(written: Any) -> date | None:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def review_words(review_by: date | None, today: date) -> str:
    if review_by is None:
        return ""
    days = (today - review_by).days
    if days > 0:
        return f"{short_date(review_by)}: overdue by {days} {'day' if days == 1 else 'days'}"
    return short_date(review_by)


def open_questions(row: PartRow, said: Said) -> frozenset[str]:
    if row.part == "evidence":
        return said.unanswered
    named = [question for rule in rules_in(row.document) for question in texts(rule.get("questions"))]
    return frozenset(named) & said.unanswered


def texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
