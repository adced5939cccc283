"""What a release says besides its rules: promises, cases, renamed codes, places, owners, answers, and plain text."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pathways.engine.problems import ContentProblems
from pathways.engine.release import build_release
from pathways.engine.safeguards import PromiseKind, Safeguards
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Renaming
from tests.shipped import shipped_content

SHIPPED = shipped_content()


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(SHIPPED.document)


def problems_of(document: dict[str, Any]) -> list[str]:
    with pytest.raises(ContentProblems) as caught:
        build_release(document)
    return [str(problem) for problem in caught.value.problems]


def test_promises_are_read_with_their_conditions() -> None:
    promise = SHIPPED.release.safeguards.promises["systemic-therapy-always-addressed"]
    assert (promise.kind, promise.interventions, promise.stances) == (PromiseKind.ALWAYS, ("systemic_therapy",), ())
    assert (str(promise.when), promise.known) == ("lm_diagnosis is established", ("kps", "life_expectancy"))
    known = SHIPPED.release.safeguards.promises["punctures-settled-only-when-dangers-are-known"]
    assert (known.settled, known.stances) == (True, (Stance.RECOMMEND, Stance.CONSIDER))


def test_numbers_of_cases_are_exact() -> None:
    values = [
        case.record["findings"]["csf_protein"]["value"]
        for case in SHIPPED.release.safeguards.cases.values()
        if "csf_protein" in case.record["findings"]
    ]
    assert values == [Decimal("0.9"), Decimal("1.0")]


def test_a_release_from_before_there_were_safeguards_still_builds(document: dict[str, Any]) -> None:
    del document["safeguards"]
    assert build_release(document).safeguards == Safeguards()


def test_renamed_codes_are_kept_in_their_order(document: dict[str, Any]) -> None:
    document["vocabulary"]["renamed"] = [
        {"key": "answer", "finding": "flow", "option": "open", "to": "free", "reason": "Clearer."},
        {"key": "first", "finding": "flow", "to": "flow_of_csf", "reason": "Clearer."},
        {"key": "second", "finding": "flow_of_csf", "to": "csf_flow", "reason": "Clearer."},
        {"key": "answer-again", "finding": "csf_flow", "option": "free", "to": "unobstructed", "reason": "Clearer."},
        {"key": "gone", "finding": "csf_flow", "option": "half_open", "reason": "Nobody used it."},
    ]
    renamed = build_release(document).vocabulary.renamed
    assert [one.key for one in renamed] == ["answer", "first", "second", "answer-again", "gone"]
    assert renamed[4] == Renaming("gone", "csf_flow", "Nobody used it.", to=None, option="half_open")


def test_an_option_may_be_set_aside_later_in_its_chain(document: dict[str, Any]) -> None:
    document["vocabulary"]["renamed"] = [
        {"key": "one", "finding": "csf_flow", "option": "open", "to": "free", "reason": "Clearer."},
        {"key": "two", "finding": "csf_flow", "option": "free", "reason": "It meant two things."},
    ]
    assert len(build_release(document).vocabulary.renamed) == 2


def test_a_renaming_that_comes_too_late_leads_nowhere(document: dict[str, Any]) -> None:
    document["vocabulary"]["renamed"] = [
        {"key": "one", "finding": "flow", "to": "csf_flow", "reason": "Clearer."},
        {"key": "two", "finding": "flow", "option": "open", "to": "unobstructed", "reason": "Clearer."},
    ]
    assert any("two: There is no finding “flow”" in problem for problem in problems_of(document))


def test_places_owners_and_answers_are_read(document: dict[str, Any]) -> None:
    document["pathways"][0] |= {"owner": "A. Board", "review_by": "2027-11-22"}
    rule = document["pathways"][0]["rules"][0]
    rule["places"] = {rule["references"][0]: "page 3"}
    document["evidence"]["questions"][0] |= {"answer": "70", "answered_by": "A. Board", "answered_on": "2026-11-20"}
    release = build_release(document)
    pathway, question = release.pathways[0], next(iter(release.evidence.questions.values()))
    assert (pathway.owner, pathway.review_by) == ("A. Board", date(2027, 11, 22))
    assert pathway.rules[0].places == {rule["references"][0]: "page 3"}
    assert (question.is_open, question.answered_on) == (False, date(2026, 11, 20))


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u200b", "\u202e", "\ud800", "\x85"])
def test_a_text_with_something_unseen_is_refused_at_its_place(document: dict[str, Any], hidden: str) -> None:
    document["pathways"][0]["rules"][0]["professional"] = f"Do{hidden} not."
    (problem,) = problems_of(document)
    assert problem.startswith("pathways/0/rules/0/professional: ")
    assert f"U+{ord(hidden):04X}" in problem


def test_a_backslash_is_no_unseen_character(document: dict[str, Any]) -> None:
    document["pathways"][0]["rules"][0]["professional"] = "Written \\u202e\tand\nso on\N{NO-BREAK SPACE}."
    assert build_release(document).rules["dx-repeat-lp"].professional.startswith("Written \\u202e")
