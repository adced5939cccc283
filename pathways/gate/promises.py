"""Promises that the release in force makes and this content no longer makes in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.engine.documents import Part, parts, text
from pathways.gate.report import Level, Line


def check_changed_promises(document: Mapping[str, Any], baseline: Mapping[str, Any] | None) -> Iterator[Line]:
    """Safety: a proof is worth what its promises say, so weaker promises are never passed over in silence."""
    if baseline is None:
        return
    now = promises_by_key(document)
    for key, promise in promises_by_key(baseline).items():
        current = now.get(key)
        if current is None:
            sentence = f"The promise “{text(promise, 'text')}” is no longer made."
            yield Line(Level.WARNING, "promise-removed", sentence, "safeguards", "", {"promise": key})
        elif current != promise:
            sentence = f"The promise {key} was changed: “{text(promise, 'text')}” → “{text(current, 'text')}”."
            place = f"promises/{key}"
            yield Line(Level.WARNING, "promise-changed", sentence, "safeguards", place, {"promise": key})


def promises_by_key(document: Mapping[str, Any]) -> dict[str, Part]:
    safeguards = document.get("safeguards")
    promises = parts(safeguards, "promises") if isinstance(safeguards, Mapping) else []
    return {text(promise, "key"): promise for promise in promises}
