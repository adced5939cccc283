"""Where the words of a rule come from: its grading, its place in an article, and how a reference is cited."""

from __future__ import annotations

from pathways.dates import day_shown
from pathways.engine.evidence import Reference
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.words import citation

NOT_GRADED = "not graded"


def grading_of(rule: Rule) -> str:
    if rule.strength == NOT_GRADED and rule.certainty == NOT_GRADED:
        return "Strength and certainty: not graded"
    return f"Strength: {rule.strength}. Certainty: {rule.certainty}"


def place_of(release: Release, rule: Rule) -> str:
    """The article and its sections that the wording rests on."""
    if rule.origin == "own":
        return "Safety rule of LM Pathways itself, not taken from the source articles"
    sections: dict[str, list[str]] = {}
    for code in rule.statements:
        statement = release.evidence.statements[code]
        sections.setdefault(statement.article, []).append(statement.section)
    return "; ".join(place_in_article(release, article, names) for article, names in sections.items())


def place_in_article(release: Release, code: str, sections: list[str]) -> str:
    article = release.evidence.articles[code]
    named = ", ".join(dict.fromkeys(sections))
    return f"“{article.title}”, {named} (updated {day_shown(article.updated)})"


def cited(reference: Reference, place: str = "") -> str:
    """A reference as it is cited: title, source, year, and the place in it."""
    text = citation(reference.title, reference.source, reference.year)
    return f"{text}, {place}" if place else text


def web_address(url: str) -> str:
    """Only addresses of the web become links; anything else a content file may hold is shown as text."""
    return url if url.startswith(("https://", "http://")) else ""
