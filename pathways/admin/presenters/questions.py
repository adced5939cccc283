"""The content team's queue: what waits, problems first, and how a question becomes content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from pathways.admin.presenters.entry_names import shortened
from pathways.editing.entries import QUESTIONS, RULES
from pathways.editing.parts import PATHWAY_PREFIX
from pathways.engine.release import Release
from pathways.models import GuidanceQuestion, Version
from pathways.permissions import why_open
from pathways.search.questions_page import QuestionShown, question_shown
from pathways.search.results import title_of_rule
from pathways.selectors.versions import open_version
from pathways.states import VersionState
from pathways.words import counted

EVIDENCE = "evidence"
LONGEST_CHOICE = 110


@dataclass(frozen=True, slots=True)
class QueueRow:
    question: QuestionShown
    href: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    waiting: tuple[QueueRow, ...]
    over: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How an entry is come to: a link, or a button that first starts a working version of its part."""

    label: str
    href: str
    posts: bool


def queue_page(
    waiting: Iterable[GuidanceQuestion], over: Iterable[GuidanceQuestion], release: Release | None
) -> QueuePage:
    return QueuePage(tuple(row_of(one, release) for one in waiting), tuple(row_of(one, release) for one in over))


def row_of(question: GuidanceQuestion, release: Release | None) -> QueueRow:
    return QueueRow(question_shown(question, release), reverse("admin:pathways_question", args=[question.pk]))


def queue_words(waiting: int, problems: int) -> str:
    """Of the button on the list of the guidance."""
    reported = f", {counted(problems, 'problem')} reported" if problems else ""
    return f"Questions ({waiting}{reported})"


def ways_into_content(question: GuidanceQuestion, release: Release | None) -> tuple[Way, ...]:
    """To the rule that was asked about, and to a new open question for the board."""
    rule = release.rules.get(question.rule) if release else None
    ways = []
    if rule is not None:
        ways.append(way_to(f"{PATHWAY_PREFIX}{rule.pathway}", "the rule", "pathways_entry", RULES.name, rule.key))
    ways.append(way_to(EVIDENCE, "a new open question for the board", "pathways_entry_add", QUESTIONS.name))
    return tuple(ways)


def way_to(part: str, words: str, page: str, *place: str) -> Way:
    version = open_version(part)
    if version is not None and version.state == VersionState.DRAFT:
        return Way(f"Open {words} in the draft", address(page, version, *place), posts=False)
    if version is not None and why_open(version) is not None:
        return Way(f"See the version under review for {words}", address("pathways_version", version), posts=False)
    return Way(f"Start a working version for {words}", reverse("admin:pathways_part_start", args=[part]), posts=True)


def address(page: str, version: Version, *place: str) -> str:
    return reverse(f"admin:{page}", args=[version.pk, *place])


def entries_to_name(release: Release | None) -> tuple[tuple[str, str], ...]:
    """The entries in force that an answer may have led to."""
    if release is None:
        return ()
    rules = [
        (f"{RULES.name}/{rule.key}", shortened(title_of_rule(rule, release), LONGEST_CHOICE))
        for rule in release.rules.values()
    ]
    questions = [
        (f"{QUESTIONS.name}/{one.key}", shortened(f"Question for the board: {one.text}", LONGEST_CHOICE))
        for one in release.evidence.questions.values()
    ]
    return (*rules, *questions)
