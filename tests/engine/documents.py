"""Small release documents for the engine's tests, built from the few things a test wants to say."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

YES_NO = "yes_no"
NUMBER = "number"
CHOICE = "choice"


def finding(code: str, *options: str, **more: Any) -> Document:
    """A finding: with options a choice, without them a yes/no finding unless `kind` says otherwise."""
    made: Document = {"code": code, "kind": CHOICE if options else YES_NO, "group": "Findings", "label": words(code)}
    if options:
        made["options"] = [{"code": option, "label": words(option)} for option in options]
    return made | more


def number(code: str, **more: Any) -> Document:
    return finding(code, **{"kind": NUMBER, "minimum": 0} | more)


def derived(code: str, when: str, value: str = "yes", otherwise: str = "no") -> Document:
    options = [{"code": option, "label": words(option)} for option in (value, otherwise)]
    made = {"code": code, "label": words(code), "options": options, "value": value, "when": when}
    return made | {"otherwise": otherwise}


def rule(key: str, stance: str, when: str | None, intervention: str | None = "drug", **more: Any) -> Document:
    made: Document = {
        "key": key,
        "stance": stance,
        "statements": [],
        "origin": "own",
        "references": ["local"],
        "professional": f"Wording of {key}.",
        "patient": f"Plain wording of {key}.",
        "strength": "not graded",
        "certainty": "not graded",
    }
    if intervention is not None:
        made["intervention"] = intervention
    if when is not None:
        made["when"] = when
    return made | more


def pathway(code: str, rules: list[Document], scope: str = "always") -> Document:
    made = {"code": code, "title": words(code), "summary": f"Summary of {code}."}
    return made | {"scope": scope, "rules": rules}


def release(
    findings: list[Document],
    pathways: list[Document],
    *,
    derived: list[Document] | None = None,
    interventions: tuple[str, ...] = ("drug",),
) -> Document:
    reference = {
        "key": "local", "kind": "digest", "title": "Local note", "source": "A source", "year": "2025",
        "url": "https://example.org/",
    }  # fmt: skip
    return {
        "format": 1,
        "title": "Small content",
        "status": "under review",
        "vocabulary": {
            "findings": findings,
            "derived": derived or [],
            "interventions": [{"code": code, "label": words(code), "action": f"use {code}"} for code in interventions],
        },
        "evidence": {
            "articles": [],
            "references": [reference],
            "statements": [],
            "cautions": [],
            "evidence_notes": [],
            "questions": [],
            "hazards": [],
        },
        "pathways": pathways,
    }


def with_rules(findings: list[Document], *rules: Document, **more: Any) -> Document:
    """A release of one pathway without a scope."""
    return release(findings, [pathway("only", list(rules))], **more)


def words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").capitalize()
