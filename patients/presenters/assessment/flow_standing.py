"""How one evaluation stands in the diagrams: the values beside the questions, and why a pathway has no way yet."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation
from pathways.engine.rules import Pathway
from pathways.engine.truth import FALSE, UNKNOWN
from pathways.engine.vocabulary import Derived, Finding
from pathways.flow import Mark, Reading, ShownFlow
from pathways.flow.graph import findings_behind
from pathways.flow.reading import NOT_KNOWN, KnownValue
from patients.dates import short_date
from patients.presenters.advice.facts import deciding_findings, value_now


@dataclass(frozen=True, slots=True)
class NoPath:
    """ "No path yet: answer CSF flow.", with the question behind `link`."""

    sentence: str
    link: str = ""
    href: str = ""


def known_values(evaluation: Evaluation) -> dict[str, KnownValue]:
    variables = evaluation.release.vocabulary.variables
    return {
        code: derived_value(evaluation, variable)
        if isinstance(variable, Derived)
        else found_value(evaluation, variable)
        for code, variable in variables.items()
    }


def found_value(evaluation: Evaluation, finding: Finding) -> KnownValue:
    state = evaluation.findings[finding.code]
    if state.status is Status.NOT_APPLICABLE:
        return KnownValue("does not apply")
    if state.value is None or state.observation is None:
        return KnownValue(NOT_KNOWN)
    return KnownValue(value_now(evaluation, finding), short_date(state.observation.observed_on))


def derived_value(evaluation: Evaluation, derived: Derived) -> KnownValue:
    """With what it follows from: "Poor", "from Karnofsky performance status (KPS): 50"."""
    value = evaluation.findings[derived.code].value
    if value is None:
        return KnownValue(NOT_KNOWN)
    vocabulary = evaluation.release.vocabulary
    behind = findings_behind(vocabulary, *deciding_findings(evaluation, derived))
    known = [(vocabulary.findings[code], found_value(evaluation, vocabulary.findings[code])) for code in behind]
    said = "; ".join(f"{finding.label}: {one.text}" for finding, one in known if one.text != NOT_KNOWN)
    return KnownValue(derived.label_of(value), f"from {said}" if said else "")


def no_path(flow: ShownFlow, pathway: Pathway, reading: Reading) -> NoPath | None:
    """None where this patient has a way through the pathway. What decides whether it applies at all is asked first."""
    if flow.endings(Mark.TAKEN):
        return None
    evaluation = reading.evaluation
    applies = reading.truth(pathway.scope, ())
    if applies is FALSE:
        scope = flow.start.label.removeprefix("Start: ")
        return NoPath(f"No path: this pathway does not apply. It is for patients where {scope}. {flow.start.patient}.")
    conditions = [rule.condition for rule in pathway.rules if evaluation.rules[rule.key] is UNKNOWN]
    waited = {
        code
        for condition in ([pathway.scope] if applies is UNKNOWN else conditions)
        for code in evaluation.awaited(condition)
    }
    ranked = [one.code for one in evaluation.missing if one.code in waited]
    first = next(iter(ranked or evaluation.release.vocabulary.in_order(waited)), None)
    if first is None:
        return NoPath("No path: everything that this pathway asks is answered, and none of its rules applies.")
    return NoPath(
        "No path yet: answer", evaluation.release.vocabulary.findings[first].label, reading.question_href(first)
    )
