"""Events to be sealed, and a slow look at whether everything that is sealed is right."""

from django.db import transaction

from audit.events import Event
from audit.merkle import CompactRange, leaf_hash
from audit.models import AuditEvent, Checkpoint, Leaf, Node, PendingEvent
from audit.notes import CheckpointText, Verifier, note_hash, opened
from audit.services import record
from audit.tree import is_stored


def record_some(count: int, *, target: str = "") -> list[AuditEvent]:
    with transaction.atomic():
        return [record(Event.WORKLIST_VIEWED, by=None, target=f"{target}{number}") for number in range(count)]


def check_sealed(known: tuple[Verifier, ...]) -> int:
    """Everything is sealed once, without gaps, and every checkpoint tells the truth; returns how many events."""
    assert not PendingEvent.objects.exists()
    payloads = dict(AuditEvent.everything.values_list("pk", "payload"))
    leaves = list(Leaf.objects.order_by("position"))
    assert [leaf.position for leaf in leaves] == list(range(len(payloads)))
    assert {leaf.event_id for leaf in leaves} == set(payloads)
    grown, roots, nodes = CompactRange(), {}, set()
    for leaf in leaves:
        assert bytes(leaf.hash) == leaf_hash(bytes(payloads[leaf.event_id]))
        nodes |= {full for full in grown.append(bytes(leaf.hash)) if is_stored(full[0])}
        roots[grown.size] = grown.root()
    assert {(node.level, node.position, bytes(node.hash)) for node in Node.objects.all()} == nodes
    before = b""
    for checkpoint in Checkpoint.objects.order_by("size"):
        said = CheckpointText.parse(opened(checkpoint.note, known)[0])
        assert (said.size, said.root, said.previous) == (checkpoint.size, roots[checkpoint.size], before)
        before = note_hash(checkpoint.note)
    assert not leaves or said.size == len(leaves)
    return len(leaves)
