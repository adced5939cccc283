"""Decides whether every rule can have its say: not dead, not always overruled, not said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from pathways.engine.claims import AlternativeCounts, Applies, Separates
from pathways.engine.proofs import CheckKind, CheckResult
from pathways.engine.prover import Check, Prover, failed, passed
from pathways.engine.rules import Rule
from pathways.engine.truth import TRUE


def rule_checks(prover: Prover) -> Iterator[Check]:
    """Dead rules first: their examples tell most rules apart already."""
    rules = prover.release.rules.values()
    for rule in rules:
        yield Check(CheckKind.DEAD_RULE, rule.key, partial(dead, prover, rule))
    for rule in rules:
        if rule.takes_part:
            yield Check(CheckKind.OVERRULED, rule.key, partial(overruled, prover, rule))
    for rule in rules:
        if len(rule.condition.alternatives) > 1 and not rule.accompanies:
            yield Check(CheckKind.DEAD_ALTERNATIVE, rule.key, partial(dead_alternatives, prover, rule))
    for group in same_stance(prover):
        yield Check(CheckKind.REDUNDANT, group[0].key, partial(always_together, prover, group))


def dead(prover: Prover, rule: Rule) -> list[CheckResult]:
    if prover.applies_to_some(rule.key):
        return [passed(CheckKind.DEAD_RULE, rule.key, "There are patients to whom this rule applies.")]
    return [failed(CheckKind.DEAD_RULE, rule.key, "No patient can ever meet the conditions of this rule.")]


def overruled(prover: Prover, rule: Rule) -> list[CheckResult]:
    stricter = tuple(
        other.key
        for other in prover.release.rules_of[rule.intervention or ""]
        if other.stance.strictness > rule.stance.strictness
    )
    if prover.applies_to_some(rule.key, stricter):
        return [passed(CheckKind.OVERRULED, rule.key, "There are patients for whom no stricter rule overrules it.")]
    example = prover.example(Applies(rule.key), fewest=True)
    if example is None:
        return []  # Dead, which is said already.
    overruling = fewest_that_overrule(prover, rule, stricter)
    applying = tuple(key for key in overruling if example.evaluation.rules[key] is TRUE)
    witness = example.witness((rule.intervention or "",), (*applying, rule.key))
    text = "Every patient to whom this rule applies is also met by a stricter one, so that it never governs."
    return [failed(CheckKind.OVERRULED, rule.key, text, witness, overruling)]


def fewest_that_overrule(prover: Prover, rule: Rule, stricter: tuple[str, ...]) -> tuple[str, ...]:
    """Stricter rules of which none can be left out if together they are to overrule the rule always."""
    needed = stricter
    for key in stricter:
        fewer = tuple(other for other in needed if other != key)
        if not prover.applies_to_some(rule.key, fewer):
            needed = fewer
    return needed


def dead_alternatives(prover: Prover, rule: Rule) -> list[CheckResult]:
    alternatives = rule.condition.alternatives
    useless = []
    for alternative in alternatives:
        others = tuple(other for other in alternatives if other is not alternative)
        if not prover.exists(AlternativeCounts(alternative, others)):
            useless.append(str(alternative))
    if not useless:
        text = "For each alternative there are patients whom no other alternative covers."
        return [passed(CheckKind.DEAD_ALTERNATIVE, rule.key, text)]
    text = f"Never met, or never without another alternative: {'; '.join(useless)}."
    return [failed(CheckKind.DEAD_ALTERNATIVE, rule.key, text, others=tuple(useless))]


def same_stance(prover: Prover) -> list[list[Rule]]:
    """The rules that take the same stance on the same intervention, where there are several."""
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rules in prover.release.rules_of.values():
        for rule in rules:
            groups.setdefault((rule.intervention or "", rule.stance.value), []).append(rule)
    return [group for group in groups.values() if len(group) > 1]


def always_together(prover: Prover, rules: Iterable[Rule]) -> list[CheckResult]:
    """Rules that no patient tells apart; only those that no example has told apart yet are asked about."""
    alike: list[list[Rule]] = []
    for rule in rules:
        same = next((group for group in alike if not told_apart(prover, group[0], rule)), None)
        if same is None:
            alike.append([rule])
        else:
            same.append(rule)
    return [together(prover, group) for group in alike]


def told_apart(prover: Prover, one: Rule, other: Rule) -> bool:
    if prover.seen[one.key] != prover.seen[other.key]:
        return True
    return prover.exists(Separates((one.key, other.key)))


def together(prover: Prover, rules: list[Rule]) -> CheckResult:
    first, *others = rules
    keys = tuple(rule.key for rule in others)
    if not keys:
        text = "There are patients who tell it from every other rule of the same stance."
        return passed(CheckKind.REDUNDANT, first.key, text)
    example = prover.example(Applies(first.key), fewest=True)
    witness = example.witness((first.intervention or "",), (first.key, *keys)) if example else None
    text = f"Always applies together with {', '.join(keys)}, which takes the same stance."
    return failed(CheckKind.REDUNDANT, first.key, text, witness, keys)
