"""Looking at a record is an act too: the view of a page writes one event, in a transaction of its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record


@transaction.atomic
def record_reading(
    event: Event, *, by: User, patient: UUID | None = None, target: str = "", after: Mapping[str, Any] | None = None
) -> None:
    """Called before anything is shown: a page that cannot be logged is not shown."""
    record(event, by=by, patient=patient, target=target, after=after)
