"""How the log shows and reads days and moments: 22-Nov-2026 10:52:14, in the hospital's time zone."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FORMS = ("%Y-%m-%d", "%d-%b-%Y", "%d/%m/%Y")
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
UNKNOWN_MOMENT = "at a time that cannot be read"


class BadDay(ValueError):
    """The text is no day that is accepted here; the message says which forms are."""


def read_day(text: str) -> date:
    """Raises BadDay."""
    for form in FORMS:
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
        if EARLIEST <= day <= LATEST:
            return day
    raise BadDay(f"“{text[:40]}” is not a date. Write it as 22-Nov-2026, 2026-11-22 or 22/11/2026 (day first).")


def day_in_words(day: date) -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def local(at_us: int) -> datetime | None:
    """None when the number, which somebody may have altered, is no time at all."""
    try:
        return timezone.localtime(datetime.fromtimestamp(at_us / 1_000_000, tz=UTC))
    except (OverflowError, ValueError, OSError, TypeError):
        return None


def moment_in_words(at_us: int) -> str:
    at = local(at_us)
    return f"{day_in_words(at.date())} {at:%H:%M:%S}" if at else UNKNOWN_MOMENT


def clock_in_words(at_us: int) -> str:
    at = local(at_us)
    return f"{at:%H:%M}" if at else UNKNOWN_MOMENT


def first_microsecond(day: date) -> int:
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    return int(midnight.timestamp()) * 1_000_000


def first_microsecond_after(day: date) -> int:
    return first_microsecond(day + timedelta(days=1))
