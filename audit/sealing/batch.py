"""One batch of sealing: events that wait become leaves of the tree, and a checkpoint is signed, in one transaction.

Only the sealing commands import this module: whoever answers requests holds no signing key.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.events import Event
from audit.merkle import CompactRange, leaf_hash
from audit.models import AuditEvent, Checkpoint, Leaf, Node, PendingEvent
from audit.notes import BadNote, CheckpointText, Verifier, note_hash, signed
from audit.sealing.keys import SealingKeys
from audit.services import record
from audit.tree import StoredTree, TreeDamaged, in_bytes, is_stored, sealed_size

MOST_AT_ONCE = 2000
MOST_NAMED = 50
TAKE = "DELETE FROM audit_pending WHERE event_id IN (SELECT event_id FROM audit_pending LIMIT %s) RETURNING event_id"
WHAT_TO_DO = (
    "Nothing was sealed. Leave the database as it is, find out more with ./dev manage verify_audit, and compare with "
    "the checkpoints that were sent out (docs/how-to/seal-the-audit-log.md)."
)

log = logging.getLogger("audit.sealing")


class TreeTampered(RuntimeError):
    """What is stored is not what was signed last; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class LastCheckpoint:
    """As it was signed; its signers are known keys, oldest first."""

    text: CheckpointText
    note: str
    signers: tuple[Verifier, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    checkpoint: CheckpointText
    events: int
    previous: CheckpointText | None


def seal_pending(keys: SealingKeys, *, most: int = MOST_AT_ONCE) -> Sealed | None:
    """Seal one batch; None when nothing waits. Raises TreeTampered, and then nothing has changed."""
    if not PendingEvent.objects.exists():  # so that an idle sealer does not take SQLite's only place for writing
        return None
    with transaction.atomic():
        last = last_checkpoint(keys.known)
        grown = _tree_of(last)
        events = _taken(most)
        if not events:
            return None
        _append(grown, events)
        text = CheckpointText(
            settings.AUDIT_ORIGIN,
            grown.size,
            grown.root(),
            timezone.now().replace(microsecond=0),
            note_hash(last.note) if last else b"",
        )
        Checkpoint.objects.create(size=grown.size, note=signed(str(text), keys.signers))
    return Sealed(text, len(events), last.text if last else None)


def seal_everything(keys: SealingKeys) -> None:
    """Batch after batch, until nothing waits. Raises TreeTampered."""
    while PendingEvent.objects.exists():
        seal_pending(keys)


def last_checkpoint(known: Sequence[Verifier]) -> LastCheckpoint | None:
    """Raises TreeTampered when none of the known keys has signed what is stored."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is None:
        return None
    try:
        said, signers = CheckpointText.opened(row.note, known)
    except BadNote as problem:
        raise TreeTampered(
            f"The last checkpoint, of {row.size} events, is not genuine: {problem} {WHAT_TO_DO}"
        ) from problem
    if (said.origin, said.size) != (settings.AUDIT_ORIGIN, row.size):
        raise TreeTampered(
            f"The last checkpoint is about {said.size} events of {said.origin}; expected were {row.size} events of "
            f"{settings.AUDIT_ORIGIN}. {WHAT_TO_DO}"
        )
    return LastCheckpoint(said, row.note, signers)


def _tree_of(last: LastCheckpoint | None) -> CompactRange:
    """The tree as it was signed last. Raises TreeTampered."""
    size, stored = (last.text.size if last else 0), sealed_size()
    if stored != size:
        raise TreeTampered(f"The tree has {stored} events, the last checkpoint {size}. {WHAT_TO_DO}")
    try:
        grown = StoredTree(size).compact()
    except TreeDamaged as damage:
        raise TreeTampered(f"{damage} {WHAT_TO_DO}") from damage
    if last and grown.root() != last.text.root:
        raise TreeTampered(f"The root of the tree is not the one that was signed at {size} events. {WHAT_TO_DO}")
    return grown


def _taken(most: int) -> list[tuple[UUID, bytes]]:
    """Events that waited, about in the order of their time, each with its payload as it is stored now."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [most])
        waiting = [_event_id(value) for (value,) in cursor.fetchall()]
    ids = [one for one in waiting if isinstance(one, UUID)]
    again = set(Leaf.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
    if again:
        log.critical("Events that were sealed before waited once more, and were passed over: %s", _named(again))
    rows = AuditEvent.everything.filter(pk__in=[one for one in ids if one not in again]).order_by("at_us", "pk")
    events = list(rows.values_list("pk", in_bytes("payload")))
    found = again | {event for event, _ in events}
    _report_missing([one for one in waiting if one not in found])
    return [(event, bytes(payload)) for event, payload in events]


def _event_id(value: object) -> UUID | str:
    """SQLite stores ids as text, and keeps whatever else somebody put there."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return str(value)[:100]


def _report_missing(missing: Sequence[UUID | str]) -> None:
    """The log itself keeps the trace, because what waited is taken away now."""
    if missing:
        log.critical("%d events disappeared before they were sealed: %s", len(missing), _named(missing))
        record(
            Event.EVENT_DISAPPEARED,
            by=None,
            after={"events": [str(one) for one in missing[:MOST_NAMED]], "count": len(missing)},
        )


def _named(events: Sequence[UUID | str] | set[UUID]) -> str:
    return ", ".join(sorted(str(event) for event in events)[:MOST_NAMED])


def _append(grown: CompactRange, events: Sequence[tuple[UUID, bytes]]) -> None:
    leaves, nodes = [], []
    for event, payload in events:
        digest = leaf_hash(payload)
        leaves.append(Leaf(position=grown.size, event_id=event, hash=digest))
        for level, position, root in grown.append(digest):
            if is_stored(level):
                nodes.append(Node(level=level, position=position, hash=root))
    Leaf.objects.bulk_create(leaves)
    Node.objects.bulk_create(nodes)
