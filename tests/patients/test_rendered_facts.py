"""The facts of every statement and hazard stand in the HTML that a clinician gets to see, not only in the content."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from pathways.engine.conditions import Alternative, Operator, Term
from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.evidence import Hazard, Statement
from pathways.engine.observations import Observation
from pathways.engine.truth import TRUE
from pathways.models import Release
from patients.findings.board import Board, advice_hash
from patients.models import Assessment
from patients.presenters.advice.panel import recommendation_panel
from tests.shipped import shipped_content

RELEASE = shipped_content().release
TODAY = date(2026, 11, 22)
CARRIED: dict[str, Statement | Hazard] = {**RELEASE.evidence.statements, **RELEASE.evidence.hazards}

# What makes a derived finding take a value; a rule that names it is tried with this.
DERIVED = {
    ("prognosis", "favourable"): {"kps": Decimal(80), "life_expectancy": "at_least_1_month"},
    ("prognosis", "poor"): {"kps": Decimal(50)},
    ("symptomatic_site", "yes"): {"cranial_neuropathy": "yes"},
}


def values_for(term: Term) -> dict[str, str | Decimal]:
    """Recorded findings that make a term true."""
    if term.threshold is not None:
        ten = Decimal(10)
        return {term.finding: term.threshold - ten if term.operator is Operator.LESS else term.threshold + ten}
    return DERIVED.get((term.finding, term.values[0]), {term.finding: term.values[0]})


def patient_for(alternative: Alternative) -> Evaluation:
    recorded: dict[str, str | Decimal] = {}
    for term in alternative.terms:
        recorded |= values_for(term)
    observations = {code: Observation(value, TODAY, str(value), None) for code, value in recorded.items()}
    return evaluate(RELEASE, observations, TODAY)


@cache
def rendered(key: str) -> str:
    """The whole panel of a patient to whom the rule applies."""
    rule = RELEASE.rules[key]
    evaluation = next(found for found in map(patient_for, rule.condition.alternatives) if found.rules[key] is TRUE)
    board = Board(
        assessment=Assessment(pk=uuid4(), revision=1, release=Release(number=1, status="under_review")),
        evaluation=evaluation,
        advice_hashes={code: advice_hash(verdict, evaluation) for code, verdict in evaluation.verdicts.items()},
        decisions={},
    )
    panel = recommendation_panel(board)
    return plain(
        render_to_string("components/_recommendation_panel.html", {"panel": panel, "csrf_token": "", "problems": None})
    )


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", markup))).casefold()


def rules_that_carry(carried: Statement | Hazard) -> list[str]:
    """The rules themselves, and those on whose cards its cautions and evidence notes stand."""
    rules = [carrier for carrier in carried.carried_by if carrier in RELEASE.rules]
    for carrier in carried.carried_by:
        kind, _, key = carrier.partition(":")
        for rule in RELEASE.rules.values():
            on_card = (
                kind == "caution"
                and rule.takes_part
                and (key in rule.cautions or rule.intervention in RELEASE.evidence.cautions[key].interventions)
            )
            if on_card or (kind == "evidence" and key in rule.contested):
                rules.append(rule.key)
    return rules


@pytest.mark.parametrize("key", list(RELEASE.rules))
def test_a_rule_that_applies_is_on_the_panel_with_its_words_and_sources(key: str) -> None:
    rule = RELEASE.rules[key]
    text = rendered(key)
    assert plain(rule.professional) in text
    for note in rule.contested:
        assert plain(RELEASE.evidence.notes[note].text) in text
    for caution in rule.cautions:
        assert plain(RELEASE.evidence.cautions[caution].text) in text


@pytest.mark.parametrize("code", [code for code, carried in CARRIED.items() if rules_that_carry(carried)])
def test_the_facts_are_on_the_panels_that_carry_them(code: str) -> None:
    carried = CARRIED[code]
    text = " | ".join(rendered(key) for key in rules_that_carry(carried))
    on_screens = [carrier for carrier in carried.carried_by if carrier.startswith(("screen:", "finding:"))]
    missing = [fact for fact in carried.facts if plain(fact) not in text]
    assert not missing or on_screens, missing


def test_every_statement_is_carried_by_a_rule_or_stands_on_a_screen() -> None:
    for carried in CARRIED.values():
        screens = [carrier for carrier in carried.carried_by if carrier.startswith(("screen:", "finding:"))]
        assert rules_that_carry(carried) or screens
