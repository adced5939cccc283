"""Whom a release advised as a file for a spreadsheet: safe to open, and every line says who took it along, and why."""

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import islice

from accounts.models import User
from audit.viewer.csv_file import BYTE_ORDER_MARK, Echo, safe
from patients.dates import short_moment
from patients.presenters.recall import RecallLine, assessment_line, plan_line, too_many_words
from patients.selectors.recalls import (
    Found,
    Place,
    RecallQuestion,
    assessments_with_identity,
    plans_with_identity,
)

CHUNK = 500
HEADINGS = (
    "Patient",
    "Born",
    "Died",
    "NHS No.",
    "Hosp. No.",
    "Ward",
    "Consultant",
    "Record",
    "State",
    "Signed or last changed",
    "By",
    "Release",
    "Not certain because",
    "Record id",
    "Taken along",
)


@dataclass(frozen=True, slots=True)
class Watermark:
    by: User
    at: datetime
    reason: str

    @property
    def words(self) -> str:
        return f"{self.by.audit_name} ({self.by.audit_role}), {short_moment(self.at)}: {self.reason}"


def recall_lines(found: Found, question: RecallQuestion) -> Iterator[RecallLine]:
    """Plans first, the newest first; in pieces, so that memory stays flat. Whoever is named here was recorded."""
    plans, drafts = iter(found.plans), iter(found.assessments)
    while piece := tuple(islice(plans, CHUNK)):
        certain = certainty(piece)
        yield from (plan_line(plan, is_certain=certain[plan.pk]) for plan in plans_with_identity(piece, question))
    while piece := tuple(islice(drafts, CHUNK)):
        certain = certainty(piece)
        for draft in assessments_with_identity(piece, question):
            yield assessment_line(draft, is_certain=certain[draft.pk])


def certainty(places: tuple[Place, ...]) -> dict[object, bool]:
    return {place.record: place.is_certain for place in places}


def lines_of_file(found: Found, question: RecallQuestion, mark: Watermark) -> Iterator[str]:
    """The last line says how many there should be: a file that was cut on its way lacks it."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    words = mark.words
    yield BYTE_ORDER_MARK + writer.writerow(HEADINGS)
    written = 0
    for line in recall_lines(found, question):
        written += 1
        yield writer.writerow(safe((*astuple(line), words)))
    end = f"End of the list: {written:,} of {found.records:,} records, {found.all_patients:,} patients."
    yield writer.writerow(safe((f"{end} {too_many_words(found.records)}".strip(), words)))


def file_name(number: int, at: datetime) -> str:
    """Without anybody's name: files lie around in download folders."""
    return f"recall-release-{number}-{at:%Y-%m-%d-%H%M}.csv"
