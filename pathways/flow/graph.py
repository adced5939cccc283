"""A pathway as questions, answers and endings: every way from the start to an ending is one alternative of one rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pathways.engine.conditions import Alternative, Condition, Operator, Term
from pathways.engine.release import Release
from pathways.engine.rules import Pathway, Rule
from pathways.engine.vocabulary import Derived, Vocabulary

# No intervention is called so: their codes have no hyphens.
URGENT_NOTES, GENERAL_NOTES = "urgent-notes", "general-notes"
NEGATIONS = (Operator.IS_NOT, Operator.IS_NONE_OF)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a rule says where all terms of one of its alternatives hold."""

    rule: str
    alternative: Alternative


@dataclass(frozen=True, slots=True)
class Branch:
    """An answer to a question: all `terms` test the question's finding."""

    terms: tuple[Term, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Question:
    finding: str
    branches: tuple[Branch, ...]


Step = Question | Ending


@dataclass(frozen=True, slots=True)
class Section:
    """All that a pathway says of one intervention; of none, its urgent or its general notes."""

    code: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """`scope` is asked before every section, and stands in no branch."""

    pathway: str
    scope: Condition
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which flow: told apart by the hash of the content alone, which is all that decides it."""

    sha256: str
    code: str
    release: Release = field(compare=False)


def flow_of(release: Release, pathway: Pathway) -> Flow:
    """Made once for each content and pathway."""
    return _flow(_Wanted(release.sha256, pathway.code, release))


@lru_cache(maxsize=64)
def _flow(wanted: _Wanted) -> Flow:
    release = wanted.release
    pathway = next(one for one in release.pathways if one.code == wanted.code)
    order = _order(release.vocabulary) | dict.fromkeys(pathway.scope.findings(), -1)
    merging = _Merging(release.vocabulary, order)
    sections: dict[str, list[Ending]] = {}
    for rule, alternatives in _said_by(release, pathway):
        endings = sections.setdefault(section_of(rule), [])
        endings += (Ending(rule.key, alternative) for alternative in alternatives)
    return Flow(
        pathway.code,
        pathway.scope,
        tuple(
            Section(code, merging.of([(ending, ending.alternative.terms) for ending in sections[code]]))
            for code in sorted(sections, key=_rank)
        ),
    )


def section_of(rule: Rule) -> str:
    return rule.intervention or (URGENT_NOTES if rule.urgent else GENERAL_NOTES)


def _rank(code: str) -> int:
    """Urgent notes come first and general notes last; sorting leaves the rest in the order of the content."""
    return {URGENT_NOTES: 0, GENERAL_NOTES: 2}.get(code, 1)


def _said_by(release: Release, pathway: Pathway) -> Iterator[tuple[Rule, tuple[Alternative, ...]]]:
    """The pathway's rules; each followed by the notes that accompany it, from whatever pathway, on the rule's ways."""
    accompanying = [rule for rule in release.rules.values() if rule.accompanies]
    for rule in pathway.rules:
        if not rule.accompanies:
            ways = rule.own_condition.alternatives
            yield rule, ways
            yield from ((note, ways) for note in accompanying if rule.key in note.accompanies)


def _order(vocabulary: Vocabulary) -> dict[str, int]:
    """The order of the form; what is derived stands where the first finding behind it stands."""
    position = dict(vocabulary.position)
    for code in vocabulary.derived:
        position[code] = min((vocabulary.position[behind] for behind in findings_behind(vocabulary, code)), default=0)
    return position


def findings_behind(vocabulary: Vocabulary, *codes: str) -> tuple[str, ...]:
    """The findings to record for these variables: themselves, or what they are derived from, in the form's order."""
    found: set[str] = set()
    for code in codes:
        variable = vocabulary.variable(code)
        if isinstance(variable, Derived):
            found.update(findings_behind(vocabulary, *variable.when.findings()))
        else:
            found.add(code)
    return vocabulary.in_order(found)


Open = tuple[Ending, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class _Merging:
    """Merges alternatives that ask the same: the question that most of them share is asked first.

    What is said or asked side by side is drawn the smallest first: what rules out or needs one answer, then the rest.

    Among questions that as many share, those of the pathway's scope come first, then the order of the form.
    """

    vocabulary: Vocabulary
    order: dict[str, int]

    def of(self, ways: Sequence[Open]) -> tuple[Step, ...]:
        steps: list[Step] = [ending for ending, terms in ways if not terms]
        rest = [(ending, terms) for ending, terms in ways if terms]
        while rest:
            finding = self.most_shared(rest)
            steps.append(self.question(finding, [way for way in rest if _asks(finding, way)]))
            rest = [way for way in rest if not _asks(finding, way)]
        return tuple(sorted(steps, key=size_of))

    def most_shared(self, ways: Iterable[Open]) -> str:
        shared = Counter(finding for _, terms in ways for finding in {term.finding for term in terms})
        return min(shared, key=lambda finding: (-shared[finding], self.order[finding], finding))

    def question(self, finding: str, ways: Sequence[Open]) -> Question:
        answers: dict[tuple[Term, ...], list[Open]] = {}
        for ending, terms in ways:
            asked = tuple(term for term in terms if term.finding == finding)
            others = tuple(term for term in terms if term.finding != finding)
            answers.setdefault(asked, []).append((ending, others))
        ordered = sorted(answers, key=lambda terms: [self.place(term) for term in terms])
        return Question(finding, tuple(Branch(terms, self.of(answers[terms])) for terms in ordered))

    def place(self, term: Term) -> tuple[bool, Decimal]:
        """In the order of the options, and of the numbers; "not" comes last."""
        if term.threshold is not None:
            return False, term.threshold
        options = self.vocabulary.variable(term.finding).option_codes()
        first = min(options.index(value) if value in options else len(options) for value in term.values)
        return term.operator in NEGATIONS, Decimal(first)


def size_of(step: Step) -> int:
    if isinstance(step, Ending):
        return 1
    return 1 + sum(size_of(following) for branch in step.branches for following in branch.steps)


def _asks(finding: str, way: Open) -> bool:
    return any(term.finding == finding for term in way[1])
