"""How dates and times are typed and shown: a few unmistakable forms in every field, one form on every screen."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone

from pathways.dates import MONTHS, short_date

__all__ = ["BadDate", "read_calendar_date", "read_date", "short_date", "short_moment", "short_time", "years_between"]

DAY_MONTH_NAME_YEAR = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
YEAR_MONTH_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
DAYS_AGO = re.compile(r"-([0-9]{1,4})[dD]")

CALENDAR_FORMS = "22-Nov-2026, 2026-11-22 or 22/11/2026 (day first)"
ACCEPTED_FORMS = "22-Nov-2026, 2026-11-22, 22/11/2026 (day first), today, or -2d for two days ago"


class BadDate(ValueError):
    """The text is no date that is accepted here; the message says which forms are."""


def read_date(text: str, *, today: date) -> date:
    """A typed date, also `today` and `-2d`; raises BadDate."""
    text = text.strip()
    if text.lower() == "today":
        return today
    days_ago = DAYS_AGO.fullmatch(text)
    if days_ago:
        return today - timedelta(days=int(days_ago[1]))
    return _read(text, ACCEPTED_FORMS)


def read_calendar_date(text: str) -> date:
    """A typed date that stands on its own, such as a date of birth; raises BadDate."""
    return _read(text.strip(), CALENDAR_FORMS)


def _read(text: str, forms: str) -> date:
    parts = _parts(text)
    if parts is None:
        raise BadDate(f"“{text[:40]}” is not a date. Write it as {forms}.")
    try:
        return date(*parts)
    except ValueError:
        raise BadDate(f"{text} is not a day of the calendar. Write the date as {forms}.") from None


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day; the year always has four digits, so that no century is guessed."""
    if match := DAY_MONTH_NAME_YEAR.fullmatch(text):
        name = match[2].title()
        return (int(match[3]), MONTHS.index(name) + 1, int(match[1])) if name in MONTHS else None
    if match := YEAR_MONTH_DAY.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := DAY_MONTH_YEAR.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    return None


def short_time(moment: datetime) -> str:
    """10:42, in the hospital's time zone."""
    return timezone.localtime(moment).strftime("%H:%M")


def short_moment(moment: datetime) -> str:
    return f"{short_date(timezone.localdate(moment))} {short_time(moment)}"


def years_between(earlier: date, later: date) -> int:
    """Completed years, as ages are counted; somebody born on 29 February has a birthday on 1 March."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))
