"""Holes and overlaps between the thresholds of a number."""

from __future__ import annotations

import pytest

from pathways.engine.prove import CheckKind
from tests.engine import documents as d
from tests.engine.proving import recorded, release_with, results

YES, NO = "bleed is yes", "bleed is no"
SCORE = d.number("score", maximum=100)
LOW = d.rule("low", "avoid", "score < 50")


def test_a_hole_between_two_thresholds() -> None:
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score > 50"))
    (result,) = results(release, CheckKind.HOLE).values()
    assert result.subject == "hole: drug: score = 50"
    assert not result.proved
    assert not result.blocking
    assert recorded(result) == {"score": 50}


def test_a_hole_is_one_however_often_it_is_cut() -> None:
    device = d.rule("cut", "avoid", "score >= 60", "device")
    high = d.rule("high", "recommend", "score > 70")
    release = release_with([SCORE], LOW, high, device, interventions=("drug", "device"))
    found = {subject for subject, result in results(release, CheckKind.HOLE).items() if not result.proved}
    assert found == {"hole: drug: score >= 50 and <= 70"}


def test_steps_close_a_hole() -> None:
    stepped = d.number("score", maximum=100, step=10)
    release = release_with([stepped], d.rule("low", "avoid", "score <= 50"), d.rule("high", "recommend", "score >= 60"))
    assert [result.proved for result in results(release, CheckKind.HOLE).values()] == [True]


def test_a_hole_for_one_patient_only_is_a_hole() -> None:
    """Where the rules have other terms, the same patient must be spoken of below and above."""
    low, high = d.rule("low", "avoid", "score < 50 and bleed is yes"), "score > 50 and "
    apart = release_with([SCORE, d.finding("bleed")], low, d.rule("high", "recommend", high + NO))
    assert all(result.proved for result in results(apart, CheckKind.HOLE).values())
    together = release_with([SCORE, d.finding("bleed")], low, d.rule("high", "recommend", high + YES))
    (hole,) = results(together, CheckKind.HOLE).values()
    assert recorded(hole) == {"score": 50, "bleed": "yes"}


def test_a_hole_in_a_derived_finding() -> None:
    release = release_with(
        [SCORE], d.rule("give", "recommend", "odd is yes"), derived=[d.derived("odd", "score < 50\nscore > 50")]
    )
    assert not results(release, CheckKind.HOLE)["hole: odd: score = 50"].proved


def test_an_overlap_of_different_stances() -> None:
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score >= 40"))
    (result,) = results(release, CheckKind.OVERLAP).values()
    assert result.subject == "overlap: low, high: score >= 40 and < 50"
    assert not result.blocking
    assert result.others == ("low", "high")
    assert recorded(result)["score"] in range(40, 50)


@pytest.mark.parametrize(("stance", "when"), [("avoid", "score >= 40"), ("recommend", "score < 30")])
def test_no_overlap_of_one_stance_or_of_one_inside_the_other(stance: str, when: str) -> None:
    release = release_with([SCORE], LOW, d.rule("high", stance, when))
    assert all(result.proved for result in results(release, CheckKind.OVERLAP).values())


def test_what_a_person_has_marked_as_intended_is_proved() -> None:
    intended = {"subject": "hole: drug: score = 50", "reason": "The board leaves 50 to the team."}
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score > 50"), intended=(intended,))
    result = results(release, CheckKind.HOLE)["hole: drug: score = 50"]
    assert result.proved
    assert "The board leaves 50 to the team." in result.text
