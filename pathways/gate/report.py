"""The report of the gate: lines with their place in the content, the cases, and the proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pathways.engine.cases import CaseResult, Difference
from pathways.engine.proofs import Proof

# The checks whose blocking lines a person may accept; their details name a "subject" such as "case/case-07".
ACCEPTABLE = frozenset({"case-changed", "case-removed", "promise-changed", "promise-removed", "taken-back"})

STANDING = "standing"  # in the details of a warning that the release in force gives as well


class Level(Enum):
    """A blocking line keeps the content from being published; a warning is for a person to weigh."""

    BLOCKING = "blocking"
    WARNING = "warning"
    PASSED = "passed"


@dataclass(frozen=True)
class Line:
    """One thing that the gate says.

    ``check`` is a stable name, such as "case-failing". ``part`` and ``entry`` ("rules/init-systemic") say where the
    content is to be changed; either may be empty. ``details`` hold plain JSON for pages that show more.
    """

    level: Level
    check: str
    text: str
    part: str = ""
    entry: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    id: str
    title: str
    fault: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.fault and not self.differences

    @classmethod
    def of(cls, result: CaseResult) -> CaseOutcome:
        return cls(result.case.id, result.case.title, result.fault, result.differences)


@dataclass(frozen=True)
class Report:
    """What was found in the release document with this hash. ``impact`` is plain JSON, added where records are."""

    sha256: str
    lines: tuple[Line, ...]
    cases: tuple[CaseOutcome, ...] = ()
    proof: Proof | None = None
    impact: dict[str, Any] | None = None

    @property
    def blocking(self) -> tuple[Line, ...]:
        return self.at(Level.BLOCKING)

    @property
    def warnings(self) -> tuple[Line, ...]:
        return self.at(Level.WARNING)

    @property
    def passed(self) -> tuple[Line, ...]:
        return self.at(Level.PASSED)

    def at(self, level: Level) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.level is level)
