"""What the frame and the about page say about the guidance: ready-made strings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.dates import short_date
from pathways.engine.evidence import Article, Reference
from pathways.engine.release import Release
from pathways.selectors import LoadedRelease

NOT_PROVED = "not proved yet"
SHOWN_OF_HASH = 12


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
class AboutContent:
    title: str
    release: str
    fingerprint: str
    status: str
    pathways: tuple[RunningPathway, ...]
    articles: tuple[SourceArticle, ...]
    flawed_references: tuple[FlawedReference, ...]
    questions: tuple[OpenQuestion, ...]


def content_status_of(loaded: LoadedRelease | None) -> ContentStatus:
    if loaded is None:
        return ContentStatus("Content: none in force. No advice is given.", in_force=False)
    record = loaded.record
    sentence = f"Content: release {record.number}, {record.get_status_display().lower()}, {NOT_PROVED}"
    return ContentStatus(sentence, in_force=True)


def about_content(loaded: LoadedRelease | None) -> AboutContent | None:
    if loaded is None:
        return None
    record, release = loaded.record, loaded.engine
    return AboutContent(
        title=release.title,
        release=f"Release {record.number}",
        fingerprint=record.sha256[:SHOWN_OF_HASH],
        status=f"{record.get_status_display()}, {NOT_PROVED}",
        pathways=tuple(
            RunningPathway(pathway.title, pathway.summary, f"{len(pathway.rules)} rules")
            for pathway in release.pathways
        ),
        articles=tuple(source_article(article) for article in release.evidence.articles.values()),
        flawed_references=flawed_references(release),
        questions=tuple(
            OpenQuestion(question.text, touched_by(release, question.key))
            for question in release.evidence.questions.values()
        ),
    )


def source_article(article: Article) -> SourceArticle:
    return SourceArticle(
        title=article.title,
        publisher=article.publisher,
        state=f"Updated {long_day(article.updated)}. {article.status}",
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


def cited(reference: Reference) -> str:
    """A reference as it is cited: title, source, year."""
    place = ", ".join(part for part in (reference.source, reference.year) if part)
    title = reference.title.rstrip(".")
    return f"{title}. {place}" if place else title


def long_day(text: str) -> str:
    """An ISO day as 04-Jan-2026; anything else as it stands."""
    try:
        return short_date(date.fromisoformat(text))
    except ValueError:
        return text
