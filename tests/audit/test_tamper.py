"""Every way of altering the log: what verifying finds, alone and with checkpoints that were kept elsewhere."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from audit.events import Event
from audit.models import AuditEvent
from audit.retention import erase_values
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from audit.values import UnreadableValues
from audit.verification import NOT_SEEN, Kind, Result, verify_database
from tests.audit import tampering

pytestmark = pytest.mark.django_db

PATIENT = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001")
FIRST, SECOND, SIZE = 270, 300, 330  # the sizes that were signed; 270 is more than one node of 256

Tampering = Callable[[SealingKeys], None]


@pytest.fixture
def sealed(keys: SealingKeys) -> SealingKeys:
    for count in (FIRST, SECOND - FIRST, SIZE - SECOND - 1):
        tampering.record_many(count)
        if count == FIRST:
            seal_everything(keys)
            tampering.back_up()
        elif count == SECOND - FIRST:
            seal_everything(keys)
    with transaction.atomic():
        record(Event.PLAN_SIGNED, by=None, patient=PATIENT, after={"dose": 100})
    seal_everything(keys)
    return keys


@pytest.fixture
def kept(sealed: SealingKeys, tmp_path: Path) -> Path:
    return tampering.keep_elsewhere(tmp_path / "kept")


def found(result: Result) -> set[str]:
    return {kind.code for kind in result.findings.kinds if not kind.is_warning}


def restore_and_go_on(keys: SealingKeys) -> None:
    tampering.restore()
    tampering.record_many(SIZE - FIRST + 5)
    seal_everything(keys)


def rewrite(keys: SealingKeys) -> None:
    tampering.rewrite_with_the_stolen_key(100, keys)
    tampering.record_many(5)
    seal_everything(keys)


# What was done, what is found without and with checkpoints kept elsewhere.
MATRIX: dict[str, tuple[Tampering, set[str], set[str]]] = {
    "nothing": (lambda _: None, set(), set()),
    "payload changed": (lambda _: tampering.change_payload(100), {"payload", "column"}, {"payload", "column"}),
    "payload and leaf changed": (
        lambda _: tampering.change_payload_and_leaf(100),
        {"root", "node"},
        {"root", "node", "fork"},
    ),
    "payload and leaf changed after the last node": (
        lambda _: tampering.change_payload_and_leaf(320),
        {"root"},
        {"root", "fork"},
    ),
    "event deleted": (lambda _: tampering.delete_event(100), {"missing event"}, {"missing event"}),
    "event and leaf deleted": (
        lambda _: tampering.delete_event_and_leaf(100),
        {"gap", "root", "node"},
        {"gap", "root", "node", "fork"},
    ),
    "last event and leaf deleted": (
        lambda _: tampering.delete_event_and_leaf(SIZE - 1),
        {"shrink"},
        {"shrink"},
    ),
    "payloads swapped": (lambda _: tampering.swap(100, 101), {"payload", "column"}, {"payload", "column"}),
    "events swapped in the tree": (
        lambda _: tampering.swap_in_the_tree(100, 101),
        {"root", "node"},
        {"root", "node", "fork"},
    ),
    "event forged beside the tree": (lambda _: tampering.forge_event(), {"not in tree"}, {"not in tree"}),
    "first checkpoint deleted": (
        lambda _: tampering.delete_checkpoint(FIRST),
        {"missing checkpoint"},
        {"missing checkpoint"},
    ),
    "checkpoint between deleted": (
        lambda _: tampering.delete_checkpoint(SECOND),
        {"missing checkpoint"},
        {"missing checkpoint"},
    ),
    "last checkpoint deleted": (
        lambda _: tampering.delete_checkpoint(SIZE),
        {"missing checkpoint"},
        {"missing checkpoint"},
    ),
    "column changed, payload intact": (lambda _: tampering.change_column(100), {"column"}, {"column"}),
    "tail cut off with leaves and checkpoints": (lambda _: tampering.cut_off(SECOND), set(), {"shrink"}),
    "old backup restored": (lambda _: tampering.restore(), set(), {"shrink"}),
    "old backup restored, and worked on": (restore_and_go_on, set(), {"fork"}),
    "everything rewritten with the stolen key": (rewrite, set(), {"fork"}),
}


@pytest.mark.parametrize("what", MATRIX)
def test_matrix(sealed: SealingKeys, kept: Path, what: str) -> None:
    do, alone, together = MATRIX[what]
    do(sealed)
    for elsewhere, expected in ((None, alone), (kept, together)):
        result = verify_database(full=True, kept=elsewhere)
        assert found(result) == expected, list(result.findings.lines())
        assert result.intact == (not expected)
        assert result.kept == (3 if elsewhere else None)


def test_what_is_not_found_locally_is_said() -> None:
    assert "cut off at its end, an old backup, or a log rewritten with the signing key" in NOT_SEEN


def test_a_lawful_erasure_leaves_the_log_valid(sealed: SealingKeys, kept: Path) -> None:
    event = AuditEvent.objects.get(patient_id=PATIENT)
    assert event.after == {"dose": 100}
    erase_values(PATIENT, reason="asked for", legal_basis="Article 17", by=None)
    with pytest.raises(UnreadableValues, match="destroyed"):
        AuditEvent.objects.get(patient_id=PATIENT).values  # noqa: B018
    seal_everything(sealed)
    result = verify_database(full=True, kept=kept)
    assert (result.size, found(result)) == (SIZE + 1, set())


def test_a_finding_names_the_event(sealed: SealingKeys) -> None:
    tampering.change_column(100)
    (finding,) = [one for one in verify_database(full=True).findings.listed if one.kind is Kind.COLUMN]
    assert finding.sentence == (
        f"Event {tampering.event_at(100).pk} at position 100: actor_id differ from what was sealed."
    )


def test_a_checkpoint_signed_by_somebody_else(sealed: SealingKeys, kept: Path) -> None:
    forger = tampering.other_keys(sealed.current.name)
    note = (kept / f"{SIZE:020d}.txt").read_text(encoding="utf-8")
    text = note.rpartition("\n\n")[0] + "\n"
    tampering.tamper(
        "UPDATE audit_checkpoint SET note = %s WHERE size = %s",
        text + "\n" + forger.signers[0].signature_line(text),
        SIZE,
    )
    assert found(verify_database(full=True)) == {"signature"}
