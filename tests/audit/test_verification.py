"""audit.verification: what else is found, from where it goes on, and that nothing makes it fail."""

import json
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.utils import timezone

from audit.events import Event
from audit.models import AuditEvent
from audit.payloads import COLUMNS, canonical
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from audit.verification import (
    Kind,
    Result,
    last_verification,
    record_verification,
    verify_database,
    whole_log,
)
from audit.verification.run import read_state, state_file
from tests.append_only_flush import without_append_only
from tests.audit import tampering
from tests.audit.tampering import record_many, stored_id, tamper

pytestmark = pytest.mark.django_db

SHOWN = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001")


def found(result: Result) -> set[str]:
    return {kind.code for kind in result.findings.kinds}


@pytest.fixture
def sealed(keys: SealingKeys) -> SealingKeys:
    record_many(20)
    with transaction.atomic():
        record(Event.WORKLIST_VIEWED, by=None, shown=[SHOWN], reason='said "so" \\ and\tmore')
    seal_everything(keys)
    return keys


def test_what_was_verified_is_not_read_again(sealed: SealingKeys) -> None:
    record_many(300)
    seal_everything(sealed)
    assert verify_database(full=False).first == 0
    record_many(10)
    seal_everything(sealed)
    tampering.change_payload(5)
    result = verify_database(full=False)
    assert (result.size, result.first, result.intact) == (331, 256, True)
    tampering.change_payload(300)
    assert found(verify_database(full=False)) == {"payload", "column"}
    assert verify_database(full=True).findings.counts[Kind.PAYLOAD] == 2


def test_a_log_that_shrank_or_was_rewritten_since_the_last_time(sealed: SealingKeys) -> None:
    record_many(10)
    seal_everything(sealed)
    assert verify_database(full=False).intact
    remembered = read_state()
    tampering.cut_off(21)
    for full in (False, True):  # and nothing that looks right in itself makes it forgotten
        assert found(verify_database(full=full)) == {"shrink"}
    assert remembered is not None
    assert read_state() == replace(remembered, intact=False)
    record_many(12)
    seal_everything(sealed)
    assert found(verify_database(full=False)) == {"fork"}


def test_after_a_finding_everything_is_verified_until_it_is_intact(sealed: SealingKeys) -> None:
    record_many(300)
    seal_everything(sealed)
    assert verify_database(full=False).intact
    before = bytes(tampering.event_at(100).payload)
    tampering.change_payload(100)
    assert verify_database(full=False).first == 256  # says what it covers, and not more
    assert not verify_database(full=True).intact
    result = verify_database(full=False)
    assert (result.first, result.intact) == (0, False)
    tampering.set_payload(100, before)
    assert (verify_database(full=False).first, verify_database(full=False).first) == (0, 256)


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"size": -1}', "\x00", '{"origin": "lm-pathways.local/audit"}'])
def test_a_damaged_state_means_everything(sealed: SealingKeys, state: str) -> None:
    verify_database(full=False)
    assert read_state() is not None
    state_file().write_text(state)
    assert read_state() is None
    assert verify_database(full=False).first == 0


def test_an_event_that_waits_too_long(sealed: SealingKeys) -> None:
    record_many(1)
    assert found(verify_database(full=True)) == set()
    tamper(
        "UPDATE audit_event SET db_at = %s WHERE id IN (SELECT event_id FROM audit_pending)",
        timezone.now() - timedelta(seconds=40),
    )
    assert found(verify_database(full=True)) == {"unsealed too long"}


def test_the_trigger_that_hands_events_to_the_sealer(sealed: SealingKeys) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_append_pending")
        else:
            cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_pending")
    assert found(verify_database(full=True)) == {"pending trigger"}


def test_patients_of_a_list(sealed: SealingKeys) -> None:
    assert found(verify_database(full=True)) == set()
    tamper("UPDATE audit_shown_patient SET patient_id = %s", stored_id(uuid4()))
    assert found(verify_database(full=True)) == {"shown patients"}
    tamper("DELETE FROM audit_shown_patient")
    result = verify_database(full=True)
    assert "position 20 are not those of its payload" in result.findings.listed[0].sentence


def test_nodes(sealed: SealingKeys) -> None:
    record_many(250)
    seal_everything(sealed)
    tamper("UPDATE audit_node SET hash = %s", bytes(32))
    assert found(verify_database(full=True)) == {"node"}
    tamper("DELETE FROM audit_node")
    assert found(verify_database(full=True)) == {"node"}


