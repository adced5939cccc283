"""What an entry may refer to, read from a candidate document that may be half finished: it never fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from pathways.engine.problems import ProblemList
from pathways.engine.read_vocabulary import read_vocabulary
from pathways.engine.vocabulary import Vocabulary
from pathways.words import citation

Choice = tuple[str, str]
LONGEST_LABEL = 140
MORE = "…"


class Names:
    """Pairs of code and label, in the order of the document. Internal codes of statements stand in no label."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """As far as it can be read: what is wrong with it is said in its own outline."""
        return read_vocabulary(_mapping(self.document, "vocabulary"), ("vocabulary",), ProblemList())

    @cached_property
    def findings(self) -> list[Choice]:
        return self._listed("vocabulary", "findings", "code", "label")

    @cached_property
    def derived(self) -> list[Choice]:
        return self._listed("vocabulary", "derived", "code", "label")

    @cached_property
    def interventions(self) -> list[Choice]:
        return self._listed("vocabulary", "interventions", "code", "label")

    @cached_property
    def groups(self) -> list[str]:
        found = _entries(_mapping(self.document, "vocabulary"), "findings")
        return list(dict.fromkeys(str(one.get("group", "")) for one in found if one.get("group")))

    @cached_property
    def articles(self) -> list[Choice]:
        return self._listed("evidence", "articles", "code", "title")

    @cached_property
    def references(self) -> list[Choice]:
        found = _entries(_mapping(self.document, "evidence"), "references")
        return [(_text(one, "key"), _shortened(_cited(one))) for one in found if _text(one, "key")]

    @cached_property
    def statements(self) -> list[Choice]:
        letters = {
            _text(one, "code"): _text(one, "title") for one in _entries(_mapping(self.document, "evidence"), "articles")
        }
        found = _entries(_mapping(self.document, "evidence"), "statements")
        return [
            (_text(one, "code"), _shortened(f"{_text(one, 'text')} ({letters.get(_text(one, 'article'), '?')})", 260))
            for one in found
            if _text(one, "code")
        ]

    @cached_property
    def cautions(self) -> list[Choice]:
        return self._listed("evidence", "cautions", "key", "text")

    @cached_property
    def notes(self) -> list[Choice]:
        return self._listed("evidence", "evidence_notes", "key", "text")

    @cached_property
    def questions(self) -> list[Choice]:
        return self._listed("evidence", "questions", "key", "text")

    @cached_property
    def rules(self) -> list[Choice]:
        """Every rule of every pathway, as "pathway: rule"."""
        return [
            (_text(rule, "key"), f"{_text(pathway, 'title') or _text(pathway, 'code')}: {_text(rule, 'key')}")
            for pathway in _entries(self.document, "pathways")
            for rule in _entries(pathway, "rules")
            if _text(rule, "key")
        ]

    def stance_rules(self) -> list[Mapping[str, Any]]:
        """The rules that take a stance, as they are written."""
        every = [rule for pathway in _entries(self.document, "pathways") for rule in _entries(pathway, "rules")]
        return [rule for rule in every if rule.get("intervention") and rule.get("stance") != "note"]

    def cases(self) -> list[Choice]:
        return self._listed("safeguards", "cases", "id", "title")

    def _listed(self, part: str, name: str, identity: str, label: str) -> list[Choice]:
        found = _entries(_mapping(self.document, part), name)
        return [
            (_text(one, identity), _shortened(_text(one, label) or _text(one, identity)))
            for one in found
            if _text(one, identity)
        ]


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _entries(document: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    found = document.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _shortened(text: str, longest: int = LONGEST_LABEL) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}{MORE}"


def _cited(reference: Mapping[str, Any]) -> str:
    title, source, year = (_text(reference, name) for name in ("title", "source", "year"))
    return citation(title or _text(reference, "key"), source, year)
