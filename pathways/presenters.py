"""What the frame and the about page say about the guidance: ready-made strings."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from pathways.dates import day_shown, short_date
from pathways.engine.evidence import Article, Question
from pathways.engine.release import Release
from pathways.proof_status import NOT_PROVED, ProofStatus, proof_of, proof_words
from pathways.selectors import LoadedRelease
from pathways.sources import cited
from pathways.words import counted, fingerprint

NOTHING_LOADED = "Content: none in force. No advice is given."
ALTERED = "Content: what is stored is not what was published. No advice is given. Tell the people who run LM Pathways."
NOTHING_APPROVED = "Content: no approved guidance is in force. No advice is given."


@dataclass(frozen=True, slots=True)
class ContentStatus:
    sentence: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class RunningPathway:
    title: str
    summary: str
    rules: str


@dataclass(frozen=True, slots=True)
class SourceArticle:
    title: str
    publisher: str
    state: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlawedReference:
    title: str
    problem: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    text: str
    touches: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    text: str
    answer: str
    by: str


@dataclass(frozen=True, slots=True)
class ProvedContent:
    """What was proved, by what and when, in sentences; `promises` are the promises as they were written."""

    sentence: str
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AboutContent:
    title: str
    release: str
    fingerprint: str
    status: str
    proof: ProvedContent | None
    pathways: tuple[RunningPathway, ...]
    articles: tuple[SourceArticle, ...]
    flawed_references: tuple[FlawedReference, ...]
    questions: tuple[OpenQuestion, ...]
    answered: tuple[AnsweredQuestion, ...]


def content_status_of(loaded: LoadedRelease | None) -> ContentStatus:
    if loaded is None:
        return ContentStatus(NOTHING_APPROVED if settings.LM_MODE == "live" else NOTHING_LOADED, in_force=False)
    record, proof = loaded.record, proof_of(loaded.record)
    proved = proof.brief if proof else NOT_PROVED
    sentence = f"Content: release {record.number}, {record.get_status_display().lower()}, {proved}"
    return ContentStatus(sentence, in_force=True)


def about_content(loaded: LoadedRelease | None) -> AboutContent | None:
    if loaded is None:
        return None
    record, release = loaded.record, loaded.engine
    return AboutContent(
        title=release.title,
        release=f"Release {record.number}",
        fingerprint=fingerprint(record.sha256),
        status=f"{record.get_status_display()}, {proof_words(record)}",
        proof=proved_content(proof_of(record)),
        pathways=tuple(
            RunningPathway(pathway.title, pathway.summary, f"{len(pathway.rules)} rules")
            for pathway in release.pathways
        ),
        articles=tuple(source_article(article) for article in release.evidence.articles.values()),
        flawed_references=flawed_references(release),
        questions=tuple(
            OpenQuestion(question.text, touched_by(release, question.key))
            for question in release.evidence.questions.values()
            if question.is_open
        ),
        answered=tuple(
            AnsweredQuestion(question.text, question.answer, answered_by(question))
            for question in release.evidence.questions.values()
            if not question.is_open
        ),
    )


def proved_content(proof: ProofStatus | None) -> ProvedContent | None:
    if proof is None:
        return None
    besides = f", and {counted(proof.other_checks, 'check')} of the rules besides" if proof.other_checks else ""
    return ProvedContent(
        f"Proved on {proof.day} by {proof.checker} for every possible patient, with known and unknown findings alike: "
        f"{counted(len(proof.promises), 'promise')}{besides}. Certificate {proof.fingerprint}.",
        proof.promises,
    )


def answered_by(question: Question) -> str:
    day = short_date(question.answered_on) if question.answered_on else ""
    return ", ".join(part for part in (question.answered_by, day) if part)


def source_article(article: Article) -> SourceArticle:
    return SourceArticle(
        title=article.title,
        publisher=article.publisher,
        state=f"Updated {day_shown(article.updated)}. {article.status}",
        problems=article.problems,
    )


def flawed_references(release: Release) -> tuple[FlawedReference, ...]:
    flawed = [reference for reference in release.evidence.references.values() if reference.problem]
    return tuple(FlawedReference(cited(reference), reference.problem) for reference in flawed)


def touched_by(release: Release, question: str) -> str:
    """The interventions whose advice depends on an open question."""
    codes = dict.fromkeys(rule.intervention for rule in release.rules.values() if question in rule.questions)
    labels = [release.vocabulary.interventions[code].label for code in codes if code is not None]
    return ", ".join(labels)
