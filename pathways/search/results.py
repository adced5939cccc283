"""The results of a search as they are shown: what matched, whose words they are, and how far they are reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pathways.advice_classes import OF_STANCE
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.search.addresses import ask_href
from pathways.search.entries import Entry, EntryKind, Passage
from pathways.search.highlighting import Segment, holds, segments_of, sentences_of
from pathways.search.query import Query
from pathways.search.rule_shown import RuleShown, rule_shown
from pathways.search.words import stems_of

KIND_WORDS = {
    EntryKind.RULE: "Rule",
    EntryKind.FINDING: "Finding",
    EntryKind.INTERVENTION: "Intervention",
    EntryKind.STATEMENT: "Statement of a source",
    EntryKind.CAUTION: "Caution",
    EntryKind.NOTE: "Contested",
    EntryKind.QUESTION: "Question for the board",
    EntryKind.REFERENCE: "Source",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the guidance with its matches marked; `label` says where it stands."""

    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`rule` is given for rules: everything that the guidance says with them."""

    anchor: str
    kind: str
    class_code: str
    word: str
    title: str
    lines: tuple[Line, ...]
    status: str
    rule: RuleShown | None
    used_by: tuple[Used, ...]
    ask_href: str


@dataclass(frozen=True, slots=True)
class Used:
    """A rule that rests on what was found."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What results are made of: the release, and in words how far each pathway is reviewed."""

    release: Release
    statuses: Mapping[str, str]
    general: str

    def status(self, pathway: str) -> str:
        return self.statuses.get(pathway, self.general)


def result_of(entry: Entry, query: Query, sources: Sources) -> Result:
    rule = sources.release.rules.get(entry.key) if entry.kind is EntryKind.RULE else None
    advice = OF_STANCE[rule.stance] if rule else None
    return Result(
        anchor=f"{entry.kind.value}-{entry.key}",
        kind=KIND_WORDS[entry.kind],
        class_code=advice.code if advice else "",
        word=advice.word if advice else "",
        title=title_of(entry, rule, sources.release),
        lines=lines_of(entry, query),
        status=sources.status(entry.pathway),
        rule=rule_shown(sources.release, rule) if rule else None,
        used_by=() if rule else used_by(entry, sources.release),
        ask_href=ask_href(rule.key, rule.intervention or "") if rule else "",
    )


def title_of(entry: Entry, rule: Rule | None, release: Release) -> str:
    if rule is not None:
        return entry.about[0].text  # the intervention, or the pathway of a rule that is about none
    if entry.kind in {EntryKind.FINDING, EntryKind.INTERVENTION}:
        return entry.about[0].text
    if entry.kind is EntryKind.STATEMENT:
        return f"{entry.key}: {entry.applies[0].text}"
    return ""


def lines_of(entry: Entry, query: Query) -> tuple[Line, ...]:
    """What the entry says, and from elsewhere in it the sentence that holds most of what is not in there."""
    phrases = sorted(query.phrases(), key=len, reverse=True)
    said = [Line(one.label, segments_of(one.text, phrases)) for one in entry.says]
    in_says = stems_of(" ".join(one.text for one in (*entry.about, *entry.says)))
    missing = [one for one in query.asked if not holds(one, in_says)]
    best, most = None, 0
    for passage in (*entry.applies, *entry.rests_on):
        for sentence in sentences_of(passage.text):
            stems = stems_of(sentence)
            if (held := sum(holds(one, stems) for one in missing)) > most:
                best, most = Passage(passage.label, sentence), held
    if best is not None and entry.kind is not EntryKind.STATEMENT:
        said.append(Line(best.label, segments_of(best.text, phrases)))
    return tuple(said)


def used_by(entry: Entry, release: Release) -> tuple[Used, ...]:
    """The rules that name a statement, caution, note, question or source, or that are about a finding."""
    return tuple(
        Used(
            f"{OF_STANCE[rule.stance].word}: {title_of_rule(rule, release)}",
            ask_href(rule.key, rule.intervention or ""),
        )
        for rule in release.rules.values()
        if names(rule, entry)
    )


def title_of_rule(rule: Rule, release: Release) -> str:
    """What a rule is about, with the beginning of its wording: several rules speak of one intervention."""
    sentence = sentences_of(rule.professional)[0]
    label = release.vocabulary.interventions[rule.intervention].label if rule.intervention else ""
    return f"{label}. {sentence}" if label else sentence


def names(rule: Rule, entry: Entry) -> bool:
    match entry.kind:
        case EntryKind.STATEMENT:
            return entry.key in rule.statements
        case EntryKind.CAUTION:
            return entry.key in rule.cautions
        case EntryKind.NOTE:
            return entry.key in rule.contested
        case EntryKind.QUESTION:
            return entry.key in rule.questions
        case EntryKind.REFERENCE:
            return entry.key in rule.references
        case EntryKind.FINDING:
            return any(term.finding == entry.key for term in rule.condition.terms())
        case EntryKind.INTERVENTION:
            return rule.intervention == entry.key
        case _:
            return False
