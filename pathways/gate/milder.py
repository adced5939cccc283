"""Against the release in force: patients who get milder or more settled advice, found by the solver, not sampled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.engine.danger import differing_interventions, milder_patient
from pathways.engine.logic import Logic
from pathways.engine.problems import ContentProblems
from pathways.engine.proofs import CheckersDisagree, NotDecided, Witness
from pathways.engine.release import Release, build_release
from pathways.gate.report import Level, Line
from pathways.gate.witness import evaluated, verdict_words, witness_details

CHECK = "milder-advice"
NOBODY = "No patient gets milder or more settled advice than under the release in force."


def check_milder_advice(release: Release, baseline: Mapping[str, Any] | None) -> Iterator[Line]:
    """Safety: what a change loosens is shown on a patient, whether or not a promise speaks of it. HZ-33"""
    try:
        before = build_release(baseline) if baseline is not None else None
    except ContentProblems:
        before = None
    if before is None:
        return
    logic, found = Logic(), False
    for intervention in differing_interventions(before, release):
        line = line_on(before, release, intervention, logic)
        found = found or line is not None
        if line is not None:
            yield line
    if not found:
        yield Line(Level.PASSED, CHECK, NOBODY)


def line_on(before: Release, release: Release, intervention: str, logic: Logic) -> Line | None:
    label = release.vocabulary.interventions[intervention].label
    try:
        witness = milder_patient(before, release, interventions=[intervention], even_if_stricter=False, logic=logic)
    except (NotDecided, CheckersDisagree):
        return Line(Level.WARNING, CHECK, f"{label}: it could not be decided whether anybody gets milder advice.")
    if witness is None:
        return None
    earlier, now = (verdict_on(one, witness, intervention) for one in (before, release))
    text = f"{label}: some patients get milder or more settled advice than under the release in force."
    why = f"Under the release in force: {earlier}. Under this content: {now}."
    patient = witness_details(
        release,
        witness,
        identity=f"witness-milder-{intervention.replace('_', '-')}",
        title=f"Witness: {label}, milder than before",
    )
    return Line(Level.WARNING, CHECK, text, details={"why": why, "witness": patient})


def verdict_on(release: Release, witness: Witness, intervention: str) -> str:
    _, evaluation = evaluated(release, witness)
    return verdict_words(evaluation.verdicts[intervention])
