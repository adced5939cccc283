"""What stands on every sheet of guidance that is taken to paper: of which content it is, and when it was printed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from pathways.dates import short_date
from pathways.presenters import NOTHING_APPROVED, NOTHING_LOADED
from pathways.proof_status import proof_words
from pathways.selectors import LoadedRelease
from pathways.words import fingerprint


@dataclass(frozen=True, slots=True)
class Sheet:
    """`review` is the status in capitals, because a paper outlives the screen that would say it is out of date."""

    content: str
    review: str
    printed: str
    in_force: bool


def sheet_of(loaded: LoadedRelease | None, *, by: User) -> Sheet:
    moment = timezone.localtime()
    printed = f"Printed {short_date(moment.date())} {moment:%H:%M} by {by.display_name}, LM Pathways {settings.VERSION}"
    if loaded is None:
        sentence = NOTHING_APPROVED if settings.LM_MODE == "live" else NOTHING_LOADED
        return Sheet(sentence, "", printed, in_force=False)
    record = loaded.record
    content = f"{record.title}, release {record.number}, {proof_words(record)}, content {fingerprint(record.sha256)}"
    return Sheet(content, record.get_status_display().upper(), printed, in_force=True)
