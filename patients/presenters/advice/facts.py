"""The facts behind advice: a finding, its value and its day, each with a link to the question it answers."""

from dataclasses import dataclass
from decimal import Decimal

from pathways.engine.conditions import Term
from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import true_alternatives, why_true
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Derived, Finding
from patients.dates import short_date


@dataclass(frozen=True, slots=True)
class Fact:
    """ "Intracranial bleeding: Present", "14-Nov-2026", "#question-intracranial_bleed"."""

    code: str
    text: str
    day: str
    href: str
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str


def question_href(code: str) -> str:
    return f"#question-{code}"


def finding_link(evaluation: Evaluation, code: str) -> Link:
    return Link(evaluation.release.vocabulary.findings[code].label, question_href(code))


def facts_of_rules(evaluation: Evaluation, rules: tuple[Rule, ...]) -> tuple[Fact, ...]:
    """What made the rules apply, each fact once, in the order of the rules' terms."""
    facts: dict[str, Fact] = {}
    for rule in rules:
        for term in why_true(evaluation, rule):
            for fact in facts_of_term(evaluation, term):
                facts.setdefault(fact.code, fact)
    return tuple(facts.values())


def own_facts_of_rules(evaluation: Evaluation, rules: tuple[Rule, ...]) -> tuple[Fact, ...]:
    """The same without what only the pathways' scopes ask for, where anything else is left: for the closed card."""
    facts: dict[str, Fact] = {}
    for rule in rules:
        own = set(rule.own_condition.terms())
        for term in why_true(evaluation, rule):
            if term in own:
                for fact in facts_of_term(evaluation, term):
                    facts.setdefault(fact.code, fact)
    return tuple(facts.values()) or facts_of_rules(evaluation, rules)


def facts_of_term(evaluation: Evaluation, term: Term) -> tuple[Fact, ...]:
    return facts_of(evaluation, term.finding)


def facts_of(evaluation: Evaluation, code: str) -> tuple[Fact, ...]:
    """A finding's own fact; for a derived finding its value, followed by the facts that decided it."""
    variable = evaluation.release.vocabulary.variable(code)
    if isinstance(variable, Finding):
        return (fact_of_finding(evaluation, variable),)
    underlying = tuple(
        fact for finding in deciding_findings(evaluation, variable) for fact in facts_of(evaluation, finding)
    )
    state = evaluation.findings[code]
    text = f"{variable.label}: {variable.label_of(state.value) if state.value is not None else 'not known'}"
    return (Fact(code, text, "", underlying[0].href if underlying else ""), *underlying)


def fact_of_finding(evaluation: Evaluation, finding: Finding) -> Fact:
    state = evaluation.findings[finding.code]
    observed_on = state.observation.observed_on if state.observation else None
    day = short_date(observed_on, missing="")
    if state.status is Status.NOT_APPLICABLE:
        return Fact(finding.code, f"{finding.label}: does not apply", "", question_href(finding.code))
    text = f"{finding.label}: {value_now(evaluation, finding)}"
    return Fact(finding.code, text, day, question_href(finding.code), is_today=observed_on == evaluation.as_of)


def value_now(evaluation: Evaluation, finding: Finding) -> str:
    """The current value as it was entered, with the canonical unit beside a converted one."""
    state = evaluation.findings[finding.code]
    if state.value is None or state.observation is None:
        return "not known"
    observation = state.observation
    if not isinstance(state.value, Decimal) or observation.unit is None or observation.unit == finding.units[0].code:
        return finding.label_of(state.value)
    entered = f"{observation.entered}\N{NO-BREAK SPACE}{observation.unit}"
    return f"{entered} (converted: {converted(finding, state.value)})"


def converted(finding: Finding, value: Decimal) -> str:
    """A converted value without the zeros that only the conversion added."""
    whole = value.to_integral_value()
    return finding.label_of(whole if value == whole else value.normalize())


def deciding_findings(evaluation: Evaluation, derived: Derived) -> tuple[str, ...]:
    """The findings in the alternatives that hold; where none does, all of them decided it together."""
    holding = [term for alternative in true_alternatives(evaluation, derived.when) for term in alternative.terms]
    terms = holding or derived.when.terms()
    return tuple(dict.fromkeys(term.finding for term in terms))
