"""Answers on record that no rule could read any more: their finding, option or renaming is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.engine.documents import Part, parts, text
from pathways.engine.release import Release
from pathways.gate.report import Level, Line

CHECK = "stored-answers"
UNREADABLE = "Answers on record under it are kept and not used. If they should count, rename it instead."


def check_stored_answers(release: Release, baseline: Mapping[str, Any] | None) -> Iterator[Line]:
    """Compares with the release in force, under which the answers were recorded."""
    vocabulary = (baseline or {}).get("vocabulary")
    if not isinstance(vocabulary, Mapping):
        return
    for finding in parts(vocabulary, "findings"):
        yield from lost_codes(release, finding)
    kept = {renaming.key for renaming in release.vocabulary.renamed}
    for renaming in parts(vocabulary, "renamed"):
        if text(renaming, "key") not in kept:
            sentence = f"The renaming of {text(renaming, 'finding')} ({text(renaming, 'reason')}) is gone."
            yield Line(Level.WARNING, CHECK, f"{sentence} {UNREADABLE}", "vocabulary")


def lost_codes(release: Release, before: Part) -> Iterator[Line]:
    code, label = text(before, "code"), text(before, "label")
    renamed = {(renaming.finding, renaming.option) for renaming in release.vocabulary.renamed}
    finding = release.vocabulary.findings.get(code)
    if finding is None:
        if (code, None) not in renamed:
            yield Line(Level.WARNING, CHECK, f"The finding “{label}” ({code}) is gone. {UNREADABLE}", "vocabulary")
        return
    for option in parts(before, "options"):
        lost = text(option, "code")
        if lost not in finding.option_codes() and (code, lost) not in renamed:
            sentence = f"The option “{text(option, 'label')}” ({lost}) of “{label}” is gone."
            yield Line(Level.WARNING, CHECK, f"{sentence} {UNREADABLE}", "vocabulary", f"findings/{code}")
