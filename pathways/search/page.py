"""The search page: the box, what was found and the filters over it, or why there is nothing to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pathways.presenters import NOTHING_APPROVED, NOTHING_LOADED
from pathways.search.entries import EntryKind
from pathways.search.query import Asked
from pathways.search.ranking import Ranked
from pathways.search.results import KIND_WORDS, Result, Sources, result_of
from pathways.selectors.releases import LoadedRelease
from pathways.selectors.search import search_content
from pathways.selectors.statuses import status_of_pathways, status_of_release
from pathways.services.search import Searched
from pathways.words import counted

MOST_SHOWN = 10
ALL = ""
SHOWN_OF_QUESTION = 200  # characters in a sentence about it


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page was asked for; `kind` and `pathway` narrow the results down."""

    question: str
    kind: str = ALL
    pathway: str = ALL

    @property
    def shortened(self) -> str:
        text = " ".join(self.question.split())
        return text if len(text) <= SHOWN_OF_QUESTION else f"{text[:SHOWN_OF_QUESTION]}…"


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`summary` is the heading of the results; `problem` says why nothing was searched for."""

    question: str
    summary: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    filters: tuple[Filter, ...] = ()
    results: tuple[Result, ...] = ()
    offers_question: bool = False
    not_in_force: str = ""


def empty_page(release: LoadedRelease | None, *, is_live: bool) -> SearchPage:
    return SearchPage("", not_in_force="" if release else nothing_in_force(is_live=is_live))


def nothing_in_force(*, is_live: bool) -> str:
    return NOTHING_APPROVED if is_live else NOTHING_LOADED


def search_page(wanted: Wanted, searched: Searched, *, is_live: bool) -> SearchPage:
    if searched.refused:
        return SearchPage(wanted.question, problem=refused_words(searched.refused))
    if searched.release is None:
        return SearchPage(wanted.question, not_in_force=nothing_in_force(is_live=is_live))
    if not wanted.question.strip():
        return SearchPage("", problem="Enter a question or some words to search for.")
    if not searched.found:
        summary = f"Nothing in the guidance in force matches “{wanted.shortened}”"
        return SearchPage(wanted.question, summary=summary, notes=notes_of(searched), offers_question=True)
    return found_page(wanted, searched)


def found_page(wanted: Wanted, searched: Searched) -> SearchPage:
    assert searched.release is not None  # noqa: S101 -- search_page shows another page then
    record = searched.release.record
    content = search_content(record.sha256)
    sources = Sources(searched.release.engine, status_of_pathways(record), status_of_release(record))
    chosen = [one for one in searched.found if is_wanted(one, wanted)]
    results = tuple(result_of(content.entry(one.candidate), searched.query, sources) for one in chosen[:MOST_SHOWN])
    return SearchPage(
        wanted.question,
        summary=summary_of(len(chosen), len(searched.found), wanted),
        notes=notes_of(searched),
        filters=filters_of(searched, wanted),
        results=results,
        offers_question=True,
    )


def refused_words(refused: str) -> str:
    return f"Do not enter patient details; {refused}. Nothing was searched for, and nothing of it is kept."


def is_wanted(one: Ranked, wanted: Wanted) -> bool:
    return wanted.kind in {ALL, one.candidate.kind} and wanted.pathway in {ALL, one.candidate.pathway}


def summary_of(chosen: int, found: int, wanted: Wanted) -> str:
    results = counted(chosen, "result")
    of_all = f", of {found} without the filter" if chosen != found else ""
    best = f". The best {MOST_SHOWN} are shown" if chosen > MOST_SHOWN else ""
    return f"{results} for “{wanted.shortened}”{of_all}{best}"


def notes_of(searched: Searched) -> tuple[str, ...]:
    notes = [f"“{one.written}” was read as “{one.read_as}”." for one in searched.query.corrections]
    if nowhere := [f"“{one.written}”" for one in searched.query.asked if not is_anywhere(one, searched)]:
        notes.append(f"Nowhere in the guidance: {', '.join(nowhere)}.")
    if searched.query.was_cut:
        notes.append("Only the beginning of the question was searched for.")
    return tuple(notes)


def is_anywhere(asked: Asked, searched: Searched) -> bool:
    """Safety: results for the other words must not look like an answer about this one."""
    known = search_content(searched.release.record.sha256).known if searched.release else frozenset()
    return any(known.issuperset(phrase.split()) for phrase, _ in asked.phrases)


def filters_of(searched: Searched, wanted: Wanted) -> tuple[Filter, ...]:
    """Of each filter the choices that have results, and the one that is chosen."""
    assert searched.release is not None  # noqa: S101 -- search_page shows another page then
    kinds = {kind.value: words for kind, words in KIND_WORDS.items()}
    pathways = {one.code: one.title for one in searched.release.engine.pathways}
    of_kinds = choices_of([one.candidate.kind for one in searched.found], kinds, wanted.kind)
    of_pathways = choices_of([one.candidate.pathway for one in searched.found], pathways, wanted.pathway)
    return (Filter("kind", "Show", of_kinds), Filter("pathway", "Pathway", of_pathways))


def choices_of(values: Sequence[str], labels: dict[str, str], chosen: str) -> tuple[Choice, ...]:
    counts = Counter(values)
    listed = [
        Choice(value, f"{label} ({counts[value]})", value == chosen)
        for value, label in labels.items()
        if counts[value] or value == chosen
    ]
    return (Choice(ALL, "All", chosen == ALL), *listed)


def known_kind(typed: str) -> str:
    return typed if typed in set(EntryKind) else ALL
