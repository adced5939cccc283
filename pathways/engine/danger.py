"""Whether a changed release is dangerous: gives some patient milder or more certain advice than the original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pathways.engine.cones import closed
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.logic import Formula, Logic
from pathways.engine.proofs import CheckersDisagree, Witness
from pathways.engine.records import read_record
from pathways.engine.regions import regions_of
from pathways.engine.release import Release
from pathways.engine.search import OLDEST, Search, record_of
from pathways.engine.stances import Stance
from pathways.engine.symbolic import Anybody, Encoding
from pathways.engine.vocabulary import Finding

SECONDS = 20.0
LEVELS = tuple(sorted({stance.strictness for stance in Stance} - {0}))
PERMISSIVE = max(stance.strictness for stance in Stance if stance.is_permissive)


def milder_patient(
    original: Release,
    mutant: Release,
    *,
    interventions: Iterable[str] | None = None,
    even_if_stricter: bool = True,
    seconds: float = SECONDS,
    logic: Logic | None = None,
) -> Witness | None:
    """A patient for whom the mutant is dangerous, with as few recorded findings as possible, or None.

    The mutant is dangerous for a patient when on some intervention

    - its governing stance is less strict than the original's (no stance is the least strict of all), or
    - it recommends or considers where the original has no stance, or recommends where the original considers, or
    - its verdict is settled where the original's is not.

    The patient is any record, known and unknown findings with any days, that both releases can read; interventions
    and findings that only one of them has do not count. Only what differs is encoded, and days only where the limits of
    age or the overtaking of a finding differ: any other observation that is too old or overtaken is so for both, and
    reads like none. The witness names the interventions in danger and the rules that govern them, the original's
    first. Raises NotDecided after ``seconds``, and CheckersDisagree where evaluating the witness shows no danger.
    Whoever asks about many mutants, one after the other, may hand over one ``logic`` for all of them; ``interventions``
    are those asked about, without it all. Without ``even_if_stricter`` a verdict that is settled because it has become
    stricter is no danger.
    """
    asked = None if interventions is None else frozenset(interventions)
    differing = [code for code in differing_interventions(original, mutant) if asked is None or code in asked]
    if not differing:
        return None
    cone = cone_of_both(original, mutant, differing)
    aged = aged_findings(original, mutant, cone)
    regions = {code: cut for code, cut in regions_of((original, mutant)).items() if code in cone | aged}
    logic = logic or Logic()
    anybody = Anybody(logic, regions, aged & set(regions), OLDEST)
    before, after = (Encoding(release, logic, anybody) for release in (original, mutant))
    danger = logic.some(
        in_danger(logic, before, after, intervention, even_if_stricter=even_if_stricter) for intervention in differing
    )
    patient = Search(logic, anybody, seconds).fewest(danger)
    if patient is None:
        return None
    return confirmed(original, mutant, record_of(original, regions, patient))


def in_danger(logic: Logic, before: Encoding, after: Encoding, intervention: str, *, even_if_stricter: bool) -> Formula:
    strict_before = {level: before.at_least(intervention, level) for level in LEVELS}
    strict_after = {level: after.at_least(intervention, level) for level in LEVELS}
    milder = [logic.every([strict_before[level], logic.negation(strict_after[level])]) for level in LEVELS]
    not_restricted = logic.negation(strict_after[PERMISSIVE + 1])
    offered = [
        logic.every([strict_after[level], not_restricted, logic.negation(strict_before[level])])
        for level in LEVELS
        if level <= PERMISSIVE
    ]
    settled = [after.settled(intervention), logic.negation(before.settled(intervention))]
    if not even_if_stricter:
        stricter = (logic.every([strict_after[level], logic.negation(strict_before[level])]) for level in LEVELS)
        settled.append(logic.negation(logic.some(stricter)))
    return logic.some([*milder, *offered, logic.every(settled)])


def is_dangerous(before: Verdict, after: Verdict) -> bool:
    """The same of two verdicts on one patient."""
    milder = strictness(after) < strictness(before)
    offered = after.stance is not None and after.stance.is_permissive and strictness(after) > strictness(before)
    return milder or offered or (after.settled and not before.settled)


def strictness(verdict: Verdict) -> int:
    return verdict.stance.strictness if verdict.stance is not None else 0


def confirmed(original: Release, mutant: Release, record: Mapping[str, Any]) -> Witness:
    before, after = (evaluated(release, record) for release in (original, mutant))
    dangerous = tuple(
        code
        for code, verdict in before.verdicts.items()
        if code in after.verdicts and is_dangerous(verdict, after.verdicts[code])
    )
    if not dangerous:
        raise CheckersDisagree(f"The patient {record} is not in danger.")
    verdicts = [found.verdicts[code] for found in (before, after) for code in dangerous]
    rules = dict.fromkeys(rule.key for verdict in verdicts for rule in verdict.governing)
    return Witness(dict(record), dangerous, tuple(rules))


def evaluated(release: Release, record: Mapping[str, Any]) -> Evaluation:
    read = read_record(release, record)
    return evaluate(release, read.observations, read.as_of)


def differing_interventions(original: Release, mutant: Release) -> tuple[str, ...]:
    """The interventions whose rules, or anything their rules depend on, are not the same in both."""
    return tuple(
        code
        for code in original.vocabulary.interventions
        if code in mutant.vocabulary.interventions and meaning(original, code) != meaning(mutant, code)
    )


def meaning(release: Release, intervention: str) -> tuple[object, ...]:
    """All that decides the verdicts on an intervention."""
    rules = release.rules_of[intervention]
    codes = closed(release, {code for rule in rules for code in rule.condition.findings()})
    stances = frozenset((rule.stance, rule.condition) for rule in rules)
    return stances, frozenset(definition(release, code) for code in codes)


def definition(release: Release, code: str) -> tuple[object, ...]:
    variable = release.vocabulary.variable(code)
    if not isinstance(variable, Finding):
        return code, variable.value, variable.when, variable.otherwise
    values = (variable.option_codes(), variable.minimum, variable.maximum, variable.step)
    return code, variable.asked_when, variable.valid_days, variable.overtaken_by, values


def cone_of_both(original: Release, mutant: Release, interventions: Iterable[str]) -> frozenset[str]:
    found = frozenset[str]()
    for release in (original, mutant):
        rules = [rule for code in interventions for rule in release.rules_of[code]]
        found |= closed(release, {code for rule in rules for code in rule.condition.findings()})
    return found


def aged_findings(original: Release, mutant: Release, cone: frozenset[str]) -> frozenset[str]:
    """The findings in which the releases count days differently, and whatever may overtake these."""
    vocabularies = (original.vocabulary.findings, mutant.vocabulary.findings)
    waiting = [code for code in cone if len({counting(findings.get(code)) for findings in vocabularies}) > 1]
    found = set[str]()
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            known = (findings[code] for findings in vocabularies if code in findings)
            waiting.extend(term.finding for finding in known for term in finding.overtaken_by)
    return frozenset(found)


def counting(finding: Finding | None) -> tuple[object, ...]:
    return (finding.valid_days, frozenset(finding.overtaken_by)) if finding is not None else ()
