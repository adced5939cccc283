"""audit.verification against people who know how it works: what it remembers, what columns and ids may look like."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from audit.events import Event
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from audit.verification import Findings, Kind, Result, last_verification, record_verification, verify_database
from audit.verification.database import DatabaseRows
from audit.verification.run import read_state, state_file
from tests.audit import tampering
from tests.audit.tampering import record_many, stored_id, tamper

pytestmark = pytest.mark.django_db

SHOWN = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001")


def found(result: Result) -> set[str]:
    return {kind.code for kind in result.findings.kinds}


@pytest.fixture
def sealed(keys: SealingKeys) -> SealingKeys:
    record_many(20)
    seal_everything(keys)
    return keys


def test_a_problem_is_shown_until_everything_was_verified_again(sealed: SealingKeys, tmp_path: Path) -> None:
    def look(*, full: bool, kept: Path | None = None) -> bool:
        record_verification(verify_database(full=full, kept=kept))
        status = last_verification()
        assert status is not None
        return status.intact

    record_many(300)
    seal_everything(sealed)
    kept = tampering.keep_elsewhere(tmp_path / "kept")
    assert look(full=True)
    state = state_file().read_bytes()
    before = bytes(tampering.event_at(3).payload)
    tampering.change_payload(3)
    assert not look(full=True)
    state_file().write_bytes(state)  # as of another account or machine, which knows nothing of it
    assert verify_database(full=False).intact
    assert not look(full=False)
    tampering.set_payload(3, before)
    assert look(full=True)
    # What only the checkpoints kept elsewhere show, only they can take back.
    (kept / f"{400:020d}.txt").write_text("forged", encoding="utf-8")
    assert not look(full=True, kept=kept)
    assert not look(full=True)
    (kept / f"{400:020d}.txt").unlink()
    assert look(full=True, kept=kept)


def test_a_result_of_days_to_come_is_not_shown(sealed: SealingKeys) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        record_verification(verify_database(full=True))
    assert last_verification() is None


def test_a_state_of_days_to_come_is_not_believed(sealed: SealingKeys) -> None:
    verify_database(full=False)
    state = json.loads(state_file().read_text())
    state_file().write_text(json.dumps(state | {"at_us": state["at_us"] + 10**12}))
    assert read_state() is None


def test_a_column_that_reaches_into_the_values(keys: SealingKeys) -> None:
    """Without asking where the beginning of the payload ends, the database would find it there."""
    with transaction.atomic():
        event = record(Event.WARD_CHANGED, by=None, after={"note": "x", "values": 1})
    seal_everything(keys)
    assert verify_database(full=True).intact
    longer = f'{event.transaction}","values":{{"after":{{"note":"x'
    tamper('UPDATE audit_event SET "transaction" = %s', longer)
    assert found(verify_database(full=True)) == {"column"}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("form", ["upper(patient_id)", "'{' || patient_id || '}'"])
def test_an_id_in_a_form_that_no_page_would_find(keys: SealingKeys, form: str) -> None:
    with transaction.atomic():
        record(Event.PLAN_SIGNED, by=None, patient=SHOWN)
        record(Event.WORKLIST_VIEWED, by=None, shown=[SHOWN])
    seal_everything(keys)
    tamper(f"UPDATE audit_event SET patient_id = {form}")
    assert found(verify_database(full=True)) == {"column"}
    tamper("UPDATE audit_event SET patient_id = %s WHERE patient_id IS NOT NULL", SHOWN.hex)
    tamper(f"UPDATE audit_shown_patient SET patient_id = {form}")
    assert found(verify_database(full=True)) == {"shown patients"}


def test_long_payloads_are_read_one_by_one(keys: SealingKeys) -> None:
    many = [uuid4() for _ in range(600)]
    with transaction.atomic():
        record(Event.WORKLIST_VIEWED, by=None, shown=many)
        record(Event.PLAN_SIGNED, by=None, patient=SHOWN, after={"note": "x" * 20_000})
    seal_everything(keys)
    assert {row[2] for row in DatabaseRows().read(0, 2, Findings())} == {None}
    assert verify_database(full=True).intact
    tamper("UPDATE audit_event SET outcome = 'gone'")
    assert verify_database(full=True).findings.counts == {Kind.COLUMN: 2}
    tamper("UPDATE audit_event SET outcome = 'done'")
    tamper("DELETE FROM audit_shown_patient WHERE patient_id = %s", stored_id(many[7]))
    tampering.change_payload(1)
    assert found(verify_database(full=True)) == {"shown patients", "payload", "column"}
