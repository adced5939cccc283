"""Every content that differs from a given one by a single step: a dropped term, another operator, another option, …

Mutants are made of the engine's own objects, so that content the readers would refuse for other reasons is tried too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pathways.engine.conditions import COMPARISONS, Alternative, Condition, Operator, Term
from pathways.engine.release import Release
from pathways.engine.rules import Pathway, Rule
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Derived, Finding, Vocabulary

NEGATED = {
    Operator.IS: Operator.IS_NOT,
    Operator.IS_NOT: Operator.IS,
    Operator.IS_ANY_OF: Operator.IS_NONE_OF,
    Operator.IS_NONE_OF: Operator.IS_ANY_OF,
}
CHOSEN = tuple(NEGATED)


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    release: Release


def mutants(release: Release) -> Iterator[Mutant]:
    """All mutants of a release, each with a name that says what was changed where."""
    yield from rule_mutants(release)
    yield from scope_mutants(release)
    yield from asking_mutants(release)
    yield from currency_mutants(release)
    yield from derived_mutants(release)


# Terms and conditions


def term_mutants(term: Term, vocabulary: Vocabulary) -> Iterator[tuple[str, Term]]:
    if term.operator in COMPARISONS:
        yield from comparison_mutants(term, vocabulary)
        return
    yield f"{NEGATED[term.operator].value} instead", replace(term, operator=NEGATED[term.operator])
    codes = vocabulary.variable(term.finding).option_codes()
    if len(term.values) == 1:
        for code in codes:
            if code != term.values[0]:
                yield f"{code} instead of {term.values[0]}", replace(term, values=(code,))
                both = Operator.IS_ANY_OF if term.operator is Operator.IS else Operator.IS_NONE_OF
                yield f"{code} besides {term.values[0]}", replace(term, operator=both, values=(*term.values, code))
        return
    for code in codes:
        if code in term.values:
            yield f"without {code}", replace(term, values=tuple(one for one in term.values if one != code))
        elif len(term.values) + 1 < len(codes):
            yield f"{code} as well", replace(term, values=(*term.values, code))


def comparison_mutants(term: Term, vocabulary: Vocabulary) -> Iterator[tuple[str, Term]]:
    finding = vocabulary.findings[term.finding]
    for operator in COMPARISONS:
        if operator is not term.operator:
            yield f"{operator.value} instead", replace(term, operator=operator)
    for change in (finding.step or Decimal(1), -(finding.step or Decimal(1))):
        assert term.number is not None
        assert term.threshold is not None
        yield (
            f"{change:+} on the threshold",
            replace(term, number=term.number + change, threshold=term.threshold + change),
        )


def condition_mutants(condition: Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, Condition]]:
    """Without an alternative, without a term, with another term."""
    rows = condition.alternatives
    for place, row in enumerate(rows):
        if len(rows) > 1:
            yield f"without alternative “{row}”", Condition(rows[:place] + rows[place + 1 :])
        for position, term in enumerate(row.terms):
            before, after = row.terms[:position], row.terms[position + 1 :]
            yield f"without “{term}” in “{row}”", exchanged(rows, place, before + after)
            for change, other in term_mutants(term, vocabulary):
                yield f"{change} at “{term}” in “{row}”", exchanged(rows, place, (*before, other, *after))


def exchanged(rows: tuple[Alternative, ...], place: int, terms: tuple[Term, ...]) -> Condition:
    return Condition((*rows[:place], Alternative(terms), *rows[place + 1 :]))


# Rules and pathways


def rule_mutants(release: Release) -> Iterator[Mutant]:
    """Notes take no part in any verdict, so only the other rules are changed."""
    for rule in release.rules.values():
        if not rule.takes_part:
            continue
        pathway = next(one for one in release.pathways if one.code == rule.pathway)
        yield Mutant(f"{rule.key}: dropped", with_rule(release, rule.key, None))
        for stance in Stance:
            if stance is not rule.stance:
                changed = replace(rule, stance=stance)
                yield Mutant(f"{rule.key}: {stance.value} instead", with_rule(release, rule.key, changed))
        for change, own in condition_mutants(rule.own_condition, release.vocabulary):
            changed = replace(rule, own_condition=own, condition=pathway.scope.joined_with(own))
            yield Mutant(f"{rule.key}: {change}", with_rule(release, rule.key, changed))


def with_rule(release: Release, key: str, changed: Rule | None) -> Release:
    def kept(rules: Iterable[Rule]) -> tuple[Rule, ...]:
        exchanged = (changed if rule.key == key else rule for rule in rules)
        return tuple(rule for rule in exchanged if rule is not None)

    return with_pathways(release, (replace(one, rules=kept(one.rules)) for one in release.pathways))


def scope_mutants(release: Release) -> Iterator[Mutant]:
    for pathway in release.pathways:
        for change, scope in condition_mutants(pathway.scope, release.vocabulary):
            changed = replace(pathway, scope=scope, rules=tuple(rescoped(rule, scope) for rule in pathway.rules))
            pathways = (changed if one.code == pathway.code else one for one in release.pathways)
            yield Mutant(f"scope of {pathway.code}: {change}", with_pathways(release, pathways))


def rescoped(rule: Rule, scope: Condition) -> Rule:
    """An accompanying note keeps the condition of its rules; it has no say in a verdict."""
    return rule if rule.accompanies else replace(rule, condition=scope.joined_with(rule.own_condition))


def with_pathways(release: Release, pathways: Iterable[Pathway]) -> Release:
    return replace(release, pathways=tuple(pathways))


# Vocabulary


def asking_mutants(release: Release) -> Iterator[Mutant]:
    for finding in release.vocabulary.findings.values():
        if finding.asked_when is None:
            continue
        yield Mutant(f"{finding.code}: always asked", with_finding(release, replace(finding, asked_when=None)))
        for change, asked in condition_mutants(finding.asked_when, release.vocabulary):
            if not asked.is_always:
                changed = replace(finding, asked_when=asked)
                yield Mutant(f"{finding.code} asked when: {change}", with_finding(release, changed))


def currency_mutants(release: Release) -> Iterator[Mutant]:
    """Other limits of age, and other events that overtake."""
    for finding in release.vocabulary.findings.values():
        if finding.valid_days is not None:
            yield Mutant(f"{finding.code}: never too old", with_finding(release, replace(finding, valid_days=None)))
            for days in (finding.valid_days + 1, finding.valid_days - 1):
                changed = replace(finding, valid_days=days)
                yield Mutant(f"{finding.code}: valid for {days} days", with_finding(release, changed))
        for place, term in enumerate(finding.overtaken_by):
            before, after = finding.overtaken_by[:place], finding.overtaken_by[place + 1 :]
            changed = replace(finding, overtaken_by=before + after)
            yield Mutant(f"{finding.code}: not overtaken by “{term}”", with_finding(release, changed))
            for change, other in term_mutants(term, release.vocabulary):
                changed = replace(finding, overtaken_by=(*before, other, *after))
                yield Mutant(f"{finding.code} overtaken: {change} at “{term}”", with_finding(release, changed))


def with_finding(release: Release, changed: Finding) -> Release:
    findings = {**release.vocabulary.findings, changed.code: changed}
    return replace(
        release, vocabulary=Vocabulary(findings, release.vocabulary.derived, release.vocabulary.interventions)
    )


def derived_mutants(release: Release) -> Iterator[Mutant]:
    for derived in release.vocabulary.derived.values():
        swapped = replace(derived, value=derived.otherwise, otherwise=derived.value)
        yield Mutant(f"{derived.code}: values exchanged", with_derived(release, swapped))
        for change, when in condition_mutants(derived.when, release.vocabulary):
            yield Mutant(f"{derived.code}: {change}", with_derived(release, replace(derived, when=when)))


def with_derived(release: Release, changed: Derived) -> Release:
    derived = {**release.vocabulary.derived, changed.code: changed}
    vocabulary = release.vocabulary
    return replace(release, vocabulary=Vocabulary(vocabulary.findings, derived, vocabulary.interventions))
