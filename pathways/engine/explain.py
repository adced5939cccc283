"""Why: the terms behind a result, why a recorded finding is not used, and what would lift a verdict."""

from __future__ import annotations

from pathways.engine.conditions import Alternative, Condition, Operator, Term
from pathways.engine.currency import FindingState, Reason, Status
from pathways.engine.decimals import in_words
from pathways.engine.evaluation import Evaluation
from pathways.engine.rules import Rule
from pathways.engine.terms import compiled
from pathways.engine.truth import TRUE, UNKNOWN
from pathways.engine.vocabulary import Vocabulary

COMPARED = {
    Operator.LESS: "below",
    Operator.AT_MOST: "at most",
    Operator.MORE: "above",
    Operator.AT_LEAST: "at least",
}


def term_in_words(term: Term, vocabulary: Vocabulary) -> str:
    """A term as part of an English sentence: "CSF flow is Unobstructed"."""
    variable = vocabulary.variable(term.finding)
    if term.number is not None:
        unit = f"\N{NO-BREAK SPACE}{term.unit}" if term.unit else ""
        return f"{variable.label} is {COMPARED[term.operator]} {in_words(term.number)}{unit}"
    labels = [variable.label_of(value) for value in term.values]
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
    negated = term.operator in (Operator.IS_NOT, Operator.IS_NONE_OF)
    return f"{variable.label} is {'not ' if negated else ''}{listed}"


def alternative_in_words(alternative: Alternative, vocabulary: Vocabulary) -> str:
    return " and ".join(term_in_words(term, vocabulary) for term in alternative.terms) or "always"


def condition_in_words(condition: Condition, vocabulary: Vocabulary) -> str:
    return "; or ".join(alternative_in_words(alternative, vocabulary) for alternative in condition.alternatives)


def not_current(evaluation: Evaluation) -> dict[str, str]:
    """Every recorded finding that is not used, with the reason, in vocabulary order."""
    return {
        code: why_not_current(evaluation, evaluation.findings[code])
        for code in evaluation.release.vocabulary.findings
        if code in evaluation.observations and evaluation.findings[code].status is not Status.CURRENT
    }


def why_not_current(evaluation: Evaluation, state: FindingState) -> str:
    """One clause, without a full stop."""
    vocabulary = evaluation.release.vocabulary
    finding = vocabulary.findings[state.code]
    recorded = evaluation.recorded[state.code]
    others = " and ".join(vocabulary.findings[code].label for code in recorded.blocked_by)
    if recorded.fault is Reason.TOO_OLD and recorded.observation is not None:
        age = (evaluation.as_of - recorded.observation.observed_on).days
        return f"observed {age} {'day' if age == 1 else 'days'} ago, counts for {finding.valid_days}"
    if recorded.fault is Reason.OVERTAKEN:
        days = [evaluation.observations[code].observed_on for code in recorded.blocked_by]
        return f"older than {others} of {max(days).isoformat()}: repeat it"
    if recorded.fault is Reason.OVERTURNER_UNRECORDED:
        return f"dated before today and not known whether overtaken: record {others}"
    if finding.asked_when is None:
        return "not recorded"
    condition = condition_in_words(finding.asked_when, vocabulary)
    if state.reason is Reason.NOT_ASKED:
        return f"not used: asked only while {condition}"
    return f"not used until it is known whether {condition}"


def why_true(evaluation: Evaluation, rule: Rule) -> tuple[Term, ...]:
    """The terms of the alternatives that made a rule apply, in order, each once."""
    terms = [term for alternative in true_alternatives(evaluation, rule.condition) for term in alternative.terms]
    return tuple(dict.fromkeys(terms))


def why_unknown(evaluation: Evaluation, rule: Rule) -> tuple[str, ...]:
    """The findings whose recording would settle whether a rule applies, in vocabulary order."""
    if evaluation.rules[rule.key] is not UNKNOWN:
        return ()
    return evaluation.release.vocabulary.in_order(evaluation.awaited(rule.condition))


def true_alternatives(evaluation: Evaluation, condition: Condition) -> tuple[Alternative, ...]:
    """The alternatives that hold for this patient."""
    return tuple(
        alternative
        for alternative in condition.alternatives
        if all(compiled(term)(evaluation.known[term.finding]) is TRUE for term in alternative.terms)
    )


def lifting_changes(evaluation: Evaluation, intervention: str) -> tuple[tuple[Term, ...], ...]:
    """The smallest sets of terms that would have to become false to lift the governing stance.

    Each set breaks every alternative that made a governing rule apply; no set contains another. Terms of the
    vocabulary's ``cannot_return`` kind are included: whether a change is possible is for the reader to judge.
    """
    verdict = evaluation.verdicts[intervention]
    alternatives = [
        alternative.terms for rule in verdict.governing for alternative in true_alternatives(evaluation, rule.condition)
    ]
    if not alternatives or any(not terms for terms in alternatives):
        return ()
    smallest: set[frozenset[Term]] = {frozenset()}
    for terms in alternatives:
        ways = {way if way & set(terms) else way | {term} for way in smallest for term in terms}
        smallest = {way for way in ways if not any(other < way for other in ways)}
    order = {term: position for position, term in enumerate(evaluation.release.term_positions)}
    ordered = [tuple(sorted(way, key=order.__getitem__)) for way in smallest]
    return tuple(sorted(ordered, key=lambda way: (len(way), [order[term] for term in way])))
