"""A stand-in for the gate, which says what a test wants, and a ward whose records would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from pathways import clinic
from pathways.clinic import Advised
from pathways.engine.observations import Observation
from pathways.engine.proofs import CheckKind, CheckResult, Proof
from pathways.engine.release import Release, content_hash
from pathways.gate.report import Level, Line, Report
from pathways.services.checks import running as running_module

SOMEBODY = UUID(int=7)
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Stored:
    """A draft of somebody with an intracranial bleed."""

    kind: str = "draft"
    id: UUID = SOMEBODY
    as_of: date = TODAY
    release_sha256: str = ""

    def observations(self, release: Release) -> dict[str, Observation]:
        return {"intracranial_bleed": Observation("present", TODAY, "present")}


@dataclass
class Ward:
    records: list[Stored] = field(default_factory=list)

    def advised_by(self, release: UUID, *, user: object) -> Advised:
        return Advised(plans=len(self.records), assessments=0, href="")

    def count_records(self) -> int:
        return len(self.records)

    def stored_records(self) -> Iterator[Stored]:
        return iter(self.records)


@dataclass
class Gate:
    """Says these lines of every document, and that its one promise is proved or not."""

    lines: tuple[Line, ...] = ()
    proved: bool = True
    ward: Ward = field(default_factory=Ward)

    def check_document(self, document: dict[str, Any], **options: Any) -> Report:
        sha256 = content_hash(document)
        result = CheckResult(CheckKind.PROMISE, "p1", self.proved, True, "Never while bleeding.")
        return Report(sha256, self.lines, (), Proof(sha256, "z3 9", (result,), 1.0, 1))


def installed(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(running_module, "check_document", gate.check_document)
    monkeypatch.setattr(clinic, "_registered", [gate.ward])
    return gate


def line(level: Level, check: str, text: str, **details: Any) -> Line:
    return Line(level, check, text, "safeguards", "", details)
