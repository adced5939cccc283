"""What the diagram means for one evaluation: which endings it has reached, which wait, and what is said at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from pathways.advice_classes import DONE, NOT_SETTLED, PANEL_ORDER, AdviceClass, class_of
from pathways.engine.conditions import Alternative, Condition, Term
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.rules import Rule
from pathways.engine.stances import Stance
from pathways.engine.truth import FALSE, TRUE, UNKNOWN, Truth
from pathways.flow.words import advice_of, listed, rule_title, titled

NOT_KNOWN = "not known"


class Mark(Enum):
    """`NOBODY` where no patient is looked at."""

    TAKEN = "taken"
    WAITING = "waiting"
    REST = "rest"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class KnownValue:
    """ "Present" with its day; of what is derived, "Poor" with what it follows from."""

    text: str
    more: str = ""

    @property
    def words(self) -> str:
        return f"{self.text}, {self.more}" if self.more else self.text


@dataclass(frozen=True, slots=True)
class EndingWords:
    """`word` and `title` read as one: "Do give systemic therapy". `full` names every finding that is waited for."""

    mark: Mark
    advice: AdviceClass
    title: str
    tag: str = ""
    full: str = ""
    is_overruled: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` holds what is known of each variable; `page` is where the questions and the cards stand.

    A signed plan `has_form` no more: its page is linked to as a whole.
    """

    evaluation: Evaluation
    values: Mapping[str, KnownValue]
    page: str
    has_form: bool = True

    def truth(self, scope: Condition, terms: Iterable[Term]) -> Truth:
        return self.evaluation.truth_of(whole(scope, tuple(terms)))

    def test(self, terms: tuple[Term, ...]) -> Truth:
        return self.evaluation.truth_of(Condition((Alternative(terms),)))

    def awaited(self, scope: Condition, terms: tuple[Term, ...]) -> tuple[str, ...]:
        """The findings to record so that this way is known, in the order of the form."""
        release = self.evaluation.release
        return release.vocabulary.in_order(self.evaluation.awaited(whole(scope, terms)))

    def ending(self, rule: Rule, scope: Condition, terms: tuple[Term, ...]) -> EndingWords:
        truth = self.truth(scope, terms)
        plain = EndingWords(Mark.REST, advice_of(rule), rule_title(self.evaluation.release, rule))
        if truth is TRUE:
            return self._taken(rule, plain)
        if truth is FALSE:
            return plain
        if self.evaluation.rules[rule.key] is not UNKNOWN:
            already = "Applies already, by another way"
            return replace(plain, tag=already, full=already)
        return self._waiting(rule, plain, self.awaited(scope, terms))

    def _waiting(self, rule: Rule, plain: EndingWords, awaited: tuple[str, ...]) -> EndingWords:
        overruled = ""
        verdict = self._verdict(rule)
        if verdict and verdict.stance and rule.takes_part and verdict.stance.strictness > rule.stance.strictness:
            overruled = f"; would be overruled: {class_of(verdict).word}"
        short, full = (f"Waiting for {self._named(awaited, most)}{overruled}" for most in (2, len(awaited)))
        return EndingWords(Mark.WAITING, plain.advice, plain.title, short, full)

    def _taken(self, rule: Rule, plain: EndingWords) -> EndingWords:
        """Safety: what is not settled is never shown as "Do", and what is overruled never as advice."""
        verdict = self._verdict(rule)
        if verdict is None or (rule.stance is Stance.NOTE and not rule.accompanies):
            return _patient(plain.advice, plain.title, "This patient")
        if not ({rule.key} | set(rule.accompanies)) & {one.key for one in verdict.governing}:
            return _patient(plain.advice, plain.title, f"This patient, but overruled: {class_of(verdict).word}", True)
        if rule.stance is Stance.NOTE:
            return _patient(plain.advice, plain.title, "This patient")
        return self._governing(plain, verdict)

    def _governing(self, plain: EndingWords, verdict: Verdict) -> EndingWords:
        advice = class_of(verdict)
        intervention = self.evaluation.release.vocabulary.interventions[verdict.intervention]
        if advice is DONE:
            return _patient(advice, intervention.label, "This patient: done already, and still valid")
        if verdict.settled:
            return _patient(plain.advice, plain.title, "This patient")
        short, full = (f"waiting for {self._named(verdict.needs, most)}" for most in (2, len(verdict.needs)))
        if advice is NOT_SETTLED:
            so_far = f"This patient so far: {plain.advice.word.lower()}; not advice yet, "
            return EndingWords(Mark.TAKEN, advice, titled(advice, intervention), so_far + short, so_far + full)
        stricter = "This patient; could become stricter, "
        return EndingWords(Mark.TAKEN, plain.advice, plain.title, stricter + short, stricter + full)

    def _verdict(self, rule: Rule) -> Verdict | None:
        return self.evaluation.verdicts[rule.intervention] if rule.intervention else None

    def _named(self, codes: tuple[str, ...], most: int) -> str:
        findings = self.evaluation.release.vocabulary.findings
        labels = [findings[code].label for code in codes]
        return listed(labels) if len(labels) <= most else f"{', '.join(labels[:most])} and {len(labels) - most} more"

    def question_href(self, code: str) -> str:
        return f"{self.page}#question-{code}" if self.has_form else self.page

    def card_href(self, intervention: str | None) -> str:
        """The card, or the panel where there is no card to see."""
        if not self.has_form:
            return self.page
        has_card = intervention is not None and class_of(self.evaluation.verdicts[intervention]) in PANEL_ORDER
        return f"{self.page}#card-{intervention}" if has_card else f"{self.page}#recommendation-panel"


def _patient(advice: AdviceClass, title: str, words: str, is_overruled: bool = False) -> EndingWords:
    return EndingWords(Mark.TAKEN, advice, title, words, words, is_overruled)


def whole(scope: Condition, terms: tuple[Term, ...]) -> Condition:
    """A way with the pathway's scope before it."""
    return scope.joined_with(Condition((Alternative(terms),)))
