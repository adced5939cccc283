"""What the page of a single event shows: every column, what changed, the rows behind it, its place in the tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit.models import AuditEvent
from audit.viewer.lines import Line, Reader, log_lines
from audit.viewer.questions import Kind, Question
from audit.viewer.record_state import RecordState, record_state
from audit.viewer.selectors import position_in_tree
from audit.viewer.unexplained import rows_of

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Related:
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class EventPage:
    line: Line
    facts: tuple[tuple[str, str], ...]
    questions: tuple[Related, ...]
    reason_href: str
    written: tuple[Line, ...]
    written_words: str
    state: RecordState


def event_page(event: AuditEvent, asked: Iterable[Question | None], *, with_clinical: bool) -> EventPage:
    questions = [one for one in asked if one is not None]
    reader = Reader(with_clinical=with_clinical)
    line = log_lines([[event]], reader)[0]
    written = log_lines([[row] for row in rows_of(event, most=MOST_ROWS)], reader)
    hidden = bool(line.fields) or line.hides_reason
    return EventPage(
        line=line,
        facts=tuple((label, told) for label, told in facts_of(event) if told),
        questions=tuple(Related(related_words(one), one.address()) for one in questions),
        reason_href=questions[0].address("_reason") if hidden and questions else "",
        written=written,
        written_words=written_words(event, len(written)),
        state=record_state(),
    )


def facts_of(event: AuditEvent) -> tuple[tuple[str, str], ...]:
    position = position_in_tree(event)
    return (
        ("Event", str(event.pk)),
        ("Act", event.action),
        ("Person or program", event.actor_id),
        ("About", event.target),
        ("Record", str(event.patient_id or "")),
        ("Outcome", event.outcome),
        ("Network address", event.ip),
        ("Device", event.device),
        ("Session (equal means the same)", event.session_hash),
        ("Transaction", event.transaction),
        ("Place in the sealed log", "waits to be sealed" if position is None else f"{position + 1:,}"),
    )


def related_words(question: Question) -> str:
    name = question.subject.name if question.subject else ""
    return f"All events about {name}" if question.kind is Kind.PATIENT else f"All that {name} did"


def written_words(event: AuditEvent, number: int) -> str:
    if not event.transaction:
        return "This event is from before the database kept a record of written rows."
    if number == MOST_ROWS:
        return f"The first {MOST_ROWS} lines of the same transaction:"
    return "" if number else "Nothing else was written in this act."
