"""Reads the pathways of a release document: their scopes and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pathways.engine.conditions import ALWAYS, MOST_ALTERNATIVES, MOST_TERMS, Condition
from pathways.engine.documents import Part, check_names, condition, day, named, optional_text, text, texts
from pathways.engine.evidence import Evidence
from pathways.engine.problems import KEY, Path, ProblemList
from pathways.engine.rules import Pathway, Rule
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Vocabulary

ORIGINS = ("source", "own")
TOO_LARGE = (
    f"With the pathway's scope multiplied out, the condition has more than {MOST_ALTERNATIVES} alternatives"
    f" or {MOST_TERMS:,} terms. Write it shorter, or as several rules."
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What rules may refer to, and where to note what is wrong."""

    vocabulary: Vocabulary
    evidence: Evidence
    problems: ProblemList


def read_pathways(document: Part, shelf: Shelf) -> tuple[Pathway, ...]:
    """The pathways in content order; accompanying notes have received the conditions of their rules."""
    pathways = []
    rules: dict[str, Rule] = {}
    notes: dict[str, tuple[Path, Part]] = {}
    for here, code, part in named(document, (), "pathways", shelf.problems, key="code", pattern=KEY):
        scope = condition(part, here, "scope", shelf.vocabulary.variables, shelf.problems)
        for path, key, written in named(part, here, "rules", shelf.problems, key="key", pattern=KEY):
            if key in rules:
                shelf.problems.add((*path, "key"), f"The key “{key}” is used in pathway {rules[key].pathway} already.")
                continue
            rules[key] = read_rule(key, written, path, shelf, pathway=code, scope=scope)
            notes[key] = (path, written)
        pathways.append(
            Pathway(
                code=code,
                title=text(part, "title"),
                summary=text(part, "summary"),
                scope=scope,
                rules=(),
                owner=text(part, "owner"),
                review_by=day(part, here, "review_by", shelf.problems),
            )
        )
    for key, rule in rules.items():
        if rule.accompanies:
            rules[key] = accompanying(rule, rules, notes[key][0], shelf.problems)
    return tuple(
        replace(pathway, rules=tuple(rule for rule in rules.values() if rule.pathway == pathway.code))
        for pathway in pathways
    )


def read_rule(key: str, part: Part, path: Path, shelf: Shelf, *, pathway: str, scope: Condition) -> Rule:
    stance = read_stance(part, path, shelf.problems)
    # Without `when` the note has the condition of what it accompanies, or check_shape says that it lacks one.
    own = condition(part, path, "when", shelf.vocabulary.variables, shelf.problems) if "when" in part else ALWAYS
    if scope.is_too_large_with(own):
        shelf.problems.add((*path, "when"), f"{key}: {TOO_LARGE}")
        own = ALWAYS
    rule = Rule(
        key=key,
        pathway=pathway,
        intervention=optional_text(part, "intervention"),
        stance=stance,
        condition=scope.joined_with(own),
        own_condition=own,
        urgent=part.get("urgent") is True,
        accompanies=texts(part, "accompanies"),
        answers=optional_text(part, "answers"),
        statements=texts(part, "statements"),
        origin=text(part, "origin") or "source",
        references=texts(part, "references"),
        places=read_places(part, path, shelf.problems),
        professional=text(part, "professional"),
        patient=optional_text(part, "patient"),
        patient_omitted=optional_text(part, "patient_omitted"),
        strength=text(part, "strength") or "not graded",
        certainty=text(part, "certainty") or "not graded",
        cautions=texts(part, "cautions"),
        contested=texts(part, "contested"),
        questions=texts(part, "questions"),
        lifted_by=text(part, "lifted_by"),
    )
    check_shape(rule, part, path, shelf.problems)
    check_references(rule, path, shelf)
    return rule


