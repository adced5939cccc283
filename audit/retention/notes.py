"""The signed text that allows the events of a range of positions to be missing: which, since when, on which basis.

::

    lm-pathways.local/audit retirement
    positions 0 4710
    before 2018-01-01
    time 2026-11-22T10:42:07Z
    basis Records Retention Schedule 2024, section 3
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from audit.notes import BadNote

FORM = re.compile(
    r"(?P<origin>[^\n]+) retirement\n"
    r"positions (?P<first>0|[1-9][0-9]{0,17}) (?P<last>0|[1-9][0-9]{0,17})\n"
    r"before (?P<before>[0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"basis (?P<basis>[^\n]+)\n"
)


@dataclass(frozen=True, slots=True)
class RetirementText:
    """Its first line is no log's name, so that it can never be taken for a checkpoint."""

    origin: str
    first: int
    last: int  # inclusive
    before: date
    time: datetime
    basis: str

    def __str__(self) -> str:
        return (
            f"{self.origin} retirement\n"
            f"positions {self.first} {self.last}\n"
            f"before {self.before.isoformat()}\n"
            f"time {self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
            f"basis {self.basis}\n"
        )

    @classmethod
    def parse(cls, text: str) -> "RetirementText":
        """Raises BadNote."""
        found = FORM.fullmatch(text)
        if found is None:
            raise BadNote("The text is no retirement of events.")
        try:
            said = cls(
                found["origin"],
                int(found["first"]),
                int(found["last"]),
                date.fromisoformat(found["before"]),
                datetime.strptime(found["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                found["basis"],
            )
        except ValueError as error:
            raise BadNote("The text is no retirement of events.") from error
        if said.first > said.last:
            raise BadNote("The positions of the retirement are in the wrong order.")
        return said
