"""A draft made ready to evaluate although some of its rules cannot be read yet, as no rule just begun can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.admin.breakage import built, entry_in_words, problem_in_words
from pathways.admin.forms.names import Names
from pathways.editing.entries import RULES
from pathways.editing.parts import PATHWAY_PREFIX, Document
from pathways.engine.documents import parts
from pathways.engine.problems import Problem
from pathways.engine.read_evidence import SCREENS
from pathways.engine.release import Release

ANY_CARRIER = f"screen:{SCREENS[0]}"


@dataclass(frozen=True, slots=True)
class Evaluable:
    """``left_out`` are the faulty rules in words; without a release, ``why_not`` says what stands in the way first."""

    release: Release | None
    left_out: tuple[str, ...] = ()
    why_not: str = ""


def evaluable(document: Document, part: str, asked: str) -> Evaluable:
    """Without the rules of the part that have a fault; the one asked about is judged as it stands in the form."""
    left, names = for_evaluation(document), Names(document)
    left_out: list[Mapping[str, Any]] = []
    release = built(left)
    while not isinstance(release, Release):
        positions = faulty_rules(left, part, release)
        if not positions:
            return Evaluable(None, why_not=problem_in_words(release[0], left))
        left, removed = without_rules(left, part, positions)
        left_out += removed
        release = built(left)
    return Evaluable(
        release, tuple(entry_in_words(RULES, rule, names) for rule in left_out if rule.get("key") != asked)
    )


def for_evaluation(document: Document) -> Document:
    """Test patients without what is expected of them, and nothing that names rules: no verdict depends on either."""
    evidence, safeguards = document.get("evidence"), document.get("safeguards")
    smaller = dict(document)
    if isinstance(evidence, Mapping):
        carried = {name: carried_anyhow(evidence, name) for name in ("statements", "hazards") if name in evidence}
        smaller["evidence"] = {**evidence, **carried}
    if isinstance(safeguards, Mapping):
        cases = [{**case, "expect": {}, "expect_rules": {}} for case in parts(safeguards, "cases")]
        smaller["safeguards"] = {"cases": cases}
    return smaller


def carried_anyhow(evidence: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [{**entry, "carried_by": [ANY_CARRIER]} for entry in parts(evidence, name)]


def faulty_rules(document: Document, part: str, problems: Iterable[Problem]) -> frozenset[int]:
    """Their positions in the part."""
    found = set()
    for problem in problems:
        match problem.path:
            case ("pathways", int(number), "rules", int(position), *_):
                if part_of(parts(document, "pathways")[number]) == part:
                    found.add(position)
    return frozenset(found)


def without_rules(document: Document, part: str, positions: frozenset[int]) -> tuple[Document, list[Mapping[str, Any]]]:
    pathways, removed = [], []
    for pathway in parts(document, "pathways"):
        rules = parts(pathway, "rules") if part_of(pathway) == part else []
        removed += [rule for place, rule in enumerate(rules) if place in positions]
        kept = [rule for place, rule in enumerate(rules) if place not in positions]
        pathways.append({**pathway, "rules": kept} if part_of(pathway) == part else pathway)
    return {**document, "pathways": pathways}, removed


def part_of(pathway: Mapping[str, Any]) -> str:
    return f"{PATHWAY_PREFIX}{pathway.get('code')}"
