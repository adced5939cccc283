"""Against the release in force: what a change loosens is shown on a patient, although no promise speaks of it."""

from __future__ import annotations

from pathways.gate.check import check_document
from pathways.gate.milder import NOBODY
from pathways.gate.report import Level, Line
from tests.engine import documents
from tests.engine.documents import Document
from tests.gate.contents import FORBIDS, GIVES, TODAY, document, lines_of

STRICTER = documents.rule("weighs", "avoid", "weight > 90 kg")


def lines(now: Document, before: Document | None) -> list[Line]:
    return lines_of(check_document(now, today=TODAY, baseline=before), "milder-advice")


def test_a_dropped_rule_is_shown_on_the_patient_it_was_for() -> None:
    before = document(GIVES, FORBIDS, STRICTER)
    (line,) = lines(document(), before)
    assert line.level is Level.WARNING
    assert "Drug: some patients get milder or more settled advice" in line.text
    assert line.details["why"].startswith("Under the release in force: Not advised")
    assert "weight" in line.details["witness"]["record"]["findings"]
    assert line.details["witness"]["case"]["id"] == "witness-milder-drug"


def test_an_added_restriction_makes_nobody_worse_off() -> None:
    (line,) = lines(document(GIVES, FORBIDS, STRICTER), document())
    assert (line.level, line.text) == (Level.PASSED, NOBODY)


def test_without_a_release_in_force_nothing_is_milder() -> None:
    assert lines(document(), None) == []
