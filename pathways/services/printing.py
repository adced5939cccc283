"""Taking the guidance in force, or the blank form, to paper."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.models import Release


class Paper(StrEnum):
    BLANK_FORM = "blank form"
    PATHWAYS = "pathways"


@transaction.atomic
def record_printing(paper: Paper, release: Release | None, *, by: User) -> None:
    """Without a release the paper says that there is no guidance; that it was opened is recorded all the same."""
    record(
        Event.GUIDANCE_PRINTED,
        by=by,
        target=str(release.pk) if release else "",
        after={"paper": paper.value, "release": release.number if release else None},
    )
