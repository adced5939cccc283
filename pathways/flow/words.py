"""The words of the diagram: answers on its lines, and what stands in its boxes."""

from __future__ import annotations

from collections.abc import Iterable

from pathways.advice_classes import DO, DO_NOT, OF_STANCE, URGENT, AdviceClass
from pathways.engine.conditions import Operator, Term
from pathways.engine.decimals import in_words
from pathways.engine.explain import condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Derived, Intervention, Vocabulary
from pathways.flow.graph import GENERAL_NOTES, NEGATIONS, URGENT_NOTES

LONGEST_NOTE = 150  # characters in a box; the whole wording stands in the list
SECTIONS = {URGENT_NOTES: "Urgent notes", GENERAL_NOTES: "General notes"}
NUMBERS = {
    Operator.LESS: "below {}",
    Operator.AT_MOST: "{} or less",
    Operator.MORE: "above {}",
    Operator.AT_LEAST: "{} or more",
}


def answer_in_words(terms: Iterable[Term], vocabulary: Vocabulary) -> str:
    """ "Nodular or Linear and nodular", "not None", "70 or more" """
    return " and ".join(_test(term, vocabulary) for term in terms)


def _test(term: Term, vocabulary: Vocabulary) -> str:
    if term.number is not None:
        unit = f"\N{NO-BREAK SPACE}{term.unit}" if term.unit else ""
        return NUMBERS[term.operator].format(f"{in_words(term.number)}{unit}")
    variable = vocabulary.variable(term.finding)
    listed = " or ".join(variable.label_of(value) for value in term.values)
    return f"not {listed}" if term.operator in NEGATIONS else listed


def section_title(release: Release, code: str) -> str:
    return SECTIONS.get(code) or release.vocabulary.interventions[code].label


def derivation(vocabulary: Vocabulary, code: str) -> str:
    """What a derived finding follows from; nothing for what is recorded itself."""
    derived = vocabulary.variable(code)
    if not isinstance(derived, Derived):
        return ""
    value, otherwise = derived.label_of(derived.value), derived.label_of(derived.otherwise)
    return f"{value} where {condition_in_words(derived.when, vocabulary)}; otherwise {otherwise}"


def advice_of(rule: Rule) -> AdviceClass:
    return URGENT if rule.urgent else OF_STANCE[rule.stance]


def titled(advice: AdviceClass, intervention: Intervention) -> str:
    """ "Do" and "Do not" are followed by what to do; the other words by the name of the intervention."""
    return intervention.action if advice in (DO, DO_NOT) else intervention.label


def rule_title(release: Release, rule: Rule) -> str:
    """What the rule is about.

    Safety: of a note nothing is quoted but the first words of an urgent one, because a dose or a figure without the
    sentences that limit it misleads. The whole wording stands in the list.
    """
    if rule.urgent:
        return beginning(rule.professional)
    about = release.vocabulary.interventions[rule.intervention] if rule.intervention else None
    if rule.takes_part and about is not None:
        return titled(advice_of(rule), about)
    return f"{about.label}, in full in the list below" if about is not None else "in full in the list below"


def beginning(text: str) -> str:
    """The first sentence, cut between words where it is long; that more follows is seen."""
    first, stop, more = text.partition(". ")
    if len(first) > LONGEST_NOTE:
        return f"{first[:LONGEST_NOTE].rpartition(' ')[0]} …"
    return f"{first}. …" if more else first + stop


def listed(labels: Iterable[str]) -> str:
    """ "CSF flow, Hydrocephalus and Ventricular device"; there is at least one."""
    *others, last = labels
    return f"{', '.join(others)} and {last}" if others else last
