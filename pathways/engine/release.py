"""A release: the vocabulary, evidence and pathways in force together, read from one document and compiled once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pathways.engine.conditions import Condition, Term
from pathways.engine.evidence import Evidence
from pathways.engine.plain_text import check_text
from pathways.engine.problems import ProblemList
from pathways.engine.read_evidence import check_evidence, read_evidence
from pathways.engine.read_pathways import Shelf, read_pathways
from pathways.engine.read_safeguards import read_safeguards
from pathways.engine.read_vocabulary import evaluation_order, read_vocabulary
from pathways.engine.rules import Pathway, Rule
from pathways.engine.safeguards import Safeguards
from pathways.engine.terms import Known, compiled
from pathways.engine.truth import Truth
from pathways.engine.vocabulary import Vocabulary

FORMAT = 1


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """Alternatives as positions in the release's list of distinct terms, so that each term is evaluated once."""

    alternatives: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Release:
    """Content that is in force together. Immutable; ``sha256`` is the hash of its canonical document."""

    sha256: str
    title: str
    status: str
    vocabulary: Vocabulary
    evidence: Evidence
    pathways: tuple[Pathway, ...]
    safeguards: Safeguards = field(default_factory=Safeguards)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by key, in content order."""
        return rules_of(self.pathways)

    @cached_property
    def rules_of(self) -> dict[str, tuple[Rule, ...]]:
        """The rules that take a stance on each intervention."""
        return {
            code: tuple(rule for rule in self.rules.values() if rule.takes_part and rule.intervention == code)
            for code in self.vocabulary.interventions
        }

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Findings and derived findings, each after those it depends on."""
        return evaluation_order(self.vocabulary)

    @cached_property
    def terms(self) -> tuple[tuple[str, Callable[[Known], Truth]], ...]:
        """Every distinct term of the rules as (finding, function)."""
        return tuple((term.finding, compiled(term)) for term in self.term_positions)

    @cached_property
    def term_positions(self) -> dict[Term, int]:
        every = dict.fromkeys(term for rule in self.rules.values() for term in rule.condition.terms())
        return {term: position for position, term in enumerate(every)}

    @cached_property
    def compiled_rules(self) -> dict[str, CompiledCondition]:
        return {key: self.compile(rule.condition) for key, rule in self.rules.items()}

    def compile(self, condition: Condition) -> CompiledCondition:
        positions = self.term_positions
        return CompiledCondition(
            tuple(tuple(positions[term] for term in alternative.terms) for alternative in condition.alternatives)
        )

    @cached_property
    def redundant(self) -> frozenset[str]:
        """Rules that add nothing to what a verdict needs, because another, at least as strict, is less specific."""
        return frozenset(key for key, rule in self.rules.items() if rule.takes_part and self.adds_nothing(rule))

    def adds_nothing(self, rule: Rule) -> bool:
        return any(
            other is not rule
            and other.stance.strictness >= rule.stance.strictness
            and covers(other, rule)
            and not (covers(rule, other) and self.stands_before(rule, other))
            for other in self.rules_of[rule.intervention or ""]
        )

    def stands_before(self, rule: Rule, other: Rule) -> bool:
        """Of two rules that cover each other, the first in content order counts."""
        return rule.stance is other.stance and self.position[rule.key] < self.position[other.key]

    @cached_property
    def position(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.rules)}


def covers(general: Rule, specific: Rule) -> bool:
    """Whether each alternative of the specific rule holds all terms of one alternative of the general rule."""
    wide = [set(alternative.terms) for alternative in general.condition.alternatives]
    return all(
        any(terms <= set(alternative.terms) for terms in wide) for alternative in specific.condition.alternatives
    )


def canonical_json(document: Mapping[str, Any]) -> str:
    """One text per document: sorted keys, no spaces, no escapes for letters."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(document: Mapping[str, Any]) -> str:
    return hash_of(canonical_json(document))


def hash_of(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()


def build_release(document: Mapping[str, Any]) -> Release:
    """Read and check a release document; raises ContentProblems with everything that is wrong."""
    problems = ProblemList()
    canonical = canonical_json(document)
    check_text(document, canonical, problems)
    problems.raise_if_any()
    if document.get("format") != FORMAT:
        problems.add(("format",), f"This is not content of format {FORMAT}.")
    vocabulary = read_vocabulary(mapping(document, "vocabulary"), ("vocabulary",), problems)
    evidence = read_evidence(mapping(document, "evidence"), ("evidence",), vocabulary, problems)
    pathways = read_pathways(document, Shelf(vocabulary, evidence, problems))
    release = Release(
        sha256=hash_of(canonical),
        title=str(document.get("title", "")),
        status=str(document.get("status", "")),
        vocabulary=vocabulary,
        evidence=evidence,
        pathways=pathways,
        safeguards=read_safeguards(
            mapping(document, "safeguards"), ("safeguards",), vocabulary, rules_of(pathways), problems
        ),
    )
    check_evidence(
        mapping(document, "evidence"),
        ("evidence",),
        problems,
        evidence=evidence,
        vocabulary=vocabulary,
        rules=release.rules,
    )
    problems.raise_if_any()
    return release


def rules_of(pathways: tuple[Pathway, ...]) -> dict[str, Rule]:
    return {rule.key: rule for pathway in pathways for rule in pathway.rules}


def mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}