def test_clocks_are_a_warning(sealed: SealingKeys) -> None:
    event = stored_id(tampering.event_at(3).pk)
    tamper("UPDATE audit_event SET db_at = %s WHERE id = %s", timezone.now() + timedelta(hours=1), event)
    result = verify_database(full=True)
    assert found(result) == {"clock"}
    assert result.intact


def add_row_changed(name: str) -> None:
    template = tampering.event_at(0)
    columns = {column: getattr(template, column) for column in COLUMNS}
    columns |= {"id": uuid4(), "action": Event.ROW_CHANGED.code, "transaction": name}
    AuditEvent(**columns, payload=canonical({**columns, "values": None})).save(force_insert=True)


def test_writes_without_an_act_are_a_warning(sealed: SealingKeys) -> None:
    add_row_changed(tampering.event_at(0).transaction)
    assert found(verify_database(full=True)) == set()
    add_row_changed("0" * 32)
    result = verify_database(full=True)
    assert found(result) == {"unexplained write"}
    assert result.intact


def test_events_of_version_0_2(keys: SealingKeys) -> None:
    record_many(1)
    columns = {column: getattr(AuditEvent.everything.get(), column) for column in COLUMNS}
    columns |= {"id": uuid4(), "transaction": ""}
    old = {name: value for name, value in columns.items() if name != "transaction"}
    payload = canonical({**old, "before": None, "after": {"a": 1}})
    AuditEvent(**columns, payload=payload).save(force_insert=True)
    seal_everything(keys)
    assert found(verify_database(full=True)) == set()
    tamper("UPDATE audit_event SET device = 'x'")
    assert verify_database(full=True).findings.counts[Kind.COLUMN] == 2


@pytest.mark.parametrize(("text", "escaped"), [("a\nb", "a\\nb"), ('say "x"', 'say \\"x\\"')])
def test_an_escape_does_not_pass_for_what_it_means(sealed: SealingKeys, text: str, escaped: str) -> None:
    record_many(1)
    columns = {name: getattr(tampering.event_at(0), name) for name in COLUMNS} | {"id": uuid4(), "device": text}
    AuditEvent(**columns, payload=canonical({**columns, "values": None})).save(force_insert=True)
    seal_everything(sealed)
    assert found(verify_database(full=True)) == set()
    tamper("UPDATE audit_event SET device = %s WHERE id = %s", escaped, stored_id(columns["id"]))
    assert found(verify_database(full=True)) == {"column"}


def test_without_public_keys_nothing_is_genuine(sealed: SealingKeys, audit_dir: Path) -> None:
    (audit_dir / "public-keys.txt").write_text("no key\n")
    assert found(verify_database(full=True)) == {"signature"}
    (audit_dir / "public-keys.txt").unlink()
    assert found(verify_database(full=True)) == {"signature"}


def test_an_empty_log(keys: SealingKeys) -> None:
    result = verify_database(full=True)
    assert (result.size, found(result)) == (0, set())


def test_a_leaf_far_away_does_not_make_it_endless(sealed: SealingKeys) -> None:
    tamper(
        "INSERT INTO audit_leaf (position, event_id, hash) VALUES (%s, %s, %s)", 2**62, stored_id(uuid4()), bytes(32)
    )
    assert "gap" in found(verify_database(full=True))


# Nothing makes it fail

GARBAGE: list[object] = ["", "x", "\u202e é \U0001f600", "{", '{"a":' * 2000, "-1", "9" * 5000, "null", None]
BYTES: list[object] = [b"", b"\xff\xfe", bytes(32), b"{" * 3000, b'{"id":1e999}', None]
NUMBERS: list[object] = [0, -1, 2**62, -(2**63), 2**63 - 1, None]
TEXT_COLUMNS = [name for name in COLUMNS if name not in {"id", "patient_id", "at_us"}]
PLACES: dict[str, dict[str, list[object]]] = {
    "audit_event": {
        **dict.fromkeys(TEXT_COLUMNS, GARBAGE),
        "at_us": NUMBERS,
        "payload": BYTES,
    },
    "audit_leaf": {"hash": BYTES, "position": NUMBERS},
    "audit_node": {"hash": BYTES, "level": [0, -1, 7, 32000], "position": NUMBERS},
    "audit_checkpoint": {"note": GARBAGE, "size": NUMBERS},
    "audit_retirement": {"note": GARBAGE, "first": NUMBERS, "last": NUMBERS},
}
SEED = 20261122


