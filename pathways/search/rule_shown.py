"""One rule of the guidance in whole, as whoever searches for it or asks about it reads it; without a patient."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.advice_classes import OF_STANCE
from pathways.engine.explain import condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.sources import cited, grading_of, place_of, web_address


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


def cited_source(release: Release, rule: Rule, key: str) -> Cited:
    reference = release.evidence.references[key]
    return Cited(cited(reference, rule.places.get(key, "")), web_address(reference.url), reference.problem)
