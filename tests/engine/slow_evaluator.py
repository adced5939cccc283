"""An independent, slow and obvious evaluator of plain release documents, to hold the engine to.

It knows three truths: True, False and None (unknown). It shares no code with the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from tests.engine.slow_conditions import SlowAlternative, SlowCondition, SlowTerm, exact, joined, read_condition

STRICTNESS = {"contraindicate": 6, "withhold": 5, "avoid": 4, "discuss": 3, "recommend": 2, "consider": 1, "note": 0}
PERMISSIVE = ("recommend", "consider")
RESULTS = {True: "applies", False: "does_not_apply", None: "unknown"}

SlowTruth = bool | None


class Nothing(Enum):
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


Value = str | Fraction | Nothing


@dataclass(frozen=True, slots=True)
class Recorded:
    value: str | Fraction
    day: date


def slow_all(truths: list[SlowTruth]) -> SlowTruth:
    if False in truths:
        return False
    return None if None in truths else True


def slow_any(truths: list[SlowTruth]) -> SlowTruth:
    if True in truths:
        return True
    return None if None in truths else False


class SlowEvaluation:
    """One patient under one release document."""

    def __init__(self, document: dict[str, Any], record: dict[str, Any]) -> None:
        self.document = document
        self.findings = {finding["code"]: finding for finding in document["vocabulary"]["findings"]}
        self.derived = {derived["code"]: derived for derived in document["vocabulary"].get("derived", [])}
        self.as_of = date.fromisoformat(record["as_of"])
        self.recorded = {
            code: self.read_answer(code, answer) for code, answer in record["findings"].items() if answer is not None
        }
        self.rules = [(pathway, rule) for pathway in document["pathways"] for rule in pathway["rules"]]
        self.conditions = {rule["key"]: self.condition_of(pathway, rule) for pathway, rule in self.rules}
        self.values: dict[str, Value] = {}

    # --- what was recorded -----------------------------------------------------------------------------------------

    def read_answer(self, code: str, answer: Any) -> Recorded:
        if not isinstance(answer, dict):
            answer = {"value": answer}
        day = date.fromisoformat(answer["observed_on"]) if "observed_on" in answer else self.as_of
        if self.findings[code]["kind"] != "number":
            return Recorded(answer["value"], day)
        return Recorded(exact(answer["value"]) * self.factor(code, answer.get("unit")), day)

    def factor(self, code: str, unit: str | None) -> Fraction:
        if unit is None:
            return Fraction(1)
        return next(exact(known["factor"]) for known in self.findings[code]["units"] if known["code"] == unit)

    def is_too_old(self, code: str) -> bool:
        limit = self.findings[code].get("valid_days")
        return limit is not None and (self.as_of - self.recorded[code].day).days > int(limit)

    def overturners(self, code: str) -> list[SlowTerm]:
        return [read_condition(text)[0][0] for text in self.findings[code].get("overtaken_by") or []]

    def is_overtaken(self, code: str) -> bool:
        for term in self.overturners(code):
            other = self.recorded.get(term.finding)
            if other is not None and other.day > self.recorded[code].day and self.term_on(term, other.value) is True:
                return True
        return False

    def unrecorded_overturners(self, code: str) -> list[str]:
        """What has to be recorded before an observation of an earlier day counts; an observation of today counts."""
        if self.recorded[code].day == self.as_of:
            return []
        return [term.finding for term in self.overturners(code) if term.finding not in self.recorded]

    def has_usable_answer(self, code: str) -> bool:
        """A recorded answer that is neither too old nor overtaken."""
        return code in self.recorded and not self.is_too_old(code) and not self.is_overtaken(code)

    # --- what counts today -----------------------------------------------------------------------------------------

    def asked(self, code: str) -> SlowTruth:
        return self.truth(self.asked_when(code))

    def asked_when(self, code: str) -> SlowCondition:
        return read_condition(self.findings[code].get("asked_when") or "always")

    def value(self, code: str) -> Value:
        if code not in self.values:
            self.values[code] = self.value_of_derived(code) if code in self.derived else self.value_of_finding(code)
        return self.values[code]

    def value_of_finding(self, code: str) -> Value:
        asked = self.asked(code)
        if asked is False:
            return Nothing.NOT_APPLICABLE
        if asked is None or not self.has_usable_answer(code) or self.unrecorded_overturners(code):
            return Nothing.UNKNOWN
        return self.recorded[code].value

    def value_of_derived(self, code: str) -> Value:
        derived = self.derived[code]
        truth = self.truth(read_condition(derived["when"]))
        if truth is None:
            return Nothing.UNKNOWN
        return str(derived["value"] if truth else derived["otherwise"])

    # --- conditions ------------------------------------------------------------------------------------------------

    def term_on(self, term: SlowTerm, value: Value) -> SlowTruth:
        if value is Nothing.UNKNOWN:
            return None
        if value is Nothing.NOT_APPLICABLE:
            return term.operator in ("is not", "is none of")
        if isinstance(value, Fraction):
            assert term.number is not None
            limit = term.number * self.factor(term.finding, term.unit)
            return {
                "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit,
            }[term.operator]  # fmt: skip
        return (value in term.values) == (term.operator in ("is", "is any of"))

    def term_truth(self, term: SlowTerm) -> SlowTruth:
        return self.term_on(term, self.value(term.finding))

    def alternative_truth(self, alternative: SlowAlternative) -> SlowTruth:
        return slow_all([self.term_truth(term) for term in alternative])

    def truth(self, condition: SlowCondition) -> SlowTruth:
        return slow_any([self.alternative_truth(alternative) for alternative in condition])

    def condition_of(self, pathway: dict[str, Any], rule: dict[str, Any]) -> SlowCondition:
        if rule.get("accompanies"):
            followed = [(other, one) for other, one in self.rules if one["key"] in rule["accompanies"]]
            return tuple(alternative for other, one in followed for alternative in self.condition_of(other, one))
        return joined(read_condition(pathway["scope"]), read_condition(rule["when"]))

    # --- verdicts --------------------------------------------------------------------------------------------------

    def arguing(self, intervention: str) -> list[dict[str, Any]]:
        """The rules that take part in the verdict, in content order."""
        return [rule for _, rule in self.rules if rule.get("intervention") == intervention and rule["stance"] != "note"]

    def rule_truth(self, rule: dict[str, Any]) -> SlowTruth:
        return self.truth(self.conditions[rule["key"]])

    def verdict(self, intervention: str) -> dict[str, Any]:
        applying = [rule for rule in self.arguing(intervention) if self.rule_truth(rule) is True]
        strictness = max((STRICTNESS[rule["stance"]] for rule in applying), default=0)
        governing = [rule for rule in applying if STRICTNESS[rule["stance"]] == strictness]
        waiting = [
            rule
            for rule in self.arguing(intervention)
            if self.rule_truth(rule) is None and STRICTNESS[rule["stance"]] > strictness
        ]
        return {
            "stance": governing[0]["stance"] if governing else None,
            "settled": not waiting,
            "needs": self.needs(intervention, waiting),
            "satisfied": bool(governing) and all(self.is_satisfied(rule) for rule in governing),
        }

    def is_satisfied(self, rule: dict[str, Any]) -> bool:
        if rule["stance"] not in PERMISSIVE or not rule.get("answers"):
            return False
        return not isinstance(self.value(rule["answers"]), Nothing)

    # --- what an unsettled verdict waits for -----------------------------------------------------------------------

    def needs(self, intervention: str, waiting: list[dict[str, Any]]) -> list[str]:
        codes: set[str] = set()
        for rule in waiting:
            if not self.adds_nothing(rule, self.arguing(intervention)):
                codes |= self.awaited_by(self.conditions[rule["key"]])
        return [code for code in self.findings if code in codes]

    def adds_nothing(self, rule: dict[str, Any], others: list[dict[str, Any]]) -> bool:
        for other in others:
            if other is rule or not self.covers(other, rule):
                continue
            if not self.covers(rule, other) or others.index(other) < others.index(rule):
                return True
        return False

    def covers(self, wide: dict[str, Any], narrow: dict[str, Any]) -> bool:
        if STRICTNESS[wide["stance"]] < STRICTNESS[narrow["stance"]]:
            return False
        return all(
            any(set(contained) <= set(alternative) for contained in self.conditions[wide["key"]])
            for alternative in self.conditions[narrow["key"]]
        )

    def awaited_by(self, condition: SlowCondition) -> set[str]:
        codes: set[str] = set()
        for alternative in condition:
            if self.alternative_truth(alternative) is not False:
                for term in alternative:
                    if self.value(term.finding) is Nothing.UNKNOWN:
                        codes |= self.awaited_for(term.finding)
        return codes

    def awaited_for(self, code: str) -> set[str]:
        """What has to be recorded before this unknown finding is known."""
        if code in self.derived:
            return self.awaited_by(read_condition(self.derived[code]["when"]))
        codes = self.awaited_by(self.asked_when(code)) if self.asked(code) is None else set()
        return codes | (set(self.unrecorded_overturners(code)) if self.has_usable_answer(code) else {code})

    # --- the answer ------------------------------------------------------------------------------------------------

    def not_current(self) -> dict[str, str]:
        """Every recorded finding that is not used; only the sentence about age is spelled out."""
        unused = [code for code in self.findings if code in self.recorded and isinstance(self.value(code), Nothing)]
        return {code: self.age_sentence(code) for code in unused}

    def age_sentence(self, code: str) -> str:
        if not self.is_too_old(code) or self.asked(code) is not True:
            return ""
        days = (self.as_of - self.recorded[code].day).days
        return f"observed {days} days ago, counts for {self.findings[code]['valid_days']}"


def evaluate_slowly(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """The output record of the evaluate command for one good input record, without the release's hash."""
    patient = SlowEvaluation(document, record)
    return {
        "id": record["id"],
        "verdicts": {one["code"]: patient.verdict(one["code"]) for one in document["vocabulary"]["interventions"]},
        "rules": {rule["key"]: RESULTS[patient.rule_truth(rule)] for _, rule in patient.rules},
        "not_current": patient.not_current(),
    }
