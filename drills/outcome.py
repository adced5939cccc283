"""What a drill is, what it runs with, and what came of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Figure = int | float | str


@dataclass(frozen=True, slots=True)
class Check:
    """A figure with its target, such as "acknowledged saves lost", 0, "none"."""

    name: str
    value: Figure
    target: str
    met: bool


@dataclass(frozen=True, slots=True)
class Control:
    """A variant that is broken on purpose and has to miss a target: otherwise the drill could not have seen a fault."""

    sentence: str
    missed: bool  # as it must
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    checks: Sequence[Check]
    controls: Sequence[Control]
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return (
            bool(self.checks and self.controls)
            and all(check.met for check in self.checks)
            and all(control.missed for control in self.controls)
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """`folder` is empty and gone afterwards; `quick` asks for the short form that runs at every change."""

    seed: int
    quick: bool
    folder: Path

    @property
    def patience(self) -> float:
        """Factor on targets in seconds: the short form runs beside whatever a machine does, the full one alone."""
        return 6.0 if self.quick else 1.0

    def chance(self, purpose: str) -> random.Random:
        """Repeatable, and independent of what other parts of the drill draw."""
        return random.Random(f"{self.seed}/{purpose}")  # noqa: S311 -- faults, not secrets

    def subfolder(self, name: str) -> Path:
        made = self.folder / name
        made.mkdir(mode=0o755)
        return made


@dataclass(frozen=True, slots=True)
class Drill:
    """`quick`: whether its short form runs at every change. `needs` are programs that have to be installed.

    `why_not` says what this machine does not allow; empty where the drill can run.
    """

    name: str
    sentence: str
    run: Callable[[Setting], Outcome]
    quick: bool = True
    needs: tuple[str, ...] = ()
    why_not: Callable[[], str] = lambda: ""


def none(name: str, value: int) -> Check:
    return Check(name, value, "none", value == 0)


def at_most(name: str, value: float, limit: float, unit: str = "") -> Check:
    return Check(name, rounded(value), f"at most {limit:g}{' ' * bool(unit)}{unit}", value <= limit)


def at_least(name: str, value: float, limit: float, unit: str = "") -> Check:
    return Check(name, rounded(value), f"at least {limit:g}{' ' * bool(unit)}{unit}", value >= limit)


def holds(name: str, met: bool, *, value: Figure = "") -> Check:
    return Check(name, value if value != "" else ("yes" if met else "NO"), "yes", met)


def rounded(value: float) -> Figure:
    return value if isinstance(value, int) else round(value, 3)
