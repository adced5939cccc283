"""The questions of the assessment form, section by section, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pathways.engine.vocabulary import Finding, Kind, Vocabulary
from patients.dates import short_date
from patients.findings import Board
from patients.findings.answers import value_in_words
from patients.models.assessments import StoredAnswer
from patients.presenters.assessment.question_notes import QuestionNote, is_carried, question_notes


@dataclass(frozen=True, slots=True)
class Question:
    """`dated` asks for the day beside the answer; elsewhere today is taken unless another date is entered."""

    code: str
    label: str
    help: str
    is_number: bool
    units: tuple[str, ...]
    dated: bool
    date_label: str
    last: str
    note: QuestionNote


@dataclass(frozen=True, slots=True)
class Section:
    number: int
    anchor: str
    title: str
    counter: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class SectionLink:
    href: str
    title: str
    counter: str


def sections_of(board: Board, *, last: Mapping[str, StoredAnswer]) -> tuple[Section, ...]:
    """`last` holds the answers of the last signed assessment, for the hints beside the fields."""
    vocabulary = board.evaluation.release.vocabulary
    return sections_from(vocabulary, question_notes(board), board.assessment.findings, last=last)


def sections_from(
    vocabulary: Vocabulary,
    notes: tuple[QuestionNote, ...],
    answers: Mapping[str, StoredAnswer],
    *,
    last: Mapping[str, StoredAnswer],
) -> tuple[Section, ...]:
    of_code = {note.code: note for note in notes}
    sections = []
    for number, group in enumerate(vocabulary.groups, start=1):
        findings = [finding for finding in vocabulary.findings.values() if finding.group == group]
        questions = tuple(
            question_of(finding, of_code[finding.code], answers.get(finding.code), last.get(finding.code))
            for finding in findings
        )
        counter = counter_of([of_code[finding.code] for finding in findings])
        sections.append(Section(number, f"section-{number}", group, counter, questions))
    return tuple(sections)


def question_of(
    finding: Finding, note: QuestionNote, stored: StoredAnswer | None, last: StoredAnswer | None
) -> Question:
    return Question(
        code=finding.code,
        label=finding.label,
        help=help_of(finding),
        is_number=finding.kind is Kind.NUMBER,
        units=tuple(unit.code for unit in finding.units),
        dated=finding.event or finding.valid_days is not None,
        date_label=finding.date_label or "Date",
        last="" if is_carried(stored) else last_in_words(finding, last),
        note=note,
    )


def help_of(finding: Finding) -> str:
    options = [
        f"{option.label}: {option.help[0].lower() + option.help[1:]}" for option in finding.options if option.help
    ]
    return ". ".join(part.rstrip(".") for part in (finding.help, *options) if part)


def last_in_words(finding: Finding, last: StoredAnswer | None) -> str:
    if last is None or last["value"] is None or last["observed_on"] is None:
        return ""
    return f"Last {value_in_words(finding, last)} on {short_date(date.fromisoformat(last['observed_on']))}"


def counter_of(notes: list[QuestionNote]) -> str:
    """Only questions that are asked count."""
    shown = [note for note in notes if note.is_shown]
    answered = sum(note.is_answered for note in shown)
    to_confirm = sum(bool(note.tag) for note in shown)
    if not shown:
        return "nothing to answer"
    return f"{answered} of {len(shown)}{f', {to_confirm} to confirm' if to_confirm else ''}"


def section_links(vocabulary: Vocabulary, notes: tuple[QuestionNote, ...]) -> tuple[SectionLink, ...]:
    of_code = {note.code: note for note in notes}
    links = []
    for number, group in enumerate(vocabulary.groups, start=1):
        grouped = [of_code[code] for code, finding in vocabulary.findings.items() if finding.group == group]
        links.append(SectionLink(f"#section-{number}", f"{number} {group}", counter_of(grouped)))
    return tuple(links)
