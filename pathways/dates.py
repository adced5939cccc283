"""How dates are shown: 22-Nov-2026 on every screen and sheet, whatever the locale."""

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_date(day: date | None, *, missing: str = "Not recorded") -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}" if day else missing
