"""All rules of the release in force on paper: urgent ones first, then per pathway and intervention, strictest first."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.advice_classes import OF_STANCE, URGENT, AdviceClass
from pathways.dates import short_date
from pathways.engine.conditions import Condition
from pathways.engine.evidence import Caution
from pathways.engine.explain import alternative_in_words, condition_in_words
from pathways.engine.release import Release
from pathways.engine.rules import Pathway, Rule
from pathways.engine.safeguards import PromiseKind
from pathways.selectors import LoadedRelease
from pathways.sources import cited, grading_of

NO_INTERVENTION = "Notes"


@dataclass(frozen=True, slots=True)
class PrintedRule:
    """`applies` are alternatives: the rule applies where one of them holds. `sources` are numbers of the list, with
    the place in the source where one is known; `is_own` marks a safety rule that rests on no source.
    """

    key: str
    class_code: str
    word: str
    wording: str
    applies: tuple[str, ...]
    lifted_by: str
    cautions: tuple[str, ...]
    contested: tuple[str, ...]
    questions: tuple[str, ...]
    grading: str
    sources: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class PrintedIntervention:
    label: str
    rules: tuple[PrintedRule, ...]


@dataclass(frozen=True, slots=True)
class PrintedPathway:
    """An empty `scope` is every patient."""

    code: str
    title: str
    summary: str
    scope: tuple[str, ...]
    upkeep: str
    interventions: tuple[PrintedIntervention, ...]


@dataclass(frozen=True, slots=True)
class PrintedReference:
    number: int
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class PrintedPathways:
    """`never` are the never-events of the content, as they were written."""

    urgent: tuple[PrintedRule, ...]
    never: tuple[str, ...]
    pathways: tuple[PrintedPathway, ...]
    standing: tuple[str, ...]
    references: tuple[PrintedReference, ...]
    rules: int


def printed_pathways(loaded: LoadedRelease | None) -> PrintedPathways | None:
    """Safety: without guidance in force there is nothing to print, in live mode above all. HZ-15"""
    if loaded is None:
        return None
    release = loaded.engine
    numbers = reference_numbers(release)
    return PrintedPathways(
        urgent=tuple(printed_rule(release, rule, numbers) for rule in release.rules.values() if rule.urgent),
        never=tuple(one.text for one in release.safeguards.promises.values() if one.kind is PromiseKind.NEVER),
        pathways=tuple(printed_pathway(release, pathway, numbers) for pathway in release.pathways),
        standing=standing_cautions(release),
        references=tuple(
            PrintedReference(number, cited(release.evidence.references[key]), release.evidence.references[key].problem)
            for key, number in numbers.items()
        ),
        rules=len(release.rules),
    )


def reference_numbers(release: Release) -> dict[str, int]:
    used = dict.fromkeys(key for rule in release.rules.values() for key in rule.references)
    return {key: number for number, key in enumerate(used, start=1)}


def printed_pathway(release: Release, pathway: Pathway, numbers: dict[str, int]) -> PrintedPathway:
    """Notes that go with no intervention come last; urgent rules stand here as well, where they are looked for."""
    codes = [*release.vocabulary.interventions, None]
    printed = []
    for code in codes:
        rules = sorted(
            (rule for rule in pathway.rules if rule.intervention == code),
            key=lambda rule: (not rule.urgent, -rule.stance.strictness),
        )
        if rules:
            label = release.vocabulary.interventions[code].label if code else NO_INTERVENTION
            printed.append(PrintedIntervention(label, tuple(printed_rule(release, one, numbers) for one in rules)))
    return PrintedPathway(
        code=pathway.code,
        title=pathway.title,
        summary=pathway.summary,
        scope=() if holds_always(pathway.scope) else alternatives_of(pathway.scope, release),
        upkeep=upkeep_of(pathway),
        interventions=tuple(printed),
    )


def holds_always(condition: Condition) -> bool:
    return any(not alternative.terms for alternative in condition.alternatives)


def upkeep_of(pathway: Pathway) -> str:
    owner = f"Owner: {pathway.owner}" if pathway.owner else "No owner is named"
    review = f"to be reviewed by {short_date(pathway.review_by)}" if pathway.review_by else "no review date is set"
    return f"{owner}; {review}."


def printed_rule(release: Release, rule: Rule, numbers: dict[str, int]) -> PrintedRule:
    advice: AdviceClass = URGENT if rule.urgent else OF_STANCE[rule.stance]
    evidence = release.evidence
    return PrintedRule(
        key=rule.key,
        class_code=advice.code,
        word=advice.word,
        wording=rule.professional,
        applies=alternatives_of(rule.condition, release),
        lifted_by=rule.lifted_by,
        cautions=tuple(evidence.cautions[key].text for key in rule.cautions),
        contested=tuple(evidence.notes[key].text for key in rule.contested),
        questions=tuple(evidence.questions[key].text for key in rule.questions if evidence.questions[key].is_open),
        grading=grading_of(rule),
        sources=tuple(
            numbered(numbers[key], rule.places.get(key, "")) for key in sorted(rule.references, key=numbers.__getitem__)
        ),
        is_own=rule.origin == "own",
    )


def numbered(number: int, place: str) -> str:
    return f"{number} ({place})" if place else str(number)


def alternatives_of(condition: Condition, release: Release) -> tuple[str, ...]:
    return tuple(alternative_in_words(one, release.vocabulary) for one in condition.alternatives)


def standing_cautions(release: Release) -> tuple[str, ...]:
    """Cautions that hold for an intervention whichever rule speaks for it; on screen they are on every such card."""
    return tuple(standing_caution(release, one) for one in release.evidence.cautions.values() if one.interventions)


def standing_caution(release: Release, caution: Caution) -> str:
    vocabulary = release.vocabulary
    labels = ", ".join(vocabulary.interventions[code].label for code in caution.interventions)
    while_open = f", unless it is ruled out that {condition_in_words(caution.when, vocabulary)}" if caution.when else ""
    return f"{labels}{while_open}: {caution.text}"
