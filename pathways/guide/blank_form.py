"""The assessment as an empty form for the time in which the application does not run, made from the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.engine.explain import condition_in_words
from pathways.engine.vocabulary import YES_AND_NO, Finding, Kind, Vocabulary
from pathways.selectors import LoadedRelease
from pathways.words import counted

# The ways not to know something, as the assessment offers them.
NOT_KNOWN = ("Not assessed", "Result awaited", "Cannot obtain")


@dataclass(frozen=True, slots=True)
class BlankOption:
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class BlankQuestion:
    """`rules` are the sentences that decide whether an answer counts; `units` is empty where none is needed."""

    number: int
    label: str
    help: str
    options: tuple[BlankOption, ...]
    is_number: bool
    units: tuple[str, ...]
    date_label: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlankSection:
    title: str
    questions: tuple[BlankQuestion, ...]


def blank_sections(loaded: LoadedRelease | None) -> tuple[BlankSection, ...]:
    """Every question of the release in force, in the order of the form. Safety: nothing is ticked beforehand. HZ-1"""
    if loaded is None:
        return ()
    vocabulary = loaded.engine.vocabulary
    return tuple(
        BlankSection(
            title,
            tuple(
                blank_question(vocabulary, finding)
                for finding in vocabulary.findings.values()
                if finding.group == title
            ),
        )
        for title in vocabulary.groups
    )


def blank_question(vocabulary: Vocabulary, finding: Finding) -> BlankQuestion:
    options = YES_AND_NO if finding.kind is Kind.YES_NO else finding.options
    return BlankQuestion(
        number=vocabulary.position[finding.code] + 1,
        label=finding.label,
        help=finding.help,
        options=tuple(BlankOption(option.label, option.help) for option in options),
        is_number=finding.kind is Kind.NUMBER,
        units=tuple(unit.code for unit in finding.units),
        date_label=finding.date_label or "Date observed",
        rules=tuple(rules_of(vocabulary, finding)),
    )


def rules_of(vocabulary: Vocabulary, finding: Finding) -> list[str]:
    found = []
    if finding.asked_when is not None:
        found.append(f"Only while {condition_in_words(finding.asked_when, vocabulary)}.")
    if finding.valid_days is not None:
        found.append(f"Counts for {counted(finding.valid_days, 'day')}.")
    if finding.overtaken_by:
        others = dict.fromkeys(vocabulary.variable(term.finding).label for term in finding.overtaken_by)
        found.append(f"Must be newer than: {', '.join(others)}.")
    return found
