"""Every statement of the two articles and every hazard is carried by something that says its facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pathways.engine.evidence import Hazard, Statement
from pathways.engine.explain import condition_in_words
from pathways.engine.rules import Rule
from tests.shipped import shipped_content

SHIPPED = shipped_content()
RELEASE, EVIDENCE = SHIPPED.release, SHIPPED.release.evidence

STATEMENTS = [f"A{number}" for number in range(1, 31)] + [f"B{number}" for number in range(1, 32)]
HAZARDS = [f"H{number}" for number in range(1, 23)]

# What the articles say in figures and names, wherever it is carried.
FIGURES = {
    "A12": ["30 Gy", "10", "33", "36", "12"],
    "A17": ["trastuzumab deruxtecan", "tucatinib"],
    "A18": ["osimertinib", "almonertinib"],
    "A26": ["6 to 8 weeks"],
    "B6": ["trastuzumab deruxtecan", "tucatinib"],
    "B7": ["osimertinib", "almonertinib"],
    "B10": ["15 mg", "twice", "4 weeks", "monthly"],
    "B14": ["30 Gy", "33", "36", "daily"],
    "B17": ["70"],
    "B18": ["memantine"],
    "B24": ["8.5", "9.2", "QUARTZ"],
    "B27": ["6 to 8 weeks"],
    "B28": ["2 to 6 months", "6 to 7 months"],
    "B29": ["70", "100"],
}


def plain(text: str) -> str:
    """Text as it is compared: one kind of blank, no capitals."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def rule_texts(rule: Rule) -> Iterator[str]:
    """Everything that a card says for a rule."""
    yield rule.professional
    yield rule.patient or rule.patient_omitted or ""
    yield rule.lifted_by
    yield condition_in_words(rule.own_condition, RELEASE.vocabulary)
    yield from (EVIDENCE.cautions[key].text for key in (*rule.cautions, *cautions_on_cards_of(rule)))
    yield from (EVIDENCE.notes[key].text for key in rule.contested)
    yield from (EVIDENCE.questions[key].text for key in rule.questions)
    if rule.intervention:
        intervention = RELEASE.vocabulary.interventions[rule.intervention]
        yield from (intervention.label, intervention.action)


def cautions_on_cards_of(rule: Rule) -> list[str]:
    return [key for key, caution in EVIDENCE.cautions.items() if rule.intervention in caution.interventions]


def finding_texts(code: str) -> Iterator[str]:
    finding = RELEASE.vocabulary.findings[code]
    yield from (finding.label, finding.help, finding.date_label)
    for option in finding.options:
        yield from (option.label, option.help)
    if finding.cannot_return:
        yield finding.cannot_return.instead


def about_texts() -> Iterator[str]:
    for article in EVIDENCE.articles.values():
        yield from (article.title, article.publisher, article.status, *article.problems)
    for reference in EVIDENCE.references.values():
        yield from (reference.title, reference.source, reference.problem)
    yield from (question.text for question in EVIDENCE.questions.values())


def carrier_texts(carrier: str) -> Iterator[str]:
    kind, _, key = carrier.rpartition(":")
    match kind:
        case "caution":
            yield EVIDENCE.cautions[key].text
        case "evidence":
            yield EVIDENCE.notes[key].text
        case "finding":
            yield from finding_texts(key)
        case "screen":
            yield from about_texts()
        case _:
            yield from rule_texts(RELEASE.rules[key])


def carried_text(carried: Statement | Hazard) -> str:
    return plain(" | ".join(text for carrier in carried.carried_by for text in carrier_texts(carrier)))


def listed(part: str) -> list[str]:
    entries: list[dict[str, Any]] = SHIPPED.document["evidence"][part]
    return [entry["code"] for entry in entries]


def test_every_statement_stands_exactly_once() -> None:
    assert sorted(listed("statements")) == sorted(STATEMENTS)


def test_every_hazard_stands_exactly_once() -> None:
    assert sorted(listed("hazards")) == sorted(HAZARDS)


@pytest.mark.parametrize("code", STATEMENTS)
def test_a_statement_names_its_article_and_section(code: str) -> None:
    statement = EVIDENCE.statements[code]
    assert EVIDENCE.articles[statement.article].letter == code[0]
    assert statement.section
    assert statement.text


@pytest.mark.parametrize("code", STATEMENTS)
def test_the_facts_of_a_statement_stand_where_it_is_carried(code: str) -> None:
    statement = EVIDENCE.statements[code]
    text = carried_text(statement)
    assert statement.facts
    assert [fact for fact in statement.facts if plain(fact) not in text] == []


@pytest.mark.parametrize("code", HAZARDS)
def test_the_facts_of_a_hazard_stand_where_it_is_carried(code: str) -> None:
    hazard = EVIDENCE.hazards[code]
    text = carried_text(hazard)
    assert [fact for fact in hazard.facts if plain(fact) not in text] == []


@pytest.mark.parametrize("code", FIGURES)
def test_the_figures_of_the_articles_stand_where_they_are_carried(code: str) -> None:
    text = carried_text(EVIDENCE.statements[code])
    assert [figure for figure in FIGURES[code] if plain(figure) not in text] == []


@pytest.mark.parametrize("code", STATEMENTS + HAZARDS)
def test_carriers_exist_and_are_named_once(code: str) -> None:
    carried = EVIDENCE.statements[code] if code in EVIDENCE.statements else EVIDENCE.hazards[code]
    assert carried.carried_by
    assert len(set(carried.carried_by)) == len(carried.carried_by)
    assert all(list(carrier_texts(carrier)) for carrier in carried.carried_by)


@pytest.mark.parametrize("key", list(RELEASE.rules))
def test_a_rule_is_a_carrier_of_its_statements_and_back(key: str) -> None:
    carried = {code for code, statement in EVIDENCE.statements.items() if key in statement.carried_by}
    assert set(RELEASE.rules[key].statements) == carried


@pytest.mark.parametrize("key", list(RELEASE.rules))
def test_a_rule_of_the_sources_says_so_and_one_of_ours_does_too(key: str) -> None:
    rule = RELEASE.rules[key]
    assert rule.references
    assert not (rule.origin == "own" and rule.statements)


def shown_texts() -> dict[str, str]:
    """Every text that a user may see, with where it stands."""
    texts = {f"rule {key}": " ".join(rule_texts(rule)) for key, rule in RELEASE.rules.items()}
    texts |= {f"caution {key}": caution.text for key, caution in EVIDENCE.cautions.items()}
    texts |= {f"note {key}": note.text for key, note in EVIDENCE.notes.items()}
    texts |= {f"question {key}": question.text for key, question in EVIDENCE.questions.items()}
    texts |= {f"finding {code}": " ".join(finding_texts(code)) for code in RELEASE.vocabulary.findings}
    return texts | {"about": " ".join(about_texts())}


@pytest.mark.parametrize("place", list(shown_texts()))
def test_no_internal_code_reaches_a_reader(place: str) -> None:
    """The codes of statements and hazards are for tests; a reader sees words."""
    text = shown_texts()[place]
    assert re.findall(r"\b[ABCFHIPS][1-9][0-9]?\b", text) == []
