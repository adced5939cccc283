"""How dates and times are typed and shown: a few unmistakable forms in every field, one form on every screen."""

from datetime import date

from pathways.dates import CALENDAR_FORMS, BadDate, read_calendar_date, read_date, short_date
from pathways.moments import short_moment, short_time

__all__ = [
    "CALENDAR_FORMS",
    "BadDate",
    "long_date",
    "read_calendar_date",
    "read_date",
    "short_date",
    "short_moment",
    "short_time",
    "years_between",
]

WHOLE_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def long_date(day: date) -> str:
    """22 November 2026, for patients and those close to them; the spaces do not break the line."""
    return "\N{NO-BREAK SPACE}".join((str(day.day), WHOLE_MONTHS[day.month - 1], str(day.year)))


def years_between(earlier: date, later: date) -> int:
    """Completed years, as ages are counted; somebody born on 29 February has a birthday on 1 March."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))
