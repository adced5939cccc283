"""The events of an answer as a file for a spreadsheet: one row per event, safe to open, saying who took it along."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.utils import timezone

from audit.context import Actor
from audit.models import AuditEvent
from audit.viewer.filters import Filter, Position
from audit.viewer.lines import Line, Reader, log_lines
from audit.viewer.moments import day_in_words
from audit.viewer.questions import Question
from audit.viewer.reading import Places, answers

MOST_ROWS = 100_000
CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for Windows-1252
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LAST_ID = UUID(int=2**128 - 1)
HEADINGS = (
    "Time",
    "Who",
    "Role",
    "What",
    "Outcome",
    "Changed",
    "Reason",
    "Record",
    "Address",
    "Device",
    "Event",
    "Exported",
)
CUT = f"Not all: the newest {MOST_ROWS:,} events are in this file. Choose a shorter period for the rest."


@dataclass(frozen=True, slots=True)
class Exported:
    """`filter` ends at the moment of exporting, so that what is written meanwhile is not in the file."""

    filter: Filter
    count: int
    is_cut: bool


def rows_to_export(question: Question, wanted: Filter) -> Exported:
    now_us = int(timezone.now().timestamp() * 1_000_000)
    until_now = wanted.at(Position(now_us, LAST_ID))
    count = count_up_to(question, until_now, MOST_ROWS + 1)
    return Exported(until_now, min(count, MOST_ROWS), count > MOST_ROWS)


def count_up_to(question: Question, wanted: Filter, most: int) -> int:
    if wanted.rows == "unexplained":
        return sum(1 for _ in islice(answers(question, wanted), most))
    return sum(1 for _ in islice(Places(question, wanted), most))


def lines_of_file(
    question: Question, exported: Exported, *, by: Actor, at: datetime, with_clinical: bool
) -> Iterator[str]:
    """Pieces of the file; each reads some events, so that memory stays flat however long the file is."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    mark = f"{by.audit_name} ({by.audit_role}), {day_in_words(at.date())} {at:%H:%M}"
    yield BYTE_ORDER_MARK + writer.writerow(HEADINGS)
    reader = Reader(with_clinical=with_clinical, with_links=False, names_patients=False)
    events = islice(answers(question, exported.filter), exported.count)
    while batch := list(islice(events, CHUNK)):
        lines = log_lines([[event] for event in batch], reader)
        rows = zip(batch, lines, strict=True)
        yield "".join(writer.writerow(safe(row_of(event, line, mark))) for event, line in rows)
    if exported.is_cut:
        yield writer.writerow((CUT,))


def row_of(event: AuditEvent, line: Line, mark: str) -> tuple[str, ...]:
    changed = "; ".join(line.changes or line.fields) or line.problem
    return (
        line.moment,
        line.name,
        line.role,
        line.sentence,
        line.outcome or "Done",
        changed,
        line.reason,
        str(event.patient_id or ""),
        line.ip,
        line.device,
        line.id,
        mark,
    )


def safe(cells: Iterable[str]) -> list[str]:
    """A cell that a spreadsheet would calculate begins with an apostrophe, which it shows as text."""
    return [f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells]


def file_name(question: Question, at: datetime) -> str:
    """Without anybody's name: files lie around in download folders."""
    return f"audit-{question.kind.value}-{at:%Y-%m-%d-%H%M}.csv"


class Echo:
    """What csv.writer writes into; it gives the row back."""

    def write(self, text: str) -> str:
        return text
