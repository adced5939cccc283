"""What the rules rest on: articles, references, statements, cautions, notes, open questions and hazards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pathways.engine.conditions import Condition


@dataclass(frozen=True, slots=True)
class Article:
    code: str
    letter: str
    title: str
    publisher: str
    updated: str
    status: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that can be looked up; ``problem`` says what is wrong with it as a source."""

    key: str
    kind: str
    title: str
    source: str = ""
    year: str = ""
    url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A clinical statement of an article, in our words; its ``facts`` must show wherever it is carried."""

    code: str
    article: str
    section: str
    text: str
    references: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    carried_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning for the rules that list it, or for every card of ``interventions`` while ``when`` is not false."""

    key: str
    text: str
    references: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """Where primary guidance differs from the source of a contested rule."""

    key: str
    text: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the hospital's board; the rules it touches name it. Without an answer it is open."""

    key: str
    text: str
    answer: str = ""
    answered_by: str = ""
    answered_on: date | None = None

    @property
    def is_open(self) -> bool:
        return not self.answer


@dataclass(frozen=True, slots=True)
class Hazard:
    code: str
    text: str
    carried_by: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    articles: dict[str, Article] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    cautions: dict[str, Caution] = field(default_factory=dict)
    notes: dict[str, EvidenceNote] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    hazards: dict[str, Hazard] = field(default_factory=dict)