def test_nothing_that_somebody_wrote_makes_it_fail(sealed: SealingKeys) -> None:
    """100 alterations, each rolled back: on SQLite text in the place of bytes, and bytes that are no text, as well."""
    record_many(250)
    seal_everything(sealed)
    tamper("INSERT INTO audit_retirement (first, last, note, created_at) SELECT 1, 2, note, created_at "
           "FROM audit_checkpoint WHERE size = 21")  # fmt: skip
    random, altered = Random(SEED), 0  # noqa: S311
    with without_append_only(connection):
        for _ in range(100):
            table = random.choice(sorted(PLACES))
            column = random.choice(sorted(PLACES[table]))
            values = PLACES[table][column]
            value = random.choice(values if connection.vendor == "postgresql" else [*values, *GARBAGE, *BYTES])
            altered += alter(table, column, value)
            assert found(verify_database(full=True)) >= {"retirement"}
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO SAVEPOINT before_altering")
    assert altered > 40


def alter(table: str, column: str, value: object) -> int:
    """One row, where the database takes the value; returns whether it did."""
    some = {"audit_event": "id", "audit_leaf": "position"}.get(table, "id")
    as_text = "CAST(%s AS TEXT)" if connection.vendor == "sqlite" and isinstance(value, bytes) else "%s"
    statement = f'UPDATE {table} SET "{column}" = {as_text} WHERE {some} = (SELECT min({some}) FROM {table})'
    if table == "audit_event" and connection.vendor == "postgresql":
        statement = f'UPDATE {table} SET "{column}" = %s WHERE id = (SELECT id FROM {table} LIMIT 1)'
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before_altering")
        try:
            with transaction.atomic():
                cursor.execute(statement, [value])
        except (Error, ValueError):  # refused by a constraint or by the driver: another one is tried
            return 0
    return 1


# The command, and what the pages show


def test_the_command_records_what_it_found(sealed: SealingKeys, capsys: pytest.CaptureFixture[str]) -> None:
    assert last_verification() is None
    call_command("verify_audit")
    out = capsys.readouterr().out
    assert out.startswith("Record intact: 21 events; last checkpoint")
    assert "would not be noticed" in out
    status = last_verification()
    assert status is not None
    assert (status.size, status.intact) == (21, True)
    assert status.sentence.startswith("Record intact, verified ")
    tampering.change_payload(3)
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--full", "--json")
    assert stopped.value.code == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["intact"], report["counts"]) == (False, {"payload": 1, "column": 1})
    status = last_verification()
    assert status is not None
    assert not status.intact
    assert "NOT intact" in status.sentence


def test_what_cannot_be_run_is_another_exit_status(sealed: SealingKeys, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no folder") as missing:
        call_command("verify_audit", "--checkpoints", str(tmp_path / "nowhere"))
    assert missing.value.returncode == 2
    with pytest.raises(CommandError, match="no exported audit log") as no_export:
        call_command("verify_audit", "--export", str(tmp_path))
    assert no_export.value.returncode == 2


def test_recording_says_what_was_found(sealed: SealingKeys) -> None:
    tampering.change_payload(3)
    record_verification(verify_database(full=True))
    event = AuditEvent.objects.get(action=Event.AUDIT_VERIFIED.code)
    assert event.outcome == "not intact"
    assert event.after["findings"] == {"column": 1, "payload": 1}


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_the_same(keys: SealingKeys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for count in (300, 400):
        record_many(count)
        seal_everything(keys)
    kept = tampering.keep_elsewhere(tmp_path / "kept")
    tampering.change_payload(10)
    tampering.change_payload_and_leaf(500)
    monkeypatch.setattr(whole_log, "MANY", 0)
    monkeypatch.setattr(whole_log, "SLICE", 256)
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # as the sealer has it: the processes must end all the same
    try:
        alone, together = (verify_database(full=True, kept=kept, processes=number) for number in (1, 2))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert together.findings.counts == alone.findings.counts
    assert (together.size, together.reached) == (700, alone.reached)
    assert found(together) == {"payload", "column", "root", "node", "fork"}
