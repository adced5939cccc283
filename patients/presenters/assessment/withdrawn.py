"""Answers taken out of an assessment, as the page before the signature and the care plan list them."""

from datetime import date
from typing import Any

from pathways.engine.vocabulary import Finding, Kind
from patients.dates import short_date
from patients.findings import Board
from patients.models import Assessment
from patients.models.assessments import TEXT_LABELS, WithdrawnAnswer


def withdrawn_documents(board: Board) -> list[dict[str, Any]]:
    """Those that were errors."""
    findings = board.evaluation.release.vocabulary.findings
    return [
        {
            "label": TEXT_LABELS.get(one["code"]) or (finding.label if finding else one["code"]),
            "value": withdrawn_words(finding, one),
            "reason": one["reason"],
            "by": one["by"],
        }
        for one in board.assessment.withdrawn
        if not one.get("not_used")
        for finding in (findings.get(one["code"]),)
    ]


def not_used_documents(assessment: Assessment) -> list[dict[str, Any]]:
    """Those that were no errors, and that the guidance the assessment was moved to has no place for."""
    return [
        {"label": one["label"], "value": one["words"], "reason": one["reason"], "by": one["by"]}
        for one in assessment.withdrawn
        if one.get("not_used")
    ]


def withdrawn_words(finding: Finding | None, one: WithdrawnAnswer) -> str:
    """ "0.90 g/L, 20-Nov-2026": a number never stands without its unit, an answer not without its day."""
    value, unit = one["value"], one.get("unit")
    if value is None:
        return "Not recorded or not accepted"
    if finding is not None and finding.kind is not Kind.NUMBER:
        value = finding.label_of(value)
    words = f"{value}\N{NO-BREAK SPACE}{unit}" if unit else value
    return f"{words}, {short_date(date.fromisoformat(one['observed_on']))}" if one["observed_on"] else words
