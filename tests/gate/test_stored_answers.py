"""Against the release in force: codes that answers on record stand under, and that nothing reads any more."""

from __future__ import annotations

import copy

from pathways.gate.report import Level
from tests.engine import documents
from tests.engine.documents import Document
from tests.gate.contents import document, lines_of, report_on

COLOUR = documents.finding("colour", kind="choice", options=[{"code": one, "label": one.title()} for one in "abc"])


def with_colour(colour: Document, **vocabulary: object) -> Document:
    made = document()
    made["vocabulary"]["findings"].append(copy.deepcopy(colour))
    made["vocabulary"].update(vocabulary)
    return made


def warnings(now: Document, before: Document) -> list[tuple[str, str]]:
    lines = lines_of(report_on(now, baseline=before), "stored-answers")
    assert {line.level for line in lines} <= {Level.WARNING}
    return [(line.entry, line.text.partition(".")[0]) for line in lines]


def test_a_finding_that_is_gone() -> None:
    assert warnings(document(), with_colour(COLOUR)) == [("", "The finding “Colour” (colour) is gone")]


def test_a_renamed_finding_is_not_gone() -> None:
    renaming = {"key": "colour-hue", "finding": "colour", "to": "hue", "reason": "As people say it."}
    assert warnings(with_colour(COLOUR | {"code": "hue"}, renamed=[renaming]), with_colour(COLOUR)) == []


def test_an_option_that_is_gone() -> None:
    fewer = COLOUR | {"options": COLOUR["options"][:2]}
    found = warnings(with_colour(fewer), with_colour(COLOUR))
    assert found == [("findings/colour", "The option “C” (c) of “Colour” is gone")]


def test_an_option_that_is_set_aside_is_accounted_for() -> None:
    fewer = COLOUR | {"options": COLOUR["options"][:2]}
    aside = {"key": "colour-c", "finding": "colour", "option": "c", "reason": "Nobody used it."}
    assert warnings(with_colour(fewer, renamed=[aside]), with_colour(COLOUR)) == []


def test_a_renaming_that_is_gone() -> None:
    renaming = {"key": "shade-colour", "finding": "shade", "to": "colour", "reason": "As people say it."}
    found = warnings(with_colour(COLOUR), with_colour(COLOUR, renamed=[renaming]))
    assert found == [("", "The renaming of shade (As people say it")]


def test_without_a_release_in_force_nothing_can_be_lost() -> None:
    assert lines_of(report_on(with_colour(COLOUR)), "stored-answers") == []
