"""Finds every place where a part uses the name of a finding, an option or an intervention, and can write another there.

Conditions are read word by word as the condition language reads them, so that a name is never found inside another
word, an option only under its own finding, and even an unfinished condition keeps its lines and blanks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pathways.editing.parts import Document, PartKind, kind_of
from pathways.engine.condition_language import TOKEN


class NameKind(Enum):
    FINDING = "finding"
    OPTION = "option"
    INTERVENTION = "intervention"


@dataclass(frozen=True, slots=True)
class Name:
    """``finding`` is the finding, recorded or derived, that an option belongs to."""

    kind: NameKind
    code: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A place that uses a name: the entry, such as "rules/init-systemic", and the field in words."""

    part: str
    entry: str
    place: str


Spelling = Callable[[Name, Use], str]


def uses_in(part: str, document: Document, wanted: Name) -> list[Use]:
    """Where a part uses a name; a finding is used where one of its options is. Definitions are no uses."""
    found: list[Use] = []

    def notice(name: Name, use: Use) -> str:
        if name == wanted:
            found.append(use)
        return name.code

    respelled(part, document, notice)
    return list(dict.fromkeys(found))


def respelled(part: str, document: Document, spelling: Spelling) -> Document:
    """The document with every name as ``spelling`` writes it."""
    speller = Speller(part, spelling)
    match kind_of(part):
        case PartKind.VOCABULARY:
            return speller.vocabulary(document)
        case PartKind.EVIDENCE:
            return speller.evidence(document)
        case PartKind.SAFEGUARDS:
            return speller.safeguards(document)
        case PartKind.PATHWAY:
            return speller.pathway(document)


