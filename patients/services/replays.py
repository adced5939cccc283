"""Replaying stored plans from the command line, and the one line that the log keeps about it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit.context import Actor
from audit.events import Event
from audit.services import record
from patients.models import SignedPlan
from patients.replay import Replay, replay_body

FETCHED_AT_ONCE = 100


@dataclass(slots=True)
class ReplayCounts:
    replayed: int = 0
    identical: int = 0
    different: int = 0
    cannot_replay: int = 0

    def add(self, replay: Replay) -> None:
        self.replayed += 1
        setattr(self, replay.outcome, getattr(self, replay.outcome) + 1)

    @property
    def all_identical(self) -> bool:
        return self.replayed == self.identical


def number_of_plans() -> int:
    return SignedPlan.objects.to_be_replayed().count()


def replay_every_plan() -> Iterator[tuple[UUID, Replay]]:
    """One plan in memory at a time, however many there are."""
    for pk, body, sha256 in SignedPlan.objects.to_be_replayed().iterator(chunk_size=FETCHED_AT_ONCE):
        yield pk, replay_body(body, sha256)


def replay_these_plans(ids: Sequence[UUID]) -> Iterator[tuple[UUID, Replay | None]]:
    """None for an id under which no plan is stored."""
    for one in ids:
        found = SignedPlan.objects.to_be_replayed().filter(pk=one).first()
        yield one, replay_body(found[1], found[2]) if found else None


@transaction.atomic
def record_replays(counts: ReplayCounts, *, by: Actor | None, ids: Sequence[UUID] = ()) -> None:
    """`ids` where not every plan was asked for."""
    asked = {"plans": [str(one) for one in ids]} if ids else {}
    told = {"version": settings.VERSION, **asdict(counts), **asked}
    outcome = "done" if counts.all_identical else "different"
    record(Event.PLANS_REPLAYED, by=by, after=told, outcome=outcome)
