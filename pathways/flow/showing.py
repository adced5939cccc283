"""Makes the diagram of a pathway as it is drawn and read out, for one evaluation or for nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.advice_classes import NOT_ADDRESSED, class_of
from pathways.engine.conditions import Condition, Term
from pathways.engine.explain import condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Pathway
from pathways.engine.truth import FALSE, TRUE, UNKNOWN
from pathways.flow.graph import Branch, Ending, Question, Section, Step, findings_behind, flow_of
from pathways.flow.reading import NOT_KNOWN, EndingWords, Mark, Reading
from pathways.flow.shown import (
    AdviceNow,
    Show,
    ShownBranch,
    ShownEnding,
    ShownFlow,
    ShownQuestion,
    ShownSection,
    ShownStep,
    Start,
)
from pathways.flow.words import advice_of, answer_in_words, derivation, rule_title, section_title, titled


def shown_flow(
    release: Release, pathway: Pathway, *, reading: Reading | None = None, show: Show = Show.ALL
) -> ShownFlow:
    """`reading` is None where no patient is looked at. `show` MINE leaves out what is neither taken nor waits."""
    flow = flow_of(release, pathway)
    shower = _Shower(release, flow.scope, reading, show)
    sections = (shower.section(section) for section in flow.sections)
    return ShownFlow(
        pathway=pathway.code,
        title=pathway.title,
        summary=pathway.summary,
        start=shower.start(),
        sections=tuple(section for section in sections if section.steps),
    )


@dataclass(frozen=True, slots=True)
class _Shower:
    release: Release
    scope: Condition
    reading: Reading | None
    show: Show

    def start(self) -> Start:
        vocabulary = self.release.vocabulary
        words = "Every patient" if self.scope.is_always else condition_in_words(self.scope, vocabulary)
        if self.reading is None:
            return Start(f"Start: {words}", "", Mark.NOBODY, "")
        findings = findings_behind(vocabulary, *self.scope.findings())
        known = "; ".join(self.reading.values[code].words for code in findings)
        href = self.reading.question_href(findings[0]) if findings else ""
        patient = f"This patient: {known}" if known else "This patient"
        holds = {TRUE: Mark.TAKEN, UNKNOWN: Mark.WAITING, FALSE: Mark.REST}[self.reading.truth(self.scope, ())]
        return Start(f"Start: {words}", patient, holds, href)

    def section(self, section: Section) -> ShownSection:
        title, steps = section_title(self.release, section.code), self.steps(section.steps, ())
        return ShownSection(section.code, title, self.advice(section.code), steps)

    def advice(self, code: str) -> AdviceNow | None:
        intervention = self.release.vocabulary.interventions.get(code)
        if self.reading is None or intervention is None:
            return None
        verdict = self.reading.evaluation.verdicts[code]
        advice = class_of(verdict)
        if advice is NOT_ADDRESSED:
            said = "not addressed" if verdict.settled else "none yet, not settled"
            return AdviceNow(advice.code, said, self.reading.card_href(code))
        said = f"{advice.word} {titled(advice, intervention)}" if advice.word in ("Do", "Do not") else advice.word
        return AdviceNow(advice.code, said, self.reading.card_href(code))

    def steps(self, steps: tuple[Step, ...], before: tuple[Term, ...]) -> tuple[ShownStep, ...]:
        found = (self.step(step, before) for step in steps)
        return tuple(step for step in found if step is not None)

    def step(self, step: Step, before: tuple[Term, ...]) -> ShownStep | None:
        """None for what is not shown."""
        if isinstance(step, Ending):
            return self.ending(step, before)
        branches = tuple(self.branch(step, branch, before) for branch in step.branches)
        shown = tuple(branch for branch in branches if branch.steps)
        return self.question(step, shown, before) if shown else None

    def ending(self, ending: Ending, before: tuple[Term, ...]) -> ShownEnding | None:
        rule = self.release.rules[ending.rule]
        if self.reading is None:
            words, href = EndingWords(Mark.NOBODY, advice_of(rule), rule_title(self.release, rule)), f"#text-{rule.key}"
        else:
            words, href = self.reading.ending(rule, self.scope, before), self.reading.card_href(rule.intervention)
        if self.show is Show.MINE and words.mark is Mark.REST:
            return None
        return ShownEnding(
            rule=rule.key,
            class_code=words.advice.code,
            word=words.advice.word,
            title=words.title,
            tag=words.tag,
            standing=words.full,
            mark=words.mark,
            is_overruled=words.is_overruled,
            href=href,
            wording=rule.professional,
        )

    def question(
        self, question: Question, branches: tuple[ShownBranch, ...], before: tuple[Term, ...]
    ) -> ShownQuestion:
        vocabulary = self.release.vocabulary
        leads = any(branch.mark in (Mark.TAKEN, Mark.WAITING) for branch in branches)
        mark = self.mark_of_way(before, leads=leads)
        patient = href = ""
        if self.reading is not None:
            value = self.reading.values[question.finding]
            href = self.reading.question_href(findings_behind(vocabulary, question.finding)[0])
            if mark is not Mark.REST:
                patient = f"This patient: {value.words}"
            elif value.text != NOT_KNOWN:
                patient = f"Recorded: {value.words}"
        label = vocabulary.variable(question.finding).label
        return ShownQuestion(label, derivation(vocabulary, question.finding), patient, mark, href, branches)

    def branch(self, question: Question, branch: Branch, before: tuple[Term, ...]) -> ShownBranch:
        way = before + branch.terms
        steps = self.steps(branch.steps, way)
        leads = any(step.mark in (Mark.TAKEN, Mark.WAITING) for step in steps)
        answer = answer_in_words(branch.terms, self.release.vocabulary)
        mark = self.mark_of_way(way, leads=leads)
        return ShownBranch(answer, self.sentence(question.finding, branch.terms, answer, mark), mark, steps)

    def sentence(self, code: str, terms: tuple[Term, ...], answer: str, mark: Mark) -> str:
        label = self.release.vocabulary.variable(code).label
        if self.reading is None:
            return f"{label}: {answer}"
        value = self.reading.values[code]
        if mark is Mark.REST:
            known = f" (this patient: {value.words})" if value.text != NOT_KNOWN else ""
            return f"{label}: {answer}{known}"
        if self.reading.test(terms) is TRUE:
            return f"{label}: {value.words}" if value.text == answer else f"{label}: {value.words} ({answer})"
        return f"{label}: {value.text}; it would have to be {answer}"

    def mark_of_way(self, way: tuple[Term, ...], *, leads: bool) -> Mark:
        """Safety: a line is drawn as this patient's only as far as everything on it is known to hold."""
        if self.reading is None:
            return Mark.NOBODY
        if self.reading.truth(self.scope, way) is TRUE and leads:
            return Mark.TAKEN
        return Mark.WAITING if leads else Mark.REST
