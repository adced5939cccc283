"""Every text of a release that a clinician or a patient reads, with its place and what may be said in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Variable
from pathways.gate.places import Place, place_of_rule


class Use(Enum):
    """What a text is for, in words."""

    PROFESSIONAL = "wording for professionals"
    PATIENT = "wording for patients"
    OMITTED = "reason for having no wording for patients"
    LIFTED_BY = "sentence on what would lift it"
    CAUTION = "caution"
    CONTESTED = "contested note"
    LABEL = "label"
    HELP = "help"
    ACTION = "action"

    @property
    def instructs(self) -> bool:
        """Whether somebody may act on the text, so that a misread sign in it does harm."""
        return self in (Use.PROFESSIONAL, Use.PATIENT, Use.LIFTED_BY, Use.CAUTION, Use.ACTION)


@dataclass(frozen=True, slots=True)
class Text:
    use: Use
    name: str
    place: Place
    text: str


def texts_of(release: Release) -> Iterator[Text]:
    for rule in release.rules.values():
        yield from rule_texts(rule)
    for caution in release.evidence.cautions.values():
        yield Text(Use.CAUTION, caution.key, Place("evidence", f"cautions/{caution.key}"), caution.text)
    for note in release.evidence.notes.values():
        yield Text(Use.CONTESTED, note.key, Place("evidence", f"evidence_notes/{note.key}"), note.text)
    yield from vocabulary_texts(release)


def rule_texts(rule: Rule) -> Iterator[Text]:
    written = (
        (Use.PROFESSIONAL, rule.professional),
        (Use.PATIENT, rule.patient),
        (Use.OMITTED, rule.patient_omitted),
        (Use.LIFTED_BY, rule.lifted_by),
    )
    for use, text in written:
        if text:
            yield Text(use, rule.key, place_of_rule(rule), text)


def vocabulary_texts(release: Release) -> Iterator[Text]:
    vocabulary = release.vocabulary
    for finding in vocabulary.findings.values():
        place = Place("vocabulary", f"findings/{finding.code}")
        yield from variable_texts(finding, place)
        if finding.help:
            yield Text(Use.HELP, finding.code, place, finding.help)
    for derived in vocabulary.derived.values():
        yield from variable_texts(derived, Place("vocabulary", f"derived/{derived.code}"))
    for intervention in vocabulary.interventions.values():
        place = Place("vocabulary", f"interventions/{intervention.code}")
        yield Text(Use.LABEL, intervention.code, place, intervention.label)
        yield Text(Use.ACTION, intervention.code, place, intervention.action)


def variable_texts(variable: Variable, place: Place) -> Iterator[Text]:
    yield Text(Use.LABEL, variable.code, place, variable.label)
    for option in variable.options:
        yield Text(Use.LABEL, f"{variable.code}, option {option.code}", place, option.label)
