"""Checks what the advice rests on: references that nothing cites, and rules that rest on secondary sources only."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.engine.evidence import Reference
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.gate.places import place_of_rule
from pathways.gate.report import Level, Line

SECONDARY_KINDS = ("article", "listed", "digest")


def check_citations(release: Release) -> Iterator[Line]:
    yield resolved_line(release)
    yield from never_cited(release)
    yield from (secondary_line(rule) for rule in release.rules.values() if rests_on_secondary(release, rule))


def resolved_line(release: Release) -> Line:
    count = sum(len(rule.references) for rule in release.rules.values())
    text = f"{count} citations of {len(release.rules)} rules lead to a reference that exists."
    return Line(Level.PASSED, "citation-missing", text)


def cited(release: Release) -> set[str]:
    evidence = release.evidence
    citing = (release.rules, evidence.statements, evidence.cautions, evidence.notes)
    return {key for group in citing for entry in group.values() for key in entry.references}


def never_cited(release: Release) -> Iterator[Line]:
    used = cited(release)
    for reference in release.evidence.references.values():
        if reference.key not in used:
            flaw = f" ({reference.problem.rstrip('.')})" if reference.problem else ""
            text = f"Reference {reference.key} is never cited{flaw}. Cite it where it counts, or remove it."
            yield Line(Level.WARNING, "reference-not-cited", text, "evidence", f"references/{reference.key}")


def is_secondary(reference: Reference) -> bool:
    return reference.kind in SECONDARY_KINDS or bool(reference.problem)


def rests_on_secondary(release: Release, rule: Rule) -> bool:
    references = release.evidence.references
    return all(is_secondary(references[key]) for key in rule.references)


def secondary_line(rule: Rule) -> Line:
    place = place_of_rule(rule)
    text = f"{rule.key} rests on secondary or flawed sources only. Add the primary source."
    return Line(Level.WARNING, "secondary-source-only", text, place.part, place.entry)