class Speller:
    """Walks through one part."""

    def __init__(self, part: str, spelling: Spelling) -> None:
        self.part = part
        self.spelling = spelling

    # Parts

    def vocabulary(self, document: Document) -> Document:
        return self.entries(self.entries(document, "findings", self.finding), "derived", self.derived)

    def evidence(self, document: Document) -> Document:
        carried = self.entries(self.entries(document, "statements", self.carried), "hazards", self.carried)
        return self.entries(carried, "cautions", self.caution)

    def safeguards(self, document: Document) -> Document:
        return self.entries(self.entries(document, "promises", self.promise), "cases", self.case)

    def pathway(self, document: Document) -> Document:
        return self.condition(self.entries(document, "rules", self.rule), "head", "scope", "scope")

    def entries(self, document: Document, kind: str, walk: Callable[[dict[str, Any], str], dict[str, Any]]) -> Document:
        """The document with its list of this kind walked through, if it has one."""
        found = document.get(kind)
        if not isinstance(found, list):
            return dict(document)
        return {
            **document,
            kind: [walk(entry, f"{kind}/{identity(entry)}") if isinstance(entry, dict) else entry for entry in found],
        }

    # Entries

    def rule(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        entry = self.condition(entry, here, "when", "condition")
        entry = self.single(entry, here, "answers", NameKind.FINDING, "answers")
        return self.single(entry, here, "intervention", NameKind.INTERVENTION, "intervention")

    def finding(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        entry = self.condition(entry, here, "asked_when", "asked when")
        if isinstance(entry.get("overtaken_by"), list):
            terms = [self.text(term, here, "overtaken by") for term in entry["overtaken_by"]]
            entry = {**entry, "overtaken_by": terms}
        barred = entry.get("cannot_return")
        if isinstance(barred, dict):
            own = str(entry.get("code"))
            for side in ("from", "to"):
                barred = self.many(barred, here, side, NameKind.OPTION, "cannot return", finding=own)
            entry = {**entry, "cannot_return": barred}
        return entry

    def derived(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        own = str(entry.get("code"))
        entry = self.condition(entry, here, "when", "condition")
        entry = self.single(entry, here, "value", NameKind.OPTION, "value", finding=own)
        return self.single(entry, here, "otherwise", NameKind.OPTION, "otherwise", finding=own)

    def caution(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        entry = self.condition(entry, here, "when", "condition")
        return self.many(entry, here, "interventions", NameKind.INTERVENTION, "interventions")

    def carried(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        carriers = entry.get("carried_by")
        if not isinstance(carriers, list):
            return entry
        return {**entry, "carried_by": [self.carrier(one, here) for one in carriers]}

    def carrier(self, written: Any, here: str) -> Any:
        what, _, code = str(written).partition(":")
        return f"{what}:{self.named(NameKind.FINDING, code, here, 'carried by')}" if what == "finding" else written

    def promise(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        entry = self.condition(entry, here, "when", "condition")
        entry = self.many(entry, here, "known", NameKind.FINDING, "known")
        return self.many(entry, here, "interventions", NameKind.INTERVENTION, "interventions")

    def case(self, entry: dict[str, Any], here: str) -> dict[str, Any]:
        findings, expected = entry.get("findings"), entry.get("expect")
        if isinstance(findings, dict):
            entry = {
                **entry,
                "findings": {
                    self.named(NameKind.FINDING, code, here, "findings"): self.observation(code, value, here)
                    for code, value in findings.items()
                },
            }
        if isinstance(expected, dict):
            entry = {
                **entry,
                "expect": {
                    self.named(NameKind.INTERVENTION, code, here, "expected verdicts"): verdict
                    for code, verdict in expected.items()
                },
            }
        return entry

    def observation(self, code: str, written: Any, here: str) -> Any:
        if isinstance(written, dict):
            return {
                name: self.observation(code, value, here) if name == "value" else value
                for name, value in written.items()
            }
        return self.named(NameKind.OPTION, written, here, "findings", code) if isinstance(written, str) else written

    # Fields

    def single(
        self, entry: dict[str, Any], here: str, field: str, kind: NameKind, place: str, *, finding: str = ""
    ) -> dict[str, Any]:
        code = entry.get(field)
        return {**entry, field: self.named(kind, code, here, place, finding)} if isinstance(code, str) else entry

    def many(
        self, entry: dict[str, Any], here: str, field: str, kind: NameKind, place: str, *, finding: str = ""
    ) -> dict[str, Any]:
        codes = entry.get(field)
        if not isinstance(codes, list):
            return entry
        named = [self.named(kind, code, here, place, finding) if isinstance(code, str) else code for code in codes]
        return {**entry, field: named}

    def condition(self, entry: dict[str, Any], here: str, field: str, place: str) -> dict[str, Any]:
        return {**entry, field: self.text(entry[field], here, place)} if field in entry else entry

    def text(self, written: Any, here: str, place: str) -> Any:
        if not isinstance(written, str):
            return written
        return "\n".join(self.line(line, here, place) for line in written.split("\n"))

    def line(self, line: str, here: str, place: str) -> str:
        tokens = list(TOKEN.finditer(line))
        parts, end = [], 0
        for position, name in names_in([token.group() for token in tokens]):
            token = tokens[position]
            parts += [line[end : token.start()], self.named(name.kind, name.code, here, place, name.finding)]
            end = token.end()
        return "".join(parts) + line[end:]

    def named(self, kind: NameKind, code: str, here: str, place: str, finding: str = "") -> str:
        return self.spelling(Name(kind, code, finding), Use(self.part, here, place))


def names_in(words: list[str]) -> Iterator[tuple[int, Name]]:
    """The words of one line of a condition that are names, with their positions."""
    position = 0
    while position < len(words):
        finding = words[position]
        yield position, Name(NameKind.FINDING, finding)
        position += 1
        end = words.index("and", position) if "and" in words[position:] else len(words)
        for index in range(first_option(words, position, end), end):
            if words[index] != ",":
                yield index, Name(NameKind.OPTION, words[index], finding)
        position = end + 1


def first_option(words: list[str], operator: int, end: int) -> int:
    """Behind `is`, `is not`, `is any of`, `is none of`; a comparison has no options. `none` alone is an option."""
    match words[operator : min(operator + 3, end)]:
        case ["is", "any" | "none", "of"]:
            return operator + 3
        case ["is", "not", *_]:
            return operator + 2
        case ["is", *_]:
            return operator + 1
        case _:
            return end


def identity(entry: dict[str, Any]) -> str:
    return str(entry.get("key") or entry.get("code") or entry.get("id") or "")
