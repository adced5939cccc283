"""What deleting an entry would break: found by deleting it on a copy and reading the whole guidance again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pathways.admin.forms.names import Names
from pathways.admin.presenters.entry_names import code_of_entry, title_of_entry
from pathways.editing.entries import RULES, EntryKind, entry_kind, without
from pathways.editing.parts import PATHWAY_PREFIX, Document, joined, part_in_words, parts_of
from pathways.engine.cases import run_cases
from pathways.engine.problems import ContentProblems, Problem
from pathways.engine.release import Release, build_release

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Broken:
    """``part`` is where it is to be solved; empty for a case that fails, which stops publishing only."""

    where: str
    what: str
    part: str = ""


def breakage(candidate: Document, part: str, kind: EntryKind, identity: str) -> tuple[Broken, ...]:
    """The problems and failing cases that are not there now."""
    after = document_without(candidate, part, kind, identity)
    built_before, built_after = built(candidate), built(after)
    found = [*new_problems(built_before, built_after, after, identity)]
    if isinstance(built_before, Release):
        changed = built_after if isinstance(built_after, Release) else without_rule(built_before, kind, identity)
        found += newly_failing(built_before, changed) if changed else ()
    return tuple(dict.fromkeys(found))[:MOST_SHOWN]


def document_without(candidate: Document, part: str, kind: EntryKind, identity: str) -> Document:
    smaller = {**parts_of(candidate)}
    smaller[part] = without(smaller[part], kind, identity)
    return joined(str(candidate.get("title", "")), str(candidate.get("status", "")), smaller)


def without_rule(release: Release, kind: EntryKind, identity: str) -> Release | None:
    """The release as it would advise without a rule, although notes and statements still name it."""
    if kind != RULES:
        return None
    return replace(
        release,
        pathways=tuple(
            replace(pathway, rules=tuple(rule for rule in pathway.rules if rule.key != identity))
            for pathway in release.pathways
        ),
    )


def built(document: Document) -> Release | tuple[Problem, ...]:
    try:
        return build_release(document)
    except ContentProblems as error:
        return error.problems


def new_problems(
    before: Release | tuple[Problem, ...],
    after: Release | tuple[Problem, ...],
    document: Mapping[str, Any],
    identity: str,
) -> Iterator[Broken]:
    known = Counter(problem.message for problem in before) if isinstance(before, tuple) else Counter()
    for problem in after if isinstance(after, tuple) else ():
        if known[problem.message]:
            known[problem.message] -= 1
            continue
        yield Broken(where_of(problem, document), what_of(problem, identity), part_at(problem, document))


def part_at(problem: Problem, document: Mapping[str, Any]) -> str:
    match problem.path:
        case ("pathways", int(number), *_):
            return f"{PATHWAY_PREFIX}{document['pathways'][number].get('code')}"
        case (str(name), *_):
            return name
        case _:
            return ""


def what_of(problem: Problem, identity: str) -> str:
    """That the place names what is deleted; anything else in the words of the check."""
    field = next((step for step in reversed(problem.path) if isinstance(step, str)), "")
    if f"“{identity}”" in problem.message or f"`{identity}`" in problem.message:
        return f"names it under “{field.replace('_', ' ')}”"
    return problem.message


def problem_in_words(problem: Problem, document: Mapping[str, Any]) -> str:
    """The problem with its place as people call it, never with its path in the document."""
    line = f"line {problem.line}, column {problem.column}: " if problem.line is not None else ""
    return f"{where_of(problem, document)}: {line}{problem.message}"


def where_of(problem: Problem, document: Mapping[str, Any]) -> str:
    """The part, and the entry in its own words: "Initial treatment, Systemic therapy (init-systemic)"."""
    names = Names(document)
    match problem.path:
        case ("pathways", int(number), *rest):
            part = document["pathways"][number]
            name, title = f"{PATHWAY_PREFIX}{part.get('code')}", str(part.get("title") or part.get("code"))
        case (str(name), *rest) if isinstance(document.get(name), Mapping):
            part, title = document[name], part_in_words(name)
        case _:
            return "The guidance as a whole"
    entry = entry_at(name, part, rest, names)
    return f"{title}, {entry}" if entry else title


def entry_at(name: str, part: Mapping[str, Any], path: list[Any], names: Names) -> str:
    match path:
        case [str(listed), int(position), *_] if isinstance(part.get(listed), list) and position < len(part[listed]):
            kind, entry = entry_kind(name, listed), part[listed][position]
            return entry_in_words(kind, entry, names)
        case _:
            return ""


def entry_in_words(kind: EntryKind, entry: Mapping[str, Any], names: Names) -> str:
    words, code = title_of_entry(kind, entry, names), code_of_entry(kind, dict(entry))
    return f"“{words}” ({code})" if code and code != words else f"“{words}”"


def newly_failing(before: Release, after: Release) -> Iterator[Broken]:
    passed = {result.case.id for result in run_cases(before) if result.passed}
    for result in run_cases(after):
        if result.case.id in passed and not result.passed:
            words = result.fault or "; ".join(difference.text for difference in result.differences)
            yield Broken(f"Case “{result.case.title}”", words)
