"""Erasing what is said of a patient, and removing events whose time is over: the log stays verifiable."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from audit.events import Event
from audit.models import AuditEvent, Leaf, PatientKey, Retirement, ShownPatient
from audit.sealing import SealingKeys, seal_everything
from audit.services import record
from audit.values import UnreadableValues, new_master_key
from audit.verification import Result, verify_database
from tests.audit import tampering
from tests.audit.tampering import record_many, tamper

pytestmark = pytest.mark.django_db

PATIENT, OTHER = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001"), UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f002")
LONG_AGO = datetime(2015, 3, 1, 12, 0, tzinfo=UTC)


def found(result: Result) -> set[str]:
    return {kind.code for kind in result.findings.kinds if not kind.is_warning}


class TestErasure:
    @pytest.fixture(autouse=True)
    def said(self, keys: SealingKeys) -> None:
        with transaction.atomic():
            for patient in (PATIENT, OTHER):
                record(Event.PLAN_SIGNED, by=None, patient=patient, before={"dose": 1}, after={"dose": 2}, reason="why")
        seal_everything(keys)

    def erase(self, *further: str) -> None:
        call_command("erase_audit_values", str(PATIENT), "--reason", "asked", "--legal-basis", "Article 17", *further)

    def test_it_is_gone_at_once_and_only_there(self) -> None:
        self.erase("--yes")
        with pytest.raises(UnreadableValues):
            AuditEvent.objects.get(patient_id=PATIENT).values  # noqa: B018
        assert AuditEvent.objects.get(patient_id=OTHER).after == {"dose": 2}
        assert found(verify_database(full=True)) == set()

    def test_it_is_an_event_without_a_new_key(self) -> None:
        self.erase("--yes")
        event = AuditEvent.objects.get(action=Event.AUDIT_VALUES_ERASED.code)
        assert (event.target, event.reason_given, event.patient_id) == (f"patient {PATIENT}", "asked", None)
        assert event.after == {"legal_basis": "Article 17"}
        assert not PatientKey.objects.filter(patient_id=PATIENT).exists()

    def test_what_is_said_afterwards_has_a_new_key(self) -> None:
        self.erase("--yes")
        with transaction.atomic():
            later = record(Event.PLAN_SIGNED, by=None, patient=PATIENT, after={"dose": 3})
        assert AuditEvent.objects.get(pk=later.pk).after == {"dose": 3}

    def test_what_another_process_says_afterwards_is_readable_too(self) -> None:
        """A key that was kept in memory would seal what nobody could ever open."""
        with transaction.atomic():
            PatientKey.objects.filter(patient_id=PATIENT).delete()  # elsewhere: nothing here is told
        with transaction.atomic():
            later = record(Event.PLAN_SIGNED, by=None, patient=PATIENT, after={"dose": 3})
        assert AuditEvent.objects.get(pk=later.pk).after == {"dose": 3}

    def test_another_master_key(self, settings: Any) -> None:
        former, settings.AUDIT_MASTER_KEY = settings.AUDIT_MASTER_KEY, new_master_key()
        with pytest.raises(CommandError, match="0 keys were wrapped anew, and 2 cannot be unwrapped"):
            call_command("rewrap_audit_keys")
        settings.AUDIT_MASTER_KEY_FALLBACKS = (former,)
        for _ in range(2):
            call_command("rewrap_audit_keys")
        assert AuditEvent.objects.get(action=Event.MASTER_KEY_CHANGED.code).after == {"keys": 2}
        settings.AUDIT_MASTER_KEY_FALLBACKS = ()
        assert AuditEvent.objects.get(patient_id=PATIENT).after == {"dose": 2}

    def test_it_is_asked_for_twice_or_only_tried(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.erase("--dry-run")
        assert "1 events are about this patient" in capsys.readouterr().out
        monkeypatch.setattr("builtins.input", lambda _: "yes")
        with pytest.raises(CommandError, match="Nothing was erased"):
            self.erase()
        assert AuditEvent.objects.get(patient_id=PATIENT).after == {"dose": 2}
        monkeypatch.setattr("builtins.input", lambda _: "ERASE")
        self.erase()
        with pytest.raises(CommandError, match="holds no key"):
            self.erase("--yes")


class TestRetention:
    @pytest.fixture
    def sealed(self, keys: SealingKeys) -> SealingKeys:
        with time_machine.travel(LONG_AGO, tick=True):
            record_many(300)
            with transaction.atomic():
                record(Event.WORKLIST_VIEWED, by=None, shown=[PATIENT])
        seal_everything(keys)
        record_many(20)
        seal_everything(keys)
        return keys

    def retire(self, *further: str) -> None:
        call_command("retire_audit", "--before", "2018-01-01", "--legal-basis", "Schedule 3", "--yes", *further)

    def test_events_go_and_the_log_stays_valid(self, sealed: SealingKeys, tmp_path: Path) -> None:
        kept = tampering.keep_elsewhere(tmp_path / "kept")
        verify_database(full=False)
        self.retire()
        assert (AuditEvent.everything.count(), Leaf.objects.count()) == (21, 321)
        assert not ShownPatient.objects.exists()
        seal_everything(sealed)
        assert found(verify_database(full=True, kept=kept)) == found(verify_database(full=False)) == set()
        event = AuditEvent.objects.get(action=Event.AUDIT_RETIRED.code)
        assert event.after == {"first": 0, "last": 300, "before": "2018-01-01", "legal_basis": "Schedule 3"}
        assert "basis Schedule 3\n" in Retirement.objects.get().note

    def test_nothing_else_may_be_missing(self, sealed: SealingKeys) -> None:
        self.retire()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.everything.all()._raw_delete("default")
        tampering.delete_event(310)
        assert found(verify_database(full=True)) == {"missing event"}

    @pytest.mark.parametrize("changed", ["last = 310", "note = 'forged'", "first = 1"])
    def test_a_retirement_that_nobody_signed(self, sealed: SealingKeys, changed: str) -> None:
        self.retire()
        tamper(f"UPDATE audit_retirement SET {changed}")
        assert found(verify_database(full=True)) == {"retirement", "missing event"}

    def test_a_retirement_signed_by_somebody_else(self, sealed: SealingKeys) -> None:
        self.retire()
        note = Retirement.objects.get().note
        text = note.rpartition("\n\n")[0] + "\n"
        forger = tampering.other_keys(sealed.current.name).signers[0]
        tamper("UPDATE audit_retirement SET note = %s", f"{text}\n{forger.signature_line(text)}")
        assert found(verify_database(full=True)) == {"retirement", "missing event"}

    def test_younger_and_unsealed_events_stay(self, sealed: SealingKeys) -> None:
        self.retire()
        with time_machine.travel(LONG_AGO + timedelta(days=1), tick=True):
            record_many(5)
        with pytest.raises(CommandError, match="No sealed event is older than 01-Jan-2018"):
            self.retire()

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [({"--before": "2999-01-01"}, "is in the future"), ({"--legal-basis": " "}, "legal basis in one line")],
        ids=["future", "no basis"],
    )
    def test_what_is_refused(self, sealed: SealingKeys, given: dict[str, str], sentence: str) -> None:
        words = {"--before": "2018-01-01", "--legal-basis": "Schedule 3"} | given
        with pytest.raises(CommandError, match=sentence):
            call_command("retire_audit", *[word for pair in words.items() for word in pair])

    def test_without_the_signing_key(self, sealed: SealingKeys, audit_dir: Path) -> None:
        (audit_dir / "signing-key.pem").unlink()
        with pytest.raises(CommandError, match="signing key"):
            self.retire()

    def test_it_is_only_tried(self, sealed: SealingKeys, capsys: pytest.CaptureFixture[str]) -> None:
        self.retire("--dry-run")
        assert "301 events at positions 0 to 300" in capsys.readouterr().out
        assert AuditEvent.everything.count() == 321
