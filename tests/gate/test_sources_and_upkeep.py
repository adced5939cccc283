"""What is for a person to weigh: sources, review dates, open questions."""

from __future__ import annotations

import pytest

from pathways.gate.report import Level
from tests.engine.documents import Document
from tests.gate.contents import FORBIDS, GIVES, PART, document, lines_of, report_on

WEAK: Document = {"key": "weak", "kind": "listed", "title": "Listed", "source": "Somewhere"}


def with_reference(reference: Document, *cited: str) -> Document:
    made = document(GIVES | {"references": list(cited)}, FORBIDS)
    made["evidence"]["references"].append(reference)
    return made


def test_good_sources_and_dates_pass_in_so_many_words() -> None:
    report = report_on(document())
    assert [line.text for line in lines_of(report, "citation-missing", Level.PASSED)] == [
        "2 citations of 2 rules lead to a reference that exists."
    ]
    assert not lines_of(report, "reference-not-cited")
    assert not lines_of(report, "secondary-source-only")
    assert [line.level for line in lines_of(report, "review-date")] == [Level.PASSED]
    assert [line.level for line in lines_of(report, "question-open")] == [Level.PASSED]


def test_a_reference_that_nothing_cites_is_named_with_its_flaw() -> None:
    report = report_on(with_reference(WEAK | {"problem": "About the spine."}, "local"))
    line = lines_of(report, "reference-not-cited")[0]
    assert (line.level, line.part, line.entry) == (Level.WARNING, "evidence", "references/weak")
    assert "never cited (About the spine)." in line.text


def test_a_caution_may_be_what_cites() -> None:
    made = with_reference(WEAK, "local")
    made["evidence"]["cautions"] = [{"key": "told", "text": "Mind it.", "references": ["weak"]}]
    assert not lines_of(report_on(made), "reference-not-cited")


@pytest.mark.parametrize("kind", ["listed", "article", "digest"])
def test_a_rule_on_secondary_sources_alone_is_named(kind: str) -> None:
    line = lines_of(report_on(with_reference(WEAK | {"kind": kind}, "weak")), "secondary-source-only")[0]
    assert (line.level, line.part, line.entry) == (Level.WARNING, PART, "rules/gives")


def test_a_flawed_study_counts_as_secondary() -> None:
    flawed = WEAK | {"kind": "study", "problem": "Only the abstract could be read"}
    assert lines_of(report_on(with_reference(flawed, "weak")), "secondary-source-only")


def test_one_primary_source_is_enough() -> None:
    assert not lines_of(report_on(with_reference(WEAK, "weak", "local")), "secondary-source-only")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (None, "The pathway Only has no review date. Set one."),
        ("2026-11-21", "The pathway Only was to be reviewed by 21-Nov-2026: overdue."),
    ],
)
def test_a_review_date_that_is_missing_or_past_is_a_warning(day: str | None, text: str) -> None:
    made = document()
    del made["pathways"][0]["review_by"]
    if day:
        made["pathways"][0]["review_by"] = day
    line = lines_of(report_on(made), "review-date")[0]
    assert (line.level, line.part) == (Level.WARNING, PART)
    assert line.text.startswith(text)


def test_the_day_of_the_review_itself_is_not_overdue() -> None:
    made = document()
    made["pathways"][0]["review_by"] = "2026-11-22"
    assert lines_of(report_on(made), "review-date")[0].level is Level.PASSED


def test_a_question_is_open_until_its_answer_is_recorded() -> None:
    made = document()
    question: Document = {"key": "who", "text": "Who may say so?"}
    made["evidence"]["questions"] = [question]
    line = lines_of(report_on(made), "question-open")[0]
    assert (line.level, line.part, line.entry) == (Level.WARNING, "evidence", "questions/who")
    assert "Who may say so?" in line.text
    question |= {"answer": "Radiology.", "answered_by": "The board", "answered_on": "2026-11-01"}
    made["evidence"]["questions"] = [question]
    assert lines_of(report_on(made), "question-open")[0].level is Level.PASSED
