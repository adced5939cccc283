"""The filter of a question: a period, an act, an outcome. It stands in the address, and names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from audit.models import AuditEvent
from audit.viewer.actions import ROW_CHANGED, codes_of
from audit.viewer.moments import BadDay, day_in_words, first_microsecond, first_microsecond_after, read_day

DONE, NOT_DONE = "done", "not-done"
OUTCOMES = (DONE, NOT_DONE)
ROWS = ("", "shown", "unexplained")
DEFAULT_DAYS = 30


class BadFilter(ValueError):
    """The message says what is wrong; `field` names the entry of the form."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Position:
    """The event behind which the page begins; a place in the order of the log and no number of a page."""

    at_us: int
    event: UUID

    @classmethod
    def read(cls, text: str) -> "Position | None":
        number, _, event = text.partition("_")
        try:
            read = cls(int(number), UUID(event))
        except ValueError:
            return None
        return read if 0 <= read.at_us < 2**62 else None

    def __str__(self) -> str:
        return f"{self.at_us}_{self.event}"


@dataclass(frozen=True, slots=True)
class Filter:
    first: date
    last: date
    action: str = ""
    outcome: str = ""
    rows: str = ""
    after: Position | None = None

    @property
    def period(self) -> str:
        return f"{day_in_words(self.first)} to {day_in_words(self.last)}"

    def told(self) -> dict[str, str]:
        """As the log keeps it, and as it stands in the address."""
        given = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "action": self.action,
            "outcome": self.outcome,
            "rows": self.rows,
            "after": str(self.after or ""),
        }
        return {name: value for name, value in given.items() if value}

    def query(self) -> str:
        return urlencode(self.told())

    def at(self, position: Position | None) -> "Filter":
        return replace(self, after=position)

    def applied(self, events: "QuerySet[AuditEvent]") -> "QuerySet[AuditEvent]":
        """In the log's order, newest first; the conditions on `at_us` alone let the index find the place."""
        wanted = Q(at_us__gte=first_microsecond(self.first), at_us__lt=first_microsecond_after(self.last))
        if (codes := codes_of(self.action)) is not None:
            wanted &= Q(action__in=codes)
        if self.rows == "unexplained":
            wanted &= Q(action=ROW_CHANGED)
        if self.outcome:
            wanted &= Q(outcome=DONE) if self.outcome == DONE else ~Q(outcome=DONE)
        found = events.filter(wanted)
        if self.after:
            behind = found.filter(at_us__lte=self.after.at_us)
            found = behind.exclude(at_us=self.after.at_us, id__gte=self.after.event)
        return found.order_by("-at_us", "-id")


def read_filter(given: Mapping[str, str], *, today: date, days: int = DEFAULT_DAYS) -> Filter:
    """From an address or a form. Raises BadFilter; what nobody offers there is taken for "everything"."""
    last = day_of(given, "to") or today
    first = day_of(given, "from") or last - timedelta(days=days - 1)
    if first > last:
        raise BadFilter("from", f"The first day, {day_in_words(first)}, is after the last, {day_in_words(last)}.")
    action, outcome, rows = (given.get(name, "") for name in ("action", "outcome", "rows"))
    return Filter(
        first=first,
        last=last,
        action=action if codes_of(action) != frozenset() else "",
        outcome=outcome if outcome in OUTCOMES else "",
        rows=rows if rows in ROWS else "",
        after=Position.read(given.get("after", "")),
    )


def day_of(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return read_day(text)
    except BadDay as error:
        raise BadFilter(name, str(error)) from error
