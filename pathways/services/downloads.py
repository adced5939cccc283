"""Taking what a check found out of the application."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.models import CheckRun
from pathways.permissions import check_can_work_on_content


@transaction.atomic
def record_impact_download(run: CheckRun, *, by: User) -> None:
    check_can_work_on_content(by)
    record(Event.IMPACT_DOWNLOADED, by=by, target=str(run.pk), after={"sha256": run.sha256})
