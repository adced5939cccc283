"""One rule's argument for or against an intervention: its words, facts, grading, sources, and what is contested."""

from dataclasses import dataclass, replace

from accounts.models import Wording
from pathways.advice_classes import OF_STANCE
from pathways.engine.evaluation import Evaluation
from pathways.engine.evidence import Reference
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.search.addresses import ask_href
from pathways.sources import cited, grading_of, place_of, web_address
from patients.presenters.advice.facts import Fact, facts_of_rules

IN_PLAIN_WORDS = "plain wording"
NO_PLAIN_WORDING = "no plain wording"
KINDS = {
    "article": "Source article",
    "listed": "Listed by the article",
    "guideline": "Guideline",
    "study": "Study",
    "label": "Product label",
    "digest": "Summary of a guideline",
}


@dataclass(frozen=True, slots=True)
class Citation:
    kind: str
    text: str
    href: str
    problem: str


@dataclass(frozen=True, slots=True)
class ContestedNote:
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """`place` says which article and section the words rest on, or that the rule is the project's own.

    `wording_note` is empty in professional wording; else it says whether the words are plain, or why they are not.
    """

    key: str
    class_code: str
    word: str
    pathway: str
    wording: str
    facts: tuple[Fact, ...]
    grading: str
    place: str
    lifted_by: str
    citations: tuple[Citation, ...]
    contested: tuple[ContestedNote, ...]
    questions: tuple[str, ...]
    cautions: tuple[str, ...] = ()
    wording_note: str = ""
    ask_href: str = ""  # where one asks the content team about it, or reports a problem


def arguments_of(
    evaluation: Evaluation, rules: tuple[Rule, ...], *, wording: str = Wording.PROFESSIONAL
) -> tuple[Argument, ...]:
    """Safety: what is signed asks for no wording, and so is always in the professional one."""
    return tuple(argument_of(evaluation, rule, wording=wording) for rule in rules)


def note_of(evaluation: Evaluation, rule: Rule, *, wording: str = Wording.PROFESSIONAL) -> Argument:
    """A note that stands on no card, and so carries its own cautions."""
    cautions = tuple(evaluation.release.evidence.cautions[key].text for key in rule.cautions)
    return replace(argument_of(evaluation, rule, wording=wording), cautions=cautions)


def worded(rule: Rule, wording: str) -> tuple[str, str]:
    """The words of a rule, and the note on them. A rule without plain words keeps its own: nothing is left out."""
    if wording != Wording.PLAIN:
        return rule.professional, ""
    return (rule.patient, IN_PLAIN_WORDS) if rule.patient else (rule.professional, NO_PLAIN_WORDING)


def argument_of(evaluation: Evaluation, rule: Rule, *, wording: str = Wording.PROFESSIONAL) -> Argument:
    words, wording_note = worded(rule, wording)
    release = evaluation.release
    advice = OF_STANCE[rule.stance]
    questions = [release.evidence.questions[key] for key in rule.questions]
    return Argument(
        key=rule.key,
        class_code=advice.code,
        word=advice.word,
        pathway=pathway_title(release, rule),
        wording=words,
        facts=facts_of_rules(evaluation, (rule,)),
        grading=grading_of(rule),
        place=place_of(release, rule),
        lifted_by=rule.lifted_by,
        citations=tuple(
            citation_of(release.evidence.references[key], rule.places.get(key, "")) for key in rule.references
        ),
        contested=contested_notes(release, rule),
        questions=tuple(one.text for one in questions if one.is_open),
        wording_note=wording_note,
        ask_href=ask_href(rule.key, rule.intervention or ""),
    )


def pathway_title(release: Release, rule: Rule) -> str:
    return next((pathway.title for pathway in release.pathways if pathway.code == rule.pathway), rule.pathway)


def citation_of(reference: Reference, place: str = "") -> Citation:
    href = web_address(reference.url)
    return Citation(KINDS.get(reference.kind, ""), cited(reference, place), href, reference.problem)


def contested_notes(release: Release, rule: Rule) -> tuple[ContestedNote, ...]:
    notes = [release.evidence.notes[key] for key in rule.contested]
    return tuple(
        ContestedNote(note.text, tuple(citation_of(release.evidence.references[key]) for key in note.references))
        for note in notes
    )
