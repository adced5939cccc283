"""What a changed condition does: which cases match it newly or no more, and all rules on an intervention as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pathways.engine.cases import RESULT_WORDS, evaluate_case
from pathways.engine.condition_language import ConditionError, parse
from pathways.engine.conditions import ALWAYS, Alternative, Condition
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import term_in_words
from pathways.engine.observations import BadFinding
from pathways.engine.records import RESULTS
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.engine.truth import TRUE, Truth
from pathways.engine.vocabulary import Vocabulary

ANY = "any"


# Cases


@dataclass(frozen=True, slots=True)
class ChangedMatch:
    """A case whose patient the rule treats differently; ``before`` and ``after`` are words such as "applies"."""

    case: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedMatches:
    """``unsettled`` are cases where only "not known yet" comes or goes, so that the rule applies in neither."""

    matching_newly: tuple[ChangedMatch, ...] = ()
    matching_no_more: tuple[ChangedMatch, ...] = ()
    unsettled: tuple[ChangedMatch, ...] = ()


def changed_matches(release: Release, pathway: str, *, old: str, new: str) -> ChangedMatches:
    """What changes when a rule of the pathway says ``new`` instead of ``old``; raises ConditionError for ``new``.

    An old text that cannot be read, such as the empty one of a new rule, applied to nobody.
    """
    after = in_scope(release, pathway, parse(new, release.vocabulary.variables))
    before = readable(release, pathway, old)
    newly: list[ChangedMatch] = []
    no_more: list[ChangedMatch] = []
    unsettled: list[ChangedMatch] = []
    for match, was, now in truths_of_cases(release, before, after):
        if was is now:
            continue
        (newly if now is TRUE else no_more if was is TRUE else unsettled).append(match)
    return ChangedMatches(tuple(newly), tuple(no_more), tuple(unsettled))


def readable(release: Release, pathway: str, text: str) -> Condition | None:
    try:
        return in_scope(release, pathway, parse(text, release.vocabulary.variables))
    except ConditionError:
        return None


def in_scope(release: Release, pathway: str, condition: Condition) -> Condition:
    """A rule's own condition with the scope of its pathway; a pathway that is new has none yet."""
    scope = next((one.scope for one in release.pathways if one.code == pathway), ALWAYS)
    return scope.joined_with(condition)


def truths_of_cases(
    release: Release, before: Condition | None, after: Condition
) -> Iterator[tuple[ChangedMatch, Truth, Truth]]:
    for case in release.safeguards.cases.values():
        try:
            evaluation = evaluate_case(release, case)
        except BadFinding:
            continue  # the case itself fails, and says so where cases are run
        was, now = truth_of(evaluation, before), evaluation.truth_of(after)
        yield ChangedMatch(case.id, case.title, in_words(was), in_words(now)), was, now


def truth_of(evaluation: Evaluation, condition: Condition | None) -> Truth:
    return evaluation.truth_of(condition) if condition is not None else Truth.FALSE


def in_words(truth: Truth) -> str:
    return RESULT_WORDS[RESULTS[truth]]


# The decision table


@dataclass(frozen=True, slots=True)
class Column:
    finding: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One alternative of a rule, with a cell per column; ``is_draft`` marks what is being edited."""

    rule: str
    pathway: str
    stance: str
    cells: tuple[str, ...]
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class DecisionTable:
    intervention: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule as it is being written; ``condition`` is its own, without the scope of the pathway."""

    key: str
    pathway: str
    stance: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class TableRule:
    key: str
    pathway: str
    stance: str
    condition: Condition
    is_draft: bool


def decision_table(release: Release, intervention: str, *, draft: DraftRule | None = None) -> DecisionTable:
    """The rules that take a stance on an intervention, one row per alternative; a draft replaces the rule it is of."""
    rules = list(table_rules(release, intervention, draft))
    used = {term.finding for rule in rules for term in rule.condition.terms()}
    columns = tuple(
        Column(code, variable.label) for code, variable in release.vocabulary.variables.items() if code in used
    )
    rows = tuple(
        Row(rule.key, rule.pathway, rule.stance, cells(alternative, columns, release.vocabulary), rule.is_draft)
        for rule in rules
        for alternative in rule.condition.alternatives
    )
    return DecisionTable(intervention, columns, rows)


def table_rules(release: Release, intervention: str, draft: DraftRule | None) -> Iterator[TableRule]:
    drafted = drafted_rule(release, draft) if draft else None
    existing = release.rules_of.get(intervention, ())
    for rule in existing:
        yield drafted if drafted and drafted.key == rule.key else table_rule(rule)
    if drafted and all(rule.key != drafted.key for rule in existing):
        yield drafted


def table_rule(rule: Rule) -> TableRule:
    return TableRule(rule.key, rule.pathway, rule.stance.value, rule.condition, is_draft=False)


def drafted_rule(release: Release, draft: DraftRule) -> TableRule:
    condition = in_scope(release, draft.pathway, draft.condition)
    return TableRule(draft.key, draft.pathway, draft.stance, condition, is_draft=True)


def cells(alternative: Alternative, columns: tuple[Column, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(cell(alternative, column, vocabulary) for column in columns)


def cell(alternative: Alternative, column: Column, vocabulary: Vocabulary) -> str:
    """The terms on one finding, without its name: "Unobstructed", "at least 50 and below 70"."""
    tests = [term_in_words(term, vocabulary) for term in alternative.terms if term.finding == column.finding]
    return " and ".join(test.removeprefix(f"{column.label} is ") for test in tests) or ANY
