"""Removes events whose retention has ended; their hashes stay in the tree, and a signed note says why they are gone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.context import Actor
from audit.events import Event
from audit.models import AuditEvent, Checkpoint, Leaf, Retirement, ShownPatient
from audit.notes import Signer, signed
from audit.retention.notes import RetirementText
from audit.services import record

BATCH = 5000


class NothingToRetire(ValueError):
    """The sentence says why."""


@dataclass(frozen=True, slots=True)
class Retirable:
    first: int
    last: int  # inclusive

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def retirable(before: date) -> Retirable:
    """The sealed events from the first that is left up to the first one that is not older. Raises NothingToRetire."""
    end = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    begin_of_day = int(datetime.combine(before, time(), tzinfo=UTC).timestamp()) * 1_000_000
    last = Retirement.objects.order_by("-last").values_list("last", flat=True).first()
    first = 0 if last is None else last + 1
    younger = AuditEvent.everything.filter(at_us__gte=begin_of_day)
    kept = Leaf.objects.filter(position__gte=first, event_id__in=younger.values("pk")).order_by("position")
    limit = kept.values_list("position", flat=True).first()
    end = end if limit is None else min(end, limit)
    if end <= first:
        raise NothingToRetire(f"No sealed event is older than {before:%d-%b-%Y}, besides those removed before.")
    return Retirable(first, end - 1)


def retire(events: Retirable, *, before: date, legal_basis: str, signer: Signer, by: Actor | None) -> None:
    """In one transaction: the signed note first, which alone lets the database delete these rows."""
    text = RetirementText(
        settings.AUDIT_ORIGIN, events.first, events.last, before, timezone.now().replace(microsecond=0), legal_basis
    )
    note = signed(str(text), [signer])
    with transaction.atomic():
        Retirement.objects.create(first=events.first, last=events.last, note=note)
        for first in range(events.first, events.last + 1, BATCH):
            leaves = Leaf.objects.filter(position__gte=first, position__lt=min(first + BATCH, events.last + 1))
            ShownPatient.objects.filter(event_id__in=leaves.values("event_id"))._raw_delete("default")  # noqa: SLF001
            AuditEvent.everything.filter(pk__in=leaves.values("event_id"))._raw_delete("default")  # noqa: SLF001
        record(
            Event.AUDIT_RETIRED,
            by=by,
            target="audit log",
            after={
                "first": events.first,
                "last": events.last,
                "before": before.isoformat(),
                "legal_basis": legal_basis,
            },
        )
