"""Reads a question's events page by page: from a place in the log's order, whole groups of saves, each event once."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Protocol, TypeVar

from django.db.models import QuerySet

from audit.events import Event
from audit.models import AuditEvent
from audit.viewer.filters import Filter, Position
from audit.viewer.unexplained import unexplained

Row = TypeVar("Row")

PER_PAGE = 50  # lines
MOST_EVENTS = 400  # of a page, however many saves its lines stand for
LOADED_AT_ONCE = 60
MOST_COUNTED = 1000
GROUP_GAP_US = 10 * 60 * 1_000_000
SAVED = Event.ASSESSMENT_SAVED.code


class AlteredRow(ValueError):
    """A row of the log cannot even be loaded: its columns were altered."""


class Answerable(Protocol):
    def sources(self, *, with_rows: bool = False) -> tuple[QuerySet[AuditEvent], ...]: ...


@dataclass(frozen=True, slots=True)
class LogPage:
    """Every group is one line: mostly a single event, or the saves of one person in a row, newest first.

    `count` is empty where it was not counted: behind the first page, and where every row has to be looked into.
    """

    groups: tuple[tuple[AuditEvent, ...], ...]
    next: Position | None
    count: str = ""

    @property
    def events(self) -> tuple[AuditEvent, ...]:
        return tuple(event for group in self.groups for event in group)


class Places:
    """The places of all events that answer a question, newest first, each once; only these small keys are sorted.

    The first keys of every source are read at once, and also tell how many events there are.
    """

    def __init__(self, question: Answerable, wanted: Filter, *, chunk: int = MOST_COUNTED + 1) -> None:
        self._wanted, self._chunk = wanted, chunk
        self._sources = question.sources(with_rows=bool(wanted.rows))
        self._first = [self._read(source, wanted) for source in self._sources]

    def __iter__(self) -> Iterator[Position]:
        parts = (self._of(source, first) for source, first in zip(self._sources, self._first, strict=True))
        ordered = heapq.merge(*parts, key=lambda place: (-place.at_us, -place.event.int))
        return (place for place, _ in groupby(ordered))

    def count(self) -> str:
        """ "214 events", "more than 1,000 events": counting millions would take longer than reading the page."""
        found = {place.event for first in self._first for place in first}
        if len(found) > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,} events"
        return "1 event" if len(found) == 1 else f"{len(found):,} events"

    def _of(self, source: QuerySet[AuditEvent], places: list[Position]) -> Iterator[Position]:
        """A statement per chunk: no cursor stays open while somebody downloads slowly."""
        while places:
            yield from places
            if len(places) < self._chunk:
                return
            places = self._read(source, self._wanted.at(places[-1]))

    def _read(self, source: QuerySet[AuditEvent], wanted: Filter) -> list[Position]:
        keys = wanted.applied(source).values_list("at_us", "pk")
        return [Position(at_us, pk) for at_us, pk in loaded(keys[: self._chunk])]


def read_page(question: Answerable, wanted: Filter) -> LogPage:
    """Raises AlteredRow."""
    places = Places(question, wanted)
    count = "" if wanted.after or wanted.rows == "unexplained" else places.count()
    events = islice(events_at(places, wanted), MOST_EVENTS + 1)
    groups: list[tuple[AuditEvent, ...]] = []
    number = 0
    for group in in_groups(events):
        if len(groups) == PER_PAGE or number + len(group) > MOST_EVENTS:
            shown = groups or [group[:MOST_EVENTS]]  # more saves than a page holds go on in a line of the next one
            return LogPage(tuple(shown), position_of(shown[-1][-1]), count)
        groups.append(group)
        number += len(group)
    return LogPage(tuple(groups), None, count)


def position_of(event: AuditEvent) -> Position:
    return Position(event.at_us, event.pk)


def in_groups(events: Iterator[AuditEvent]) -> Iterator[tuple[AuditEvent, ...]]:
    """Saves of one person, one assessment and one session without a longer pause or anything else in between."""
    group: list[AuditEvent] = []
    for event in events:
        if group and not continues(group[-1], event):
            yield tuple(group)
            group = []
        group.append(event)
    if group:
        yield tuple(group)


def continues(newer: AuditEvent, older: AuditEvent) -> bool:
    return (
        newer.action == older.action == SAVED
        and (newer.actor_id, newer.target, newer.session_hash, newer.outcome)
        == (older.actor_id, older.target, older.session_hash, older.outcome)
        and newer.at_us - older.at_us <= GROUP_GAP_US
    )


def answers(question: Answerable, wanted: Filter) -> Iterator[AuditEvent]:
    """All events that answer the question, newest first, each once; memory stays flat."""
    return events_at(Places(question, wanted), wanted)


def events_at(places: Iterable[Position], wanted: Filter) -> Iterator[AuditEvent]:
    found = loaded_at(iter(places))
    return unexplained(found) if wanted.rows == "unexplained" else found


def loaded_at(places: Iterator[Position]) -> Iterator[AuditEvent]:
    while batch := [place.event for place in islice(places, LOADED_AT_ONCE)]:
        events = {event.pk: event for event in loaded(AuditEvent.everything.filter(pk__in=batch))}
        yield from (events[pk] for pk in batch if pk in events)


def loaded(rows: Iterable[Row]) -> list[Row]:
    try:
        return list(rows)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise AlteredRow("A row of the log cannot be loaded.") from error
