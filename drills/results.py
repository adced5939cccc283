"""Results of drills: printed, kept as JSON, and written into the reference."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drills.outcome import Check, Control, Drill, Figure, Outcome

ROOT = Path(__file__).resolve().parent.parent
LAST = ROOT / "var" / "drills"
RECORDED = ROOT / "docs" / "reference" / "drills"
PAGE = ROOT / "docs" / "reference" / "drills.md"
HEADING = """\
# Failure drills

Written by the drills themselves (`./dev drill --all --record`); do not edit. Each breaks the application on purpose
while clinicians save, and counts afterwards what was acknowledged against what the database and the audit log hold. A
control is a variant that is broken deliberately and has to miss its target: without one, a drill might see nothing.
"""


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    sentence: str
    passed: bool
    quick: bool
    seed: int
    seconds: float
    day: str  # ISO date
    python: str
    processors: int
    checks: tuple[Check, ...]
    controls: tuple[Control, ...]
    figures: Mapping[str, Figure]

    @classmethod
    def of(cls, drill: Drill, outcome: Outcome, *, seed: int, quick: bool, seconds: float) -> Result:
        return cls(
            name=drill.name,
            sentence=drill.sentence,
            passed=outcome.passed,
            quick=quick,
            seed=seed,
            seconds=round(seconds, 1),
            day=datetime.now(UTC).date().isoformat(),
            python=platform.python_version(),
            processors=os.cpu_count() or 0,
            checks=tuple(outcome.checks),
            controls=tuple(outcome.controls),
            figures=dict(outcome.figures),
        )

    @classmethod
    def from_json(cls, text: str) -> Result:
        stored: dict[str, Any] = json.loads(text)
        stored["checks"] = tuple(Check(**one) for one in stored["checks"])
        stored["controls"] = tuple(Control(**one) for one in stored["controls"])
        return cls(**stored)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def keep(result: Result) -> None:
    LAST.mkdir(parents=True, exist_ok=True)
    (LAST / f"{result.name}.json").write_text(result.as_json(), encoding="utf-8")


def record(result: Result) -> None:
    """Into the reference, which stands in version control; the short form of a drill is not worth recording."""
    if result.quick:
        return
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{result.name}.json").write_text(result.as_json(), encoding="utf-8")
    PAGE.write_text(page(recorded()), encoding="utf-8")


def recorded() -> list[Result]:
    return [Result.from_json(path.read_text(encoding="utf-8")) for path in sorted(RECORDED.glob("*.json"))]


def page(results: Sequence[Result]) -> str:
    minutes = sum(result.seconds for result in results) / 60
    together = f"{len(results)} drills, {minutes:.0f} minutes altogether.\n"
    return "\n".join([HEADING, together, *(section(result) for result in results)])


def section(result: Result) -> str:
    lines = [
        f"## {result.name}",
        "",
        f"{result.sentence} {'Passed' if result.passed else 'FAILED'} on {result.day}, in {result.seconds:g} s.",
        "",
        f"Seed {result.seed}, {result.processors} processors, Python {result.python}.",
        "",
        "| Checked | Measured | Target |",
        "|---|---|---|",
        *(
            f"| {check.name} | {check.value}{'' if check.met else ' (missed)'} | {check.target} |"
            for check in result.checks
        ),
        "",
        *(f"Control: {control_words(control)}" for control in result.controls),
    ]
    if result.figures:
        lines += ["", "Besides: " + figures_words(result.figures) + "."]
    return "\n".join([*lines, ""])


def control_words(control: Control) -> str:
    figures = f" ({figures_words(control.figures)})" if control.figures else ""
    return f"{control.sentence}: {'missed its target, as it must' if control.missed else 'DID NOT FAIL'}{figures}."


def figures_words(figures: Mapping[str, Figure]) -> str:
    return "; ".join(f"{name} {value}" for name, value in figures.items())


def printed(result: Result) -> str:
    lines = [
        f"  {'met   ' if one.met else 'MISSED'} {one.name}: {one.value} (target: {one.target})" for one in result.checks
    ]
    lines += [f"  {'control' if one.missed else 'CONTROL'} {control_words(one)}" for one in result.controls]
    lines += [f"         {name}: {value}" for name, value in result.figures.items()]
    verdict = "passed" if result.passed else "FAILED"
    return "\n".join([*lines, f"  {verdict} in {result.seconds:.0f} s; var/drills/{result.name}.json"])
