"""The review of a version: every changed entry with its difference, its sources and its questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse

from pathways.admin.forms.names import Names
from pathways.admin.presenters.citations import Citation, citations_of
from pathways.admin.presenters.difference_fields import Sides
from pathways.admin.presenters.differences import (
    Base,
    CommentShown,
    EntryShown,
    anchor_of,
    comment_shown,
    entry_shown,
    version_line,
)
from pathways.admin.presenters.steps import Stepper, stepper
from pathways.editing.checklist import QUESTIONS, WHOLE_PART
from pathways.editing.differences import EntryDifference, differences_between
from pathways.editing.entries import KINDS_BY_NAME
from pathways.editing.parts import Document, part_in_words
from pathways.models import Comment, Review, Version
from pathways.moments import short_moment
from pathways.selectors.parts import document_of_version
from pathways.states import ReviewDecision, VersionState
from pathways.words import fingerprint

HEAD_TITLE = "Title and scope"
SEPARATOR = "|"  # between an entry and a question in the value of a tick box; neither holds one
Ticks = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class QuestionShown:
    code: str
    text: str
    value: str
    id: str
    ticked: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class EntryToReview:
    entry: EntryShown
    citations: tuple[Citation, ...]
    questions: tuple[QuestionShown, ...]


@dataclass(frozen=True, slots=True)
class GroupToReview:
    """The entries of one kind."""

    title: str
    anchor: str
    entries: tuple[EntryToReview, ...]


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A reviewer's decision on an exact text."""

    decision: str
    name: str
    role: str
    at: str
    fingerprint: str
    comment: str


@dataclass(frozen=True, slots=True)
class Fault:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A decision that was refused, so that nothing typed or ticked is lost."""

    ticks: Ticks = field(default_factory=dict)
    comment: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """``is_first``: nobody has approved this part yet, so it is read as a whole and compared with nothing."""

    title: str
    version: str
    against: str
    stepper: Stepper
    note: str
    authors: str
    whole: tuple[QuestionShown, ...]
    is_first: bool
    groups: tuple[GroupToReview, ...]
    comments: tuple[CommentShown, ...]
    decisions: tuple[DecisionShown, ...]
    sha256: str
    fingerprint: str
    why_not: str
    can_start: bool
    can_decide: bool
    attempt: Attempt
    href: str
    differences_href: str
    version_href: str

    @property
    def entry_count(self) -> int:
        return sum(len(group.entries) for group in self.groups)

    @property
    def question_count(self) -> int:
        return len(self.whole) + sum(len(entry.questions) for group in self.groups for entry in group.entries)


def review_page(
    version: Version,
    base: Base,
    candidate: Document,
    *,
    reviews: Sequence[Review],
    comments: Sequence[Comment],
    authors: Sequence[str],
    checklist: Mapping[str, Sequence[str]],
    why_not: str,
    attempt: Attempt,
    in_force: bool,
) -> ReviewPage:
    sides = Sides(Names(base.release), Names(candidate))
    differences = differences_between(base.document, document_of_version(version))
    entries = [
        EntryToReview(
            entry=entry_shown(one, version, sides, comments),
            citations=cited_by(one, sides),
            questions=questions_of(one.key, checklist, attempt),
        )
        for one in differences
    ]
    if is_first := WHOLE_PART in checklist:
        entries = [citing_once(one) for one in entries]
    under_review = version.state == VersionState.UNDER_REVIEW
    return ReviewPage(
        title=part_in_words(version.part, document_of_version(version)),
        version=version_line(version),
        against=base.label,
        stepper=stepper(version, reviews, in_force=in_force),
        note=version.note,
        authors=", ".join(authors) or "nobody here, it came from files",
        whole=questions_of(WHOLE_PART, checklist, attempt),
        is_first=is_first,
        groups=grouped(zip((one.kind_name for one in differences), entries, strict=True)),
        comments=tuple(comment_shown(one) for one in comments if not one.entry),
        decisions=tuple(decision_shown(review) for review in reviews),
        sha256=version.sha256,
        fingerprint=fingerprint(version.sha256),
        why_not=why_not if version.state in VersionState.open() else "",
        can_start=not why_not and version.state == VersionState.SUBMITTED,
        can_decide=not why_not and under_review,
        attempt=attempt,
        href=reverse("admin:pathways_review", args=[version.pk]),
        differences_href=reverse("admin:pathways_differences", args=[version.pk]),
        version_href=reverse("admin:pathways_version", args=[version.pk]),
    )


def grouped(entries: Iterable[tuple[str, EntryToReview]]) -> tuple[GroupToReview, ...]:
    by_kind: dict[str, list[EntryToReview]] = {}
    for kind_name, entry in entries:
        by_kind.setdefault(kind_name, []).append(entry)
    return tuple(
        GroupToReview(
            title=KINDS_BY_NAME[name].plural if name in KINDS_BY_NAME else HEAD_TITLE,
            anchor=f"group-{name}",
            entries=tuple(shown),
        )
        for name, shown in by_kind.items()
    )


def citing_once(one: EntryToReview) -> EntryToReview:
    """Where the whole is read, what an entry cites is listed once, with its sources."""
    fields = tuple(field for field in one.entry.fields if not (one.citations and field.keys))
    return replace(one, entry=replace(one.entry, fields=fields))


def cited_by(difference: EntryDifference, sides: Sides) -> tuple[Citation, ...]:
    if difference.after is not None:
        return citations_of(difference.after, sides.after)
    return citations_of(difference.before or {}, sides.before)


def questions_of(key: str, checklist: Mapping[str, Sequence[str]], attempt: Attempt) -> tuple[QuestionShown, ...]:
    ticked = attempt.ticks.get(key, ())
    return tuple(
        QuestionShown(
            code=code,
            text=QUESTIONS[code],
            value=f"{key}{SEPARATOR}{code}",
            id=f"{anchor_of(key)}-{code}",
            ticked=code in ticked,
            missing=bool(attempt.faults) and code not in ticked,
        )
        for code in checklist.get(key, ())
    )


def decision_shown(review: Review) -> DecisionShown:
    return DecisionShown(
        decision=ReviewDecision(review.decision).label,
        name=review.reviewer_name,
        role=review.reviewer_role,
        at=short_moment(review.at),
        fingerprint=fingerprint(review.sha256),
        comment=review.comment,
    )


def ticks_from(values: Sequence[str]) -> dict[str, list[str]]:
    """The tick boxes of the form as a checklist: per entry the questions that were ticked."""
    ticks: dict[str, list[str]] = {}
    for value in values:
        key, separator, code = value.rpartition(SEPARATOR)
        if separator and code in QUESTIONS:
            ticks.setdefault(key, []).append(code)
    return ticks


def open_questions(checklist: Mapping[str, Sequence[str]], ticks: Ticks) -> tuple[Fault, ...]:
    """Each question that is not ticked, with the way to it."""
    return tuple(
        Fault(f"{named(key)}: {QUESTIONS[code]}", f"#{anchor_of(key)}-{code}")
        for key, codes in checklist.items()
        for code in codes
        if code not in ticks.get(key, ())
    )


def named(key: str) -> str:
    if key == WHOLE_PART:
        return "The whole part"
    return key.partition("/")[2] or HEAD_TITLE
