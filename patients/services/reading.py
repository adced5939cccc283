"""Looking at a record is an act too: the view of a page writes one event, in a transaction of its own."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.guard import current_watch
from audit.services import record


@transaction.atomic
def record_reading(
    event: Event,
    *,
    by: User,
    patient: UUID | None = None,
    shown: Iterable[UUID] = (),
    target: str = "",
    after: Mapping[str, Any] | None = None,
) -> None:
    """Before anything is shown: a page that cannot be logged is not shown. `shown` are the patients of a list."""
    record(event, by=by, patient=patient, shown=shown, target=target, after=after)


def record_refused_form(*, by: User, target: str) -> None:
    """A form that comes back shows the record as well: one event, where none names the patient yet."""
    watch = current_watch()
    seen = sorted(watch.unrecorded() & watch.loaded()) if watch else []
    if len(seen) == 1:
        record_reading(Event.FORM_SHOWN_AGAIN, by=by, patient=seen[0], target=target)
    elif seen:
        record_reading(Event.FORM_SHOWN_AGAIN, by=by, shown=seen, target=target)


def record_foreign_form(why: str, *, by: User, patient: UUID | None, target: str) -> None:
    """A form of somebody else or about another record was sent; nothing of it was taken."""
    with transaction.atomic():
        record(Event.FORM_REFUSED, by=by, patient=patient, target=target, after={"form": why}, outcome="refused")
