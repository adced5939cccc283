"""Listing whom a release advised is an act: every patient is in the log, with the reason, before anybody is named."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.permissions import check_can_recall

NAMED_IN_ONE_EVENT = 1000


@transaction.atomic
def record_recall(
    event: Event, *, by: User, release: UUID, shown: Sequence[UUID], reason: str, asked: Mapping[str, Any]
) -> None:
    """Safety: all in one transaction, as many events as the number of patients needs; at least one. HZ-68"""
    check_can_recall(by)
    pieces = [shown[start : start + NAMED_IN_ONE_EVENT] for start in range(0, len(shown), NAMED_IN_ONE_EVENT)] or [()]
    for number, piece in enumerate(pieces, start=1):
        told = {**asked, "piece": f"{number} of {len(pieces)}"} if len(pieces) > 1 else asked
        record(event, by=by, shown=piece, target=str(release), after=told, reason=reason)
