"""A file that proves to anybody that one event stands in the log, without showing them anything else of it."""

import base64
import json
from uuid import UUID

from django.db import transaction

from audit.events import Event
from audit.merkle import leaf_hash
from audit.models import AuditEvent, Checkpoint, Leaf
from audit.notes import BadNote, CheckpointText
from audit.public_keys import known_keys
from audit.services import record
from audit.tree import StoredTree, TreeDamaged, in_bytes

FORMAT = "lm-pathways audit proof 1"


class NoProof(ValueError):
    """The sentence says why the event cannot be proved."""


def proof_of(event: UUID) -> str:
    """The text of the file, in its one form. Raises NoProof."""
    leaf = Leaf.objects.filter(event_id=event).first()
    payload = AuditEvent.everything.filter(pk=event).values_list(in_bytes("payload"), flat=True).first()
    if payload is None:
        raise NoProof(f"There is no event {event}.")
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if leaf is None or checkpoint is None:
        raise NoProof(
            f"Event {event} is not sealed yet. Try again in a few seconds; is ./dev manage seal_audit running?"
        )
    if leaf_hash(bytes(payload)) != bytes(leaf.hash):
        raise NoProof(f"Event {event} is not the one that was sealed. Run ./dev manage verify_audit --full.")
    try:
        said, signers = CheckpointText.opened(checkpoint.note, known_keys())
        proof = StoredTree(said.size).inclusion(leaf.position)
    except (BadNote, TreeDamaged, ValueError) as problem:
        raise NoProof(f"The log is damaged: {problem} Run ./dev manage verify_audit --full.") from problem
    key = signers[-1]
    line = next(
        one for one in checkpoint.note.splitlines(keepends=True) if one.startswith(f"— {key.name} {_key(key.id)}")
    )
    return as_file(
        {
            "format": FORMAT,
            "event": str(event),
            "payload": _encoded(bytes(payload)),
            "position": leaf.position,
            "proof": [_encoded(one) for one in proof],
            "checkpoint": f"{said}\n{line}",  # without the signatures of others, which the reader cannot check
            "key": str(key),
        }
    )


def record_proof(event: UUID) -> None:
    """Before it is handed out. Raises the database's errors."""
    with transaction.atomic():
        record(Event.AUDIT_PROOF_MADE, by=None, target=f"event {event}")


def as_file(proof: dict[str, object]) -> str:
    return json.dumps(proof, indent=1, ensure_ascii=False) + "\n"


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _key(key_id: bytes) -> str:
    """How a signature by this key begins: the first three of the four bytes of its id, in Base64."""
    return _encoded(key_id[:3])