def read_places(part: Part, path: Path, problems: ProblemList) -> dict[str, str]:
    """Where in its references a rule stands: pages or sections by the key of the reference."""
    written = part.get("places")
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        problems.add((*path, "places"), "Places are a page or section for each key of a reference.")
        return {}
    cited = texts(part, "references")
    for key, place in written.items():
        if key not in cited:
            problems.add((*path, "places", key), f"“{str(key)[:80]}” is not among the references of the rule.")
        if not isinstance(place, str) or not place.strip():
            problems.add((*path, "places", key), f"Say the page or section of {str(key)[:80]}.")
    return {key: place.strip() for key, place in written.items() if isinstance(place, str)}


def read_stance(part: Part, path: Path, problems: ProblemList) -> Stance:
    try:
        return Stance(text(part, "stance"))
    except ValueError:
        stances = ", ".join(stance.value for stance in Stance)
        problems.add((*path, "stance"), f"“{text(part, 'stance')}” is no stance. Stances: {stances}.")
        return Stance.NOTE


def check_shape(rule: Rule, part: Part, path: Path, problems: ProblemList) -> None:
    """The parts of a rule that go together, go together."""
    is_note = rule.stance is Stance.NOTE
    faults = (
        (rule.intervention is None and not is_note, "A rule without an intervention can only be a note."),
        (rule.urgent and (not is_note or rule.intervention is not None), "Only a general note can be urgent."),
        (bool(rule.accompanies) and not is_note, "Only a note accompanies other rules."),
        (bool(rule.accompanies) == ("when" in part), "Give either `when` or `accompanies`."),
        (not rule.professional, "The wording for professionals is missing."),
        (
            (rule.patient is None) == (rule.patient_omitted is None),
            "Give either a wording for patients or the reason why there is none.",
        ),
        (rule.stance is Stance.WITHHOLD and not rule.lifted_by, "A rule that withholds says what would lift it."),
        (rule.answers is not None and not rule.stance.is_permissive, "Only a recommendation answers a finding."),
        (rule.origin not in ORIGINS, f"The origin is one of {', '.join(ORIGINS)}."),
        (rule.origin == "source" and not rule.statements and not rule.references, "The rule has no source."),
        (not rule.references, "The rule has no reference."),
    )
    for is_fault, message in faults:
        if is_fault:
            problems.add(path, f"{rule.key}: {message}")


def check_references(rule: Rule, path: Path, shelf: Shelf) -> None:
    evidence, vocabulary, problems = shelf.evidence, shelf.vocabulary, shelf.problems
    intervention = [rule.intervention] if rule.intervention else []
    answers = [rule.answers] if rule.answers else []
    check_names(intervention, vocabulary.interventions, (*path, "intervention"), "intervention", problems)
    check_names(answers, vocabulary.findings, (*path, "answers"), "finding", problems)
    check_names(rule.references, evidence.references, (*path, "references"), "reference", problems)
    check_names(rule.statements, evidence.statements, (*path, "statements"), "statement", problems)
    check_names(rule.cautions, evidence.cautions, (*path, "cautions"), "caution", problems)
    check_names(rule.questions, evidence.questions, (*path, "questions"), "open question", problems)
    check_names(rule.contested, evidence.notes, (*path, "contested"), "evidence note", problems)


def accompanying(rule: Rule, rules: dict[str, Rule], path: Path, problems: ProblemList) -> Rule:
    """A note with the condition, scope included, of the rules it accompanies."""
    check_names(rule.accompanies, rules, (*path, "accompanies"), "rule", problems)
    accompanied = [rules[key] for key in rule.accompanies if key in rules]
    for other in accompanied:
        if not other.takes_part or other.intervention != rule.intervention:
            problems.add((*path, "accompanies"), f"“{other.key}” takes no stance on the same intervention.")
    if not accompanied:
        return rule
    joined = accompanied[0].condition
    for other in accompanied[1:]:
        joined = joined.or_else(other.condition)
    return replace(rule, condition=joined, own_condition=joined)
