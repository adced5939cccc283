"""Reads the evidence part of a release document and checks what it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pathways.engine.documents import Part, check_names, condition, day, named, text, texts
from pathways.engine.evidence import Article, Caution, Evidence, EvidenceNote, Hazard, Question, Reference, Statement
from pathways.engine.problems import KEY, Path, ProblemList
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Vocabulary

STATEMENTS = re.compile(r"[A-Z][1-9][0-9]{0,2}")
SCREENS = ("about", "assessment", "panel", "patient", "plan", "print", "sign")


def read_evidence(document: Part, path: Path, vocabulary: Vocabulary, problems: ProblemList) -> Evidence:
    return Evidence(
        articles={
            key: read_article(key, part)
            for _, key, part in named(document, path, "articles", problems, key="code", pattern=KEY)
        },
        references={
            key: read_reference(key, part)
            for _, key, part in named(document, path, "references", problems, key="key", pattern=KEY)
        },
        statements={
            code: read_statement(code, part)
            for _, code, part in named(document, path, "statements", problems, key="code", pattern=STATEMENTS)
        },
        cautions={
            key: read_caution(key, part, here, vocabulary, problems)
            for here, key, part in named(document, path, "cautions", problems, key="key", pattern=KEY)
        },
        notes={
            key: EvidenceNote(key, text(part, "text"), texts(part, "references"))
            for _, key, part in named(document, path, "evidence_notes", problems, key="key", pattern=KEY)
        },
        questions={
            key: read_question(key, part, here, problems)
            for here, key, part in named(document, path, "questions", problems, key="key", pattern=KEY)
        },
        hazards={
            code: Hazard(code, text(part, "text"), texts(part, "carried_by"), texts(part, "facts"))
            for _, code, part in named(document, path, "hazards", problems, key="code", pattern=STATEMENTS)
        },
    )


def read_article(code: str, part: Part) -> Article:
    return Article(
        code=code,
        letter=text(part, "letter"),
        title=text(part, "title"),
        publisher=text(part, "publisher"),
        updated=text(part, "updated"),
        status=text(part, "status"),
        problems=texts(part, "problems"),
    )


def read_reference(key: str, part: Part) -> Reference:
    return Reference(
        key=key,
        kind=text(part, "kind"),
        title=text(part, "title"),
        source=text(part, "source"),
        year=text(part, "year"),
        url=text(part, "url"),
        problem=text(part, "problem"),
    )


def read_statement(code: str, part: Part) -> Statement:
    return Statement(
        code=code,
        article=text(part, "article"),
        section=text(part, "section"),
        text=text(part, "text"),
        references=texts(part, "references"),
        facts=texts(part, "facts"),
        carried_by=texts(part, "carried_by"),
    )


def read_caution(key: str, part: Part, path: Path, vocabulary: Vocabulary, problems: ProblemList) -> Caution:
    check_names(
        texts(part, "interventions"), vocabulary.interventions, (*path, "interventions"), "intervention", problems
    )
    return Caution(
        key=key,
        text=text(part, "text"),
        references=texts(part, "references"),
        interventions=texts(part, "interventions"),
        when=condition(part, path, "when", vocabulary.variables, problems) if "when" in part else None,
    )


def read_question(key: str, part: Part, path: Path, problems: ProblemList) -> Question:
    question = Question(
        key=key,
        text=text(part, "text"),
        answer=text(part, "answer"),
        answered_by=text(part, "answered_by"),
        answered_on=day(part, path, "answered_on", problems),
    )
    given = {bool(question.answer), bool(question.answered_by), question.answered_on is not None}
    if len(given) > 1:
        problems.add(path, f"{key}: An answer has its words, the name of who answered, and the day: all three or none.")
    return question


def check_evidence(
    document: Part,
    path: Path,
    problems: ProblemList,
    *,
    evidence: Evidence,
    vocabulary: Vocabulary,
    rules: Mapping[str, Rule],
) -> None:
    """Everything that the evidence refers to exists, and every statement and hazard is carried by something."""
    references = evidence.references
    for name, key in (("statements", "code"), ("cautions", "key"), ("evidence_notes", "key")):
        for here, _, part in entries(document, path, name, key):
            check_names(texts(part, "references"), references, (*here, "references"), "reference", problems)
    for here, _, part in entries(document, path, "statements", "code"):
        check_names([text(part, "article")], evidence.articles, (*here, "article"), "article", problems)
    carriers = carrier_names(evidence, vocabulary, rules)
    for name in ("statements", "hazards"):
        for here, code, part in entries(document, path, name, "code"):
            check_names(texts(part, "carried_by"), carriers, (*here, "carried_by"), "carrier", problems)
            if not texts(part, "carried_by"):
                problems.add(here, f"{code}: Carried by nothing: no rule, caution, field or screen shows it.")


def carrier_names(evidence: Evidence, vocabulary: Vocabulary, rules: Iterable[str]) -> list[str]:
    """What a statement or hazard may be carried by."""
    return [
        *rules,
        *(f"caution:{key}" for key in evidence.cautions),
        *(f"finding:{code}" for code in vocabulary.findings),
        *(f"evidence:{key}" for key in evidence.notes),
        *(f"screen:{name}" for name in SCREENS),
    ]


def entries(document: Part, path: Path, name: str, key: str) -> Iterable[tuple[Path, str, Part]]:
    return named(document, path, name, ProblemList(), key=key, pattern=STATEMENTS if key == "code" else KEY)
