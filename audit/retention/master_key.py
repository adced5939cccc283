"""A change of the master key: the patients' keys stay the same, and are wrapped anew."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from audit.context import Actor
from audit.events import Event
from audit.models import PatientKey
from audit.services import record
from audit.values import UnreadableValues, wrapped_anew

BATCH = 500


class KeysUnreadable(ValueError):
    """Some keys cannot be unwrapped; the sentence says how many, and what to do."""


def rewrap_keys(*, by: Actor | None) -> int:
    """How many were wrapped anew. Raises KeysUnreadable when that was not possible for all of them."""
    changed = unreadable = 0
    ids = list(PatientKey.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        anew, lost = _rewrap(ids[first : first + BATCH], by=by)
        changed, unreadable = changed + anew, unreadable + lost
    if unreadable:
        raise KeysUnreadable(
            f"{changed:,} keys were wrapped anew, and {unreadable:,} cannot be unwrapped with any master key of this "
            "system. Name the former ones in LM_AUDIT_MASTER_KEY_FALLBACKS, and do not destroy them."
        )
    return changed


def _rewrap(ids: Sequence[UUID], *, by: Actor | None) -> tuple[int, int]:
    """How many were wrapped anew, and how many cannot be unwrapped."""
    changed, unreadable = [], 0
    with transaction.atomic():
        for row in PatientKey.objects.select_for_update().filter(pk__in=ids):
            try:
                wrapped = wrapped_anew(row)
            except UnreadableValues:
                unreadable += 1
                continue
            if wrapped is not None:
                row.wrapped = wrapped
                changed.append(row)
        if changed:
            PatientKey.objects.bulk_update(changed, ["wrapped"])
            record(Event.MASTER_KEY_CHANGED, by=by, target="audit log", after={"keys": len(changed)})
    return len(changed), unreadable
