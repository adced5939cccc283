"""Which other values a finding could still be observed with today, grouped as far as a verdict can tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pathways.engine.conditions import Term
from pathways.engine.cones import closed, cone_of_verdict, overtaking
from pathways.engine.currency import Status
from pathways.engine.decimals import in_words
from pathways.engine.evaluation import Evaluation
from pathways.engine.observations import Observation
from pathways.engine.regions import Region, every_term, number_regions, signature
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.engine.terms import Value, value_test
from pathways.engine.vocabulary import Finding, Kind, Vocabulary


@dataclass(frozen=True, slots=True)
class Change:
    """A finding observed today with one of ``values``, which all lead to the same verdict.

    ``region`` bounds a number, of which ``values`` then holds one example in the canonical unit.
    """

    finding: str
    values: tuple[Value, ...]
    region: Region | None = None


def narrowed(release: Release, intervention: str) -> Release:
    """The same release with only what decides one intervention's verdict: evaluates to that verdict, but faster."""
    codes = cone_of_verdict(release, intervention)
    kept = closed(release, codes | overtaking(release, codes))
    vocabulary = release.vocabulary
    pathways = (
        replace(pathway, rules=tuple(rule for rule in pathway.rules if decides(rule, intervention)))
        for pathway in release.pathways
    )
    return replace(
        release,
        vocabulary=Vocabulary(
            {code: finding for code, finding in vocabulary.findings.items() if code in kept},
            {code: derived for code, derived in vocabulary.derived.items() if code in kept},
            {intervention: vocabulary.interventions[intervention]},
        ),
        pathways=tuple(pathway for pathway in pathways if pathway.rules),
    )


def decides(rule: Rule, intervention: str) -> bool:
    return rule.takes_part and rule.intervention == intervention


def possible_changes(evaluation: Evaluation, narrow: Release, intervention: str) -> dict[str, tuple[Change, ...]]:
    """By finding, in vocabulary order, every value that could be observed today, the present one included."""
    terms: dict[str, list[Term]] = {}
    for term in every_term(narrow):
        terms.setdefault(term.finding, []).append(term)
    cone = cone_of_verdict(narrow, intervention)
    return {
        code: tuple(changes_of(finding, terms.get(code, []), evaluation.observations.get(code)))
        for code, finding in narrow.vocabulary.findings.items()
        if code in cone
    }


def changes_of(finding: Finding, terms: list[Term], observed: Observation | None) -> Iterator[Change]:
    if finding.kind is Kind.NUMBER:
        for region in number_regions((finding,), tuple(terms)):
            yield Change(finding.code, (region.value,), region)
        return
    alike: dict[object, list[Value]] = {}
    for value in finding.option_codes():
        if can_follow(finding, observed, value):
            alike.setdefault(signature(terms, value), []).append(value)
    for values in alike.values():
        yield Change(finding.code, tuple(values))


def can_follow(finding: Finding, observed: Observation | None, value: Value) -> bool:
    """Safety: a bleed that was present is never offered as "none" again, nor a completed event as not happened."""
    if observed is None:
        return True
    never_back = finding.cannot_return
    if never_back is not None and observed.value in never_back.before and value in never_back.after:
        return False
    return not (finding.event and finding.kind is Kind.YES_NO and observed.value == "yes" and value == "no")


def is_for_good(finding: Finding, observed: Observation | None, value: Value) -> bool:
    """A step of a known state that can never be taken back: a bleed in a patient who had none, a completed event."""
    if observed is None:
        return False
    never_back = finding.cannot_return
    enters = never_back is not None and observed.value not in never_back.before and value in never_back.before
    return enters or (finding.event and finding.kind is Kind.YES_NO and observed.value == "no" and value == "yes")


def is_as_now(evaluation: Evaluation, change: Change) -> bool:
    """Whether the verdict could not tell the changed finding from the present one, which still counts."""
    state = evaluation.findings[change.finding]
    if state.status is not Status.CURRENT or state.value is None:
        return False
    if change.region is None:
        return state.value in change.values
    return lies_in(change.region, state.value)


def lies_in(region: Region, value: Value) -> bool:
    if isinstance(value, str):
        return False
    over = region.low is None or value > region.low or (region.has_low and value == region.low)
    under = region.high is None or value < region.high or (region.has_high and value == region.high)
    return over and under


def with_changes(
    observations: Mapping[str, Observation], changes: Iterable[Change], vocabulary: Vocabulary, as_of: date
) -> dict[str, Observation]:
    """The observations as they would be, had every changed finding been observed today with its first value."""
    changed = {
        change.finding: observed_today(vocabulary.findings[change.finding], change.values[0], as_of)
        for change in changes
    }
    return followed_by(observations, changed, vocabulary, as_of)


def followed_by(
    observations: Mapping[str, Observation], changed: Mapping[str, Observation], vocabulary: Vocabulary, as_of: date
) -> dict[str, Observation]:
    """The changed findings come after everything that is recorded, also after what was recorded today.

    Safety: a bleed that is present today is not resolved before some later day, and by then the flow study of today
    has been overtaken. It is dated back, so that nobody reads that it need not be repeated. A verdict that is settled
    this way is the same where the study still counts.
    """
    merged = {**observations, **changed}
    of_today = (code for code, one in observations.items() if one.observed_on == as_of and code not in changed)
    for code in of_today:
        terms = vocabulary.findings[code].overtaken_by if code in vocabulary.findings else ()
        if any(overtakes(term, observations, changed) for term in terms):
            merged[code] = replace(observations[code], observed_on=as_of - timedelta(days=1))
    return merged


def overtakes(term: Term, observations: Mapping[str, Observation], changed: Mapping[str, Observation]) -> bool:
    later, before = changed.get(term.finding), observations.get(term.finding)
    if later is None or (before is not None and (before.value, before.observed_on) == (later.value, later.observed_on)):
        return False
    return value_test(term)(later.value)


def observed_today(finding: Finding, value: Value, as_of: date) -> Observation:
    if isinstance(value, str):
        return Observation(value, as_of, value)
    return Observation(value, as_of, in_words(value), finding.units[0].code if finding.units else None)
