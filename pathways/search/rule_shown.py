"""One rule of the guidance in whole, as whoever searches for it or asks about it reads it; without a patient."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.advice_classes import OF_STANCE
from pathways.dates import day_shown
from pathways.engine.explain import condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.presenters import cited

NOT_GRADED = "not graded"


@dataclass(frozen=True, slots=True)
class Cited:
    text: str
    href: str
    problem: str


@dataclass(frozen=True, slots=True)
class RuleShown:
    key: str
    class_code: str
    word: str
    title: str
    pathway: str
    wording: str
    applies: str
    lifted_by: str
    cautions: tuple[str, ...]
    contested: tuple[str, ...]
    questions: tuple[str, ...]
    grading: str
    place: str
    patient: str
    sources: tuple[Cited, ...]


def rule_shown(release: Release, rule: Rule) -> RuleShown:
    evidence, advice = release.evidence, OF_STANCE[rule.stance]
    pathway = next(one for one in release.pathways if one.code == rule.pathway)
    interventions = release.vocabulary.interventions
    questions = [evidence.questions[key] for key in rule.questions]
    return RuleShown(
        key=rule.key,
        class_code=advice.code,
        word=advice.word,
        title=interventions[rule.intervention].label if rule.intervention else pathway.title,
        pathway=pathway.title,
        wording=rule.professional,
        applies=condition_in_words(rule.condition, release.vocabulary),
        lifted_by=rule.lifted_by,
        cautions=tuple(evidence.cautions[key].text for key in rule.cautions),
        contested=tuple(evidence.notes[key].text for key in rule.contested),
        questions=tuple(one.text for one in questions if one.is_open),
        grading=grading_of(rule),
        place=place_of(release, rule),
        patient=rule.patient or rule.patient_omitted or "",
        sources=tuple(cited_source(release, rule, key) for key in rule.references),
    )


def grading_of(rule: Rule) -> str:
    if rule.strength == NOT_GRADED and rule.certainty == NOT_GRADED:
        return "Strength and certainty: not graded"
    return f"Strength: {rule.strength}. Certainty: {rule.certainty}"


def place_of(release: Release, rule: Rule) -> str:
    """The article and its sections that the wording rests on."""
    if rule.origin == "own":
        return "Safety rule of LM Pathways itself, not taken from the source articles"
    sections: dict[str, list[str]] = {}
    for code in rule.statements:
        statement = release.evidence.statements[code]
        sections.setdefault(statement.article, []).append(statement.section)
    return "; ".join(in_article(release, article, names) for article, names in sections.items())


def in_article(release: Release, code: str, sections: list[str]) -> str:
    article = release.evidence.articles[code]
    return f"“{article.title}”, {', '.join(dict.fromkeys(sections))} (updated {day_shown(article.updated)})"


def cited_source(release: Release, rule: Rule, key: str) -> Cited:
    reference = release.evidence.references[key]
    place = rule.places.get(key, "")
    href = reference.url if reference.url.startswith(("https://", "http://")) else ""
    return Cited(f"{cited(reference)}, {place}" if place else cited(reference), href, reference.problem)
