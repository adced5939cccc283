"""What of a release can be found: one entry per rule, finding, intervention, source and open question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from pathways.engine.explain import condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Pathway, Rule
from pathways.engine.vocabulary import Derived, Finding
from pathways.sources import cited


class EntryKind(StrEnum):
    RULE = "rule"
    FINDING = "finding"
    INTERVENTION = "intervention"
    STATEMENT = "statement"
    CAUTION = "caution"
    NOTE = "note"
    QUESTION = "question"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of an entry as it is shown, under its label ("", "Cautions", "Open question for the board", …)."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Four weights of words: what it is about, what it says, when it applies, what it rests on."""

    kind: EntryKind
    key: str
    pathway: str
    about: tuple[Passage, ...]
    says: tuple[Passage, ...]
    applies: tuple[Passage, ...] = ()
    rests_on: tuple[Passage, ...] = ()

    def fields(self) -> tuple[tuple[Passage, ...], ...]:
        return (self.about, self.says, self.applies, self.rests_on)

    def passages(self) -> Iterator[Passage]:
        return chain.from_iterable(self.fields())


def entries_of(release: Release) -> tuple[Entry, ...]:
    """Rules first, in content order: of two that match alike, the earlier one is shown first."""
    return (*rule_entries(release), *vocabulary_entries(release), *evidence_entries(release))


def rule_entries(release: Release) -> Iterator[Entry]:
    for pathway in release.pathways:
        for rule in pathway.rules:
            yield rule_entry(release, pathway, rule)


def rule_entry(release: Release, pathway: Pathway, rule: Rule) -> Entry:
    evidence, vocabulary = release.evidence, release.vocabulary
    intervention = vocabulary.interventions[rule.intervention].label if rule.intervention else ""
    scope = condition_in_words(pathway.scope, vocabulary)
    condition = condition_in_words(rule.own_condition, vocabulary)
    questions = [evidence.questions[key] for key in rule.questions]
    return Entry(
        kind=EntryKind.RULE,
        key=rule.key,
        pathway=pathway.code,
        about=passages("", intervention, pathway.title),
        says=passages("", rule.professional),
        applies=(
            *passages("The pathway applies when", scope),
            *passages("Applies when", condition),
            *passages("In the patient’s words", rule.patient or ""),
            *passages("What would lift it", rule.lifted_by),
        ),
        rests_on=(
            *passages("From the source, in our words", *(evidence.statements[key].text for key in rule.statements)),
            *passages("Caution", *(evidence.cautions[key].text for key in rule.cautions)),
            *passages("Contested", *(evidence.notes[key].text for key in rule.contested)),
            *passages("Open question for the board", *(one.text for one in questions if one.is_open)),
            *passages("Source", *(cited(evidence.references[key]) for key in rule.references)),
        ),
    )


def vocabulary_entries(release: Release) -> Iterator[Entry]:
    vocabulary = release.vocabulary
    variables: tuple[Finding | Derived, ...] = (*vocabulary.findings.values(), *vocabulary.derived.values())
    for variable in variables:
        yield Entry(
            kind=EntryKind.FINDING,
            key=variable.code,
            pathway="",
            about=passages("", variable.label, getattr(variable, "group", "")),
            says=passages("", *described(variable, release)),
        )
    for intervention in vocabulary.interventions.values():
        yield Entry(
            kind=EntryKind.INTERVENTION,
            key=intervention.code,
            pathway="",
            about=passages("", intervention.label),
            says=passages("", sentence(intervention.action)),
        )


def described(variable: Finding | Derived, release: Release) -> Iterator[str]:
    """Its help, its options with theirs, and for a finding that is worked out, from what."""
    if isinstance(variable, Derived):
        condition = condition_in_words(variable.when, release.vocabulary)
        yield f"Worked out: {variable.label_of(variable.value).lower()} when {condition}"
    elif variable.help:
        yield variable.help
    options = ", ".join(f"{one.label} ({one.help})" if one.help else one.label for one in variable.options)
    if options:
        yield f"Answers: {options}"
    if isinstance(variable, Finding) and variable.valid_days is not None:
        yield f"Counts for {variable.valid_days} days"


def evidence_entries(release: Release) -> Iterator[Entry]:
    evidence = release.evidence
    for statement in evidence.statements.values():
        article = evidence.articles[statement.article].title
        yield plain_entry(EntryKind.STATEMENT, statement.code, statement.text, f"{article}, {statement.section}")
    for caution in evidence.cautions.values():
        yield plain_entry(EntryKind.CAUTION, caution.key, caution.text)
    for note in evidence.notes.values():
        yield plain_entry(EntryKind.NOTE, note.key, note.text)
    for question in evidence.questions.values():
        yield plain_entry(EntryKind.QUESTION, question.key, question.text, question.answer)
    for reference in evidence.references.values():
        yield plain_entry(EntryKind.REFERENCE, reference.key, cited(reference), reference.problem)


def plain_entry(kind: EntryKind, key: str, text: str, more: str = "") -> Entry:
    return Entry(kind=kind, key=key, pathway="", about=(), says=passages("", text), applies=passages("", more))


def passages(label: str, *texts: str) -> tuple[Passage, ...]:
    return tuple(Passage(label, sentence(text.strip())) for text in texts if text.strip())


def sentence(text: str) -> str:
    return text[0].upper() + text[1:]
