"""What an entry cites, opened for reading: statements with their place, references with what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.admin.forms.names import Names
from pathways.engine.evidence import Reference
from pathways.sources import cited, web_address

MISSING = "This is cited, but it does not exist."


@dataclass(frozen=True, slots=True)
class Citation:
    """``text`` is what a statement says, or the title of a reference."""

    kind: str
    text: str
    place: str
    problem: str
    url: str = ""


def citations_of(entry: Mapping[str, Any], names: Names) -> tuple[Citation, ...]:
    return (*statements_of(entry, names), *references_of(entry, names))


def statements_of(entry: Mapping[str, Any], names: Names) -> Iterable[Citation]:
    articles = dict(names.articles)
    known = by(names, "statements", "code")
    for code in listed(entry, "statements"):
        statement = known.get(code)
        if statement is None:
            yield Citation("Statement", code, "", MISSING)
            continue
        article = articles.get(str(statement.get("article", "")), "")
        place = ", ".join(part for part in (article, str(statement.get("section", ""))) if part)
        yield Citation("Statement", str(statement.get("text", "")), place, "")


def references_of(entry: Mapping[str, Any], names: Names) -> Iterable[Citation]:
    places = entry.get("places")
    pages: Mapping[str, Any] = places if isinstance(places, Mapping) else {}
    known = by(names, "references", "key")
    for key in listed(entry, "references"):
        found = known.get(key)
        if found is None:
            yield Citation("Reference", key, "", MISSING)
            continue
        fields = {name: str(found.get(name, "")) for name in ("key", "kind", "title", "source", "year", "url")}
        reference = Reference(**fields, problem=str(found.get("problem", "")))
        place, address = str(pages.get(key, "")), web_address(reference.url)
        yield Citation("Reference", cited(reference), place, reference.problem, address)


def by(names: Names, kind: str, identity: str) -> dict[str, Mapping[str, Any]]:
    evidence = names.document.get("evidence")
    found = evidence.get(kind) if isinstance(evidence, Mapping) else None
    entries = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return {str(one.get(identity, "")): one for one in entries}


def listed(entry: Mapping[str, Any], name: str) -> list[str]:
    found = entry.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []
