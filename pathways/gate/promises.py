"""Promises that the release in force makes and this content no longer makes in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.editing.entries import same_text
from pathways.engine.documents import Part, parts, text
from pathways.gate.report import Level, Line

NONE_LEFT = "Nothing is promised any more, so that a proof would say nothing. Put the promises back."
NONE_MADE = "Nothing is promised, so that the proof says nothing about what is never advised. Add a promise."


def check_promises(
    document: Mapping[str, Any], baseline: Mapping[str, Any] | None, accepted: frozenset[str]
) -> Iterator[Line]:
    """Safety: a proof is worth what its promises say, so weaker promises block until somebody has accepted them."""
    before, now = promises_by_key(baseline or {}), promises_by_key(document)
    if not now:
        level, sentence = (Level.BLOCKING, NONE_LEFT) if before else (Level.WARNING, NONE_MADE)
        yield Line(level, "promise-none", sentence, "safeguards")
    for key, promise in before.items():
        if key not in now or not same_text(now[key], promise):
            yield change_line(key, promise, now.get(key), accepted)


def change_line(key: str, before: Part, now: Part | None, accepted: frozenset[str]) -> Line:
    subject = f"promise/{key}"
    if now is None:
        kind, sentence = "removed", f"The promise “{text(before, 'text')}” is no longer made."
    else:
        kind = "changed"
        sentence = f"The promise {key} was changed: “{text(before, 'text')}” → “{text(now, 'text')}”."
    is_accepted = subject in accepted
    verdict = "Accepted." if is_accepted else "Not yet accepted: say why it is right, or put the promise back."
    level = Level.PASSED if is_accepted else Level.BLOCKING
    entry = f"promises/{key}" if now is not None else ""
    details = {"promise": key, "subject": subject, "kind": kind}
    return Line(level, f"promise-{kind}", f"{sentence} {verdict}", "safeguards", entry, details)


def promises_by_key(document: Mapping[str, Any]) -> dict[str, Part]:
    safeguards = document.get("safeguards")
    promises = parts(safeguards, "promises") if isinstance(safeguards, Mapping) else []
    return {text(promise, "key"): promise for promise in promises}
