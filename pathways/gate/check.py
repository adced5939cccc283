"""Checks a release document from end to end: can it be read, is it well written, do the cases pass, is it proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pathways.engine.cases import CaseResult, run_cases
from pathways.engine.problems import ContentProblems
from pathways.engine.proofs import CheckersDisagree, NotDecided, Proof
from pathways.engine.release import Release, build_release, content_hash
from pathways.gate.abbreviations import check_abbreviations
from pathways.gate.cases import check_cases, check_changed_cases, check_coverage
from pathways.gate.citations import check_citations
from pathways.gate.milder import check_milder_advice
from pathways.gate.problems import shape_lines, understood_line, unreadable_lines
from pathways.gate.promises import check_promises
from pathways.gate.proof import PROVED_BY, check_proof
from pathways.gate.report import STANDING, CaseOutcome, Level, Line, Report
from pathways.gate.report_json import storable
from pathways.gate.stored_answers import check_stored_answers
from pathways.gate.upkeep import check_upkeep
from pathways.gate.wording import check_lengths

Progress = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]

ORDER = {Level.BLOCKING: 0, Level.WARNING: 1, Level.PASSED: 2}


def check_document(
    document: Mapping[str, Any],
    *,
    today: date,
    baseline: Mapping[str, Any] | None = None,
    accepted: frozenset[str] = frozenset(),
    with_proof: bool = True,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Report:
    """The report on a release document; ``baseline`` is the document of the release in force.

    ``accepted`` are subjects such as "case/case-07". What cannot be read is reported and not looked at further.
    Raises ProofCancelled once ``cancelled`` says so.
    """
    tell = progress or silent
    tell(0, 1, "Reading the content")
    try:
        release = build_release(document)
    except ContentProblems as error:
        return Report(content_hash(document), tuple(unreadable_lines(error, document)))
    if misshapen := tuple(shape_lines(document)):
        return Report(release.sha256, misshapen)
    tell(0, 1, "Checking wording and citations, running the cases")
    results = run_cases(release)
    lines = [
        *lint(release, today),
        *case_lines(release, results, document, baseline, accepted),
    ]
    if baseline is not None:
        lines = marked_standing(lines, baseline, today)
    proof, shown = proved(release, progress, cancelled) if with_proof else (None, unproved())
    lines += shown
    if with_proof and baseline is not None:
        tell(1, 1, "Looking for patients with milder advice than now")
        lines += check_milder_advice(release, baseline)
    return Report(
        sha256=release.sha256,
        lines=tuple(sorted(lines, key=lambda line: ORDER[line.level])),
        cases=tuple(CaseOutcome.of(result) for result in results),
        proof=proof,
    )


def silent(_done: int, _total: int, _step: str) -> None:
    """Nobody is waiting for progress."""


def lint(release: Release, today: date) -> Iterator[Line]:
    yield understood_line(release)
    yield from check_lengths(release)
    yield from check_abbreviations(release)
    yield from check_citations(release)
    yield from check_upkeep(release, today)


def case_lines(
    release: Release,
    results: tuple[CaseResult, ...],
    document: Mapping[str, Any],
    baseline: Mapping[str, Any] | None,
    accepted: frozenset[str],
) -> Iterator[Line]:
    yield from check_cases(results)
    yield from check_changed_cases(document, baseline, release, accepted)
    yield from check_promises(document, baseline, accepted)
    yield from check_stored_answers(release, baseline)
    yield from check_coverage(release, results)


def marked_standing(lines: Iterable[Line], baseline: Mapping[str, Any], today: date) -> list[Line]:
    """Marks the warnings that the release in force gives as well, so that pages show first what is new.

    Not those of the proof, which takes long.
    """
    try:
        release = build_release(baseline)
    except ContentProblems:
        return list(lines)
    earlier = (*lint(release, today), *check_coverage(release, run_cases(release)))
    known = {seen(line) for line in earlier} - {()}
    return [replace(line, details={**line.details, STANDING: True}) if seen(line) in known else line for line in lines]


def seen(line: Line) -> tuple[str, ...]:
    """By what two warnings are the same; nothing for other lines."""
    return (line.check, line.part, line.entry, line.text) if line.level is Level.WARNING else ()


def proved(release: Release, progress: Progress | None, cancelled: Cancelled | None) -> tuple[Proof | None, list[Line]]:
    from pathways.engine.prove import prove  # the solver takes long to load, and most pages need none

    try:
        proof = prove(release, progress=progress, cancelled=cancelled)
    except (NotDecided, CheckersDisagree) as error:
        text = f"The proof could not be finished, so nothing is proved: {error}"
        return None, [Line(Level.BLOCKING, PROVED_BY, text)]
    return storable(proof), [*check_proof(release, proof)]


def unproved() -> list[Line]:
    return [Line(Level.WARNING, PROVED_BY, "The proof was left out: no promise is proved for this content.")]
