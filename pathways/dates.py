"""How dates are typed and shown: a few unmistakable forms in every field, 22-Nov-2026 on every screen and sheet."""

import re
from datetime import date, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

DAY_MONTH_NAME_YEAR = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
YEAR_MONTH_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
DAYS_AGO = re.compile(r"-([0-9]{1,4})[dD]")

CALENDAR_FORMS = "22-Nov-2026, 2026-11-22 or 22/11/2026 (day first)"
ACCEPTED_FORMS = "22-Nov-2026, 2026-11-22, 22/11/2026 (day first), today, or -2d for two days ago"


def short_date(day: date | None, *, missing: str = "Not recorded") -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}" if day else missing


def day_shown(written: object) -> str:
    """A day that content keeps as ISO text, as it is shown; anything else as it stands."""
    try:
        return short_date(date.fromisoformat(written)) if isinstance(written, str) else str(written or "")
    except ValueError:
        return str(written)


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
