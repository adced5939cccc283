"""The key facts of a patient with their days and sources, and where to add what nobody has recorded."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from pathways.engine.currency import Status
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Board, value_in_words
from patients.findings.answers import day_of
from patients.findings.past import Past
from patients.models.assessments import StoredAnswer
from patients.presenters.assessment.question_notes import why_it_does_not_count
from patients.presenters.patient.timeline import source_words

# What somebody who opens a record looks for first; codes that a vocabulary does not have are left out.
KEY_FACTS = (
    "lm_diagnosis",
    "primary_tumour",
    "kps",
    "life_expectancy",
    "deposits",
    "csf_flow",
    "intracranial_bleed",
    "ventricular_device",
    "antithrombotic",
    "intrathecal_therapy",
    "craniospinal_rt",
)
START_HERE = "#next-assessment"


@dataclass(frozen=True, slots=True)
class FactRow:
    """`add_href` leads to where an answer that is missing can be given; empty where none can."""

    label: str
    value: str
    day: str
    source: str
    note: str
    is_recorded: bool
    add_href: str


def fact_rows(board: Board | None, past: Past | None, *, can_start: bool) -> tuple[FactRow, ...]:
    """`board` is of the draft, else of the assessment that was signed last."""
    if board is None or past is None:
        return ()
    findings = board.evaluation.release.vocabulary.findings
    return tuple(fact_row(board, past, findings[code], can_start=can_start) for code in KEY_FACTS if code in findings)


def fact_row(board: Board, past: Past, finding: Finding, *, can_start: bool) -> FactRow:
    stored: StoredAnswer | None = board.assessment.findings.get(finding.code)
    if stored is None or stored["value"] is None:
        return missing_fact(board, finding, stored, can_start=can_start)
    return FactRow(
        label=finding.label,
        value=value_in_words(finding, stored),
        day=short_date(day_of(stored)),
        source=source_of(board, past, finding, stored),
        note=why_it_does_not_count(board.evaluation, finding),
        is_recorded=True,
        add_href="",
    )


def missing_fact(board: Board, finding: Finding, stored: StoredAnswer | None, *, can_start: bool) -> FactRow:
    words = value_in_words(finding, stored) if stored else "Not recorded"
    href = add_href(board, finding, can_start=can_start)
    if board.evaluation.findings[finding.code].status is Status.NOT_APPLICABLE:
        words, href = "Not applicable", ""
    return FactRow(finding.label, words, "", "", "", is_recorded=False, add_href=href)


def add_href(board: Board, finding: Finding, *, can_start: bool) -> str:
    if board.assessment.is_draft:
        return f"{reverse('patients:assessment_edit', args=[board.assessment.pk])}#question-{finding.code}"
    return START_HERE if can_start else ""


def source_of(board: Board, past: Past, finding: Finding, stored: StoredAnswer) -> str:
    """The first assessment that has the answer, and who gave it."""
    source = past.source_of(finding.code, stored)
    if source is None:
        return stored["by"]
    return f"{source_words(source)}; {stored['by']}"


def facts_from(board: Board | None) -> str:
    if board is None:
        return ""
    if board.assessment.is_draft:
        return "From the draft; not signed."
    return f"From the assessment signed {short_date(timezone.localdate(board.assessment.updated_at))}."
