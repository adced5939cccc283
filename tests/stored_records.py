"""Stored records for tests of the impact, without the patients application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pathways.engine.observations import Observation
from pathways.engine.release import Release

SOMEBODY = UUID(int=7)


@dataclass(frozen=True)
class Stored:
    """A stored record whose pressure is known."""

    pressure: str
    kind: str = "draft"
    id: UUID = SOMEBODY
    as_of: date = date(2026, 11, 22)
    release_sha256: str = ""

    def observations(self, release: Release) -> Mapping[str, Observation]:
        return {"raised_icp": Observation(self.pressure, self.as_of, self.pressure)}


class Ward:
    """Stands in for the patients application."""

    records: tuple[Stored, ...] = ()

    def count_records(self) -> int:
        return len(self.records)

    def stored_records(self) -> Iterator[Stored]:
        yield from self.records
