"""How times are shown: 22-Nov-2026 10:42, in the hospital's time zone."""

from datetime import datetime

from django.utils import timezone

from pathways.dates import short_date


def short_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def short_moment(moment: datetime) -> str:
    return f"{short_date(timezone.localdate(moment))} {short_time(moment)}"
