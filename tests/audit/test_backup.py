"""audit.backup: what is copied comes back whole, and what is not whole, not the newest or not ours is refused."""

import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.backup import Made, back_up, restore
from audit.backup.databases import copying
from audit.backup.manifest import FILE, read_manifest
from audit.events import Event
from audit.models import AuditEvent, Checkpoint, PatientKey
from audit.retention import erase_values
from audit.row_triggers import guarded_tables, missing_triggers
from audit.sealing import SealingKeys, seal_everything
from tests.audit.backing_up import PATIENT, empty_database, record_of, rewrite_manifest, some_sealed
from tests.audit.tampering import record_many, tamper

commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(keys: SealingKeys) -> SealingKeys:
    some_sealed(keys)
    return keys


@pytest.fixture
def made(sealed: SealingKeys, tmp_path: Path) -> Made:
    return back_up(tmp_path / "backups")


def said_by(*command: Any, **options: Any) -> str:
    output = io.StringIO()
    call_command(*map(str, command), **options, stdout=output)
    return output.getvalue()


@commits
class TestMaking:
    def test_a_backup_says_what_it_holds_and_is_for_one_account_alone(self, made: Made) -> None:
        manifest = read_manifest(made.folder)
        assert manifest == made.manifest
        assert manifest.contents.sealed == 21
        assert manifest.contents.rows["audit_patient_key"] == 1
        assert manifest.contents.checkpoint == Checkpoint.objects.latest("size").note
        assert {path.name for path in made.folder.iterdir()} == {FILE, *manifest.files}
        assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o600}
        assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
        assert not list(made.folder.parent.glob(".*"))
        event = AuditEvent.objects.get(action=Event.BACKUP_MADE.code)
        assert event.after["backup"] == made.folder.name

    def test_the_keys_of_patients_stand_in_a_file_of_their_own(self, made: Made) -> None:
        wrapped = bytes(PatientKey.objects.get(patient_id=PATIENT).wrapped)
        in_sql = wrapped if connection.vendor == "sqlite" else wrapped.hex().encode()
        texts = {path.name: readable(path) for path in made.folder.iterdir()}
        assert [name for name, text in texts.items() if in_sql in text] == [copying().KEYS_FILE]
        secret = connection.settings_dict["PASSWORD"] or "only-for-tests-"
        assert not [name for name, text in texts.items() if secret.encode() in text]

    def test_what_fails_leaves_nothing_that_looks_like_a_backup(
        self, sealed: SealingKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(path: Path) -> None:
            raise OSError(28, "No space left on device", str(path))

        monkeypatch.setattr("audit.backup.making.sealed_file", full)
        with pytest.raises(CommandError, match=r"No backup was made\. .*: No space left on device"):
            call_command("backup", str(tmp_path / "backups"))
        assert not list((tmp_path / "backups").iterdir())
        assert not AuditEvent.objects.filter(action=Event.BACKUP_MADE.code).exists()

    def test_only_older_whole_backups_of_this_log_are_removed(self, made: Made, settings: Any) -> None:
        parent = made.folder.parent
        older = [renamed_copy(made.folder, f"backup-2020010{day}T000000Z") for day in (1, 2, 3)]
        damaged = renamed_copy(made.folder, "backup-20190101T000000Z")
        (damaged / FILE).write_text("{", encoding="utf-8")
        (parent / "notes").mkdir()
        foreign = renamed_copy(made.folder, "backup-20180101T000000Z", origin="elsewhere.example/audit")
        shutil.rmtree(made.folder)
        after = back_up(parent, keep=2, keep_keys=1)
        assert after.removed == (older[0].name, older[1].name)
        assert after.keys_removed == (older[2].name,)
        left = {path.name for path in parent.iterdir()}
        assert left == {after.folder.name, older[2].name, damaged.name, foreign.name, "notes"}
        assert not (older[2] / copying().KEYS_FILE).exists()
        assert (foreign / copying().KEYS_FILE).exists()

    def test_a_link_to_an_older_backup_is_left_and_harms_nothing(self, made: Made) -> None:
        elsewhere = made.folder.parent.parent / "another-disk"
        copy = renamed_copy(made.folder, "backup-20200101T000000Z")
        elsewhere.mkdir()
        shutil.move(copy, elsewhere / copy.name)
        copy.symlink_to(elsewhere / copy.name)
        shutil.rmtree(made.folder)
        after = back_up(copy.parent, keep=1, keep_keys=1)
        assert (after.removed, after.keys_removed) == ((), ())
        assert copy.is_symlink()
        assert (elsewhere / copy.name / copying().KEYS_FILE).exists()

    def test_an_older_one_that_cannot_be_removed_is_not_told_as_a_backup_that_failed(
        self, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        older = renamed_copy(made.folder, "backup-20200101T000000Z")
        shutil.rmtree(made.folder)

        def refuses(path: Path) -> None:
            raise PermissionError(1, "Operation not permitted", str(path / "database"))

        monkeypatch.setattr("audit.backup.making.shutil.rmtree", refuses)
        with pytest.raises(CommandError) as failed:
            call_command("backup", str(older.parent), keep=1)
        said = str(failed.value)
        assert "No backup was made" not in said
        assert "is whole" in said
        assert "Operation not permitted" in said
        assert [path.name for path in older.parent.glob("backup-*")] != []
        assert AuditEvent.objects.filter(action=Event.BACKUP_MADE.code).count() == 2


def readable(path: Path) -> bytes:
    if path.suffix != ".dump":
        return path.read_bytes()
    from audit.backup.programs import carried_out, newest

    text = path.with_suffix(".sql")
    carried_out([newest("pg_restore"), f"--file={text}", str(path)], {"PATH": "/usr/bin:/bin"})
    said = text.read_bytes()
    text.unlink()
    return said


def renamed_copy(folder: Path, name: str, **changed: str) -> Path:
    copy = folder.parent / name
    shutil.copytree(folder, copy)
    rewrite_manifest(copy, name=name, **changed)
    return copy


@commits
class TestRestoring:
    def test_everything_comes_back_and_is_verified(self, made: Made, tmp_path: Path) -> None:
        event = AuditEvent.objects.get(action=Event.PLAN_WITHDRAWN.code)
        newest = tmp_path / "newest.txt"
        newest.write_text(Checkpoint.objects.latest("size").note, encoding="utf-8")
        with empty_database(tmp_path):
            said = said_by("restore", made.folder, checkpoint=newest)
            assert "Verified: all rows are there, and the log of 21 sealed events is intact." in said
            assert "Not compared" not in said
            assert AuditEvent.objects.get(pk=event.pk).reason_given == "entered for another patient"
            assert missing_triggers(connection, guarded_tables()) == []
            restored = AuditEvent.objects.get(action=Event.BACKUP_RESTORED.code)
            assert (restored.outcome, restored.after["backup"]) == ("verified", made.folder.name)
            assert not AuditEvent.objects.filter(action=Event.BACKUP_MADE.code).exists()

    def test_work_goes_on_in_what_was_restored(self, made: Made, sealed: SealingKeys, tmp_path: Path) -> None:
        with empty_database(tmp_path):
            restore(made.folder)
            record_of(PATIENT, "and again")
            seal_everything(sealed)
            assert "Record intact: 23 events" in said_by("verify_audit", full=True)

    def test_not_over_something_that_is_there(self, made: Made) -> None:
        events = AuditEvent.everything.count()
        with pytest.raises(CommandError, match=r"The database is not empty: it has .*Nothing there is overwritten"):
            call_command("restore", str(made.folder))
        assert AuditEvent.everything.count() == events

    def test_an_older_backup_is_named_with_what_it_lacks(self, made: Made, sealed: SealingKeys, tmp_path: Path) -> None:
        record_many(9)
        seal_everything(sealed)
        kept = kept_folder(tmp_path)
        with empty_database(tmp_path):
            with pytest.raises(CommandError, match=r"older than the checkpoint of .* lacks 10 events") as refused:
                call_command("restore", str(made.folder), checkpoint=kept)
            assert refused.value.returncode == 2
            assert copying().occupied() == []
            said = said_by("restore", made.folder, checkpoint=kept, although_older=True)
            assert "ACCEPTED: The backup is older than the checkpoint" in said
            event = AuditEvent.objects.get(action=Event.BACKUP_RESTORED.code)
            assert event.after["events_of_the_newest_checkpoint"] == 31
            assert "lacks 10 events" in event.reason_given

    def test_a_backup_of_an_altered_log_is_not_called_verified(self, sealed: SealingKeys, tmp_path: Path) -> None:
        tamper("UPDATE audit_event SET outcome = 'gone' WHERE action = %s", Event.PLAN_WITHDRAWN.code)
        altered = back_up(tmp_path / "backups")
        with empty_database(tmp_path):
            output = io.StringIO()
            with pytest.raises(SystemExit) as ended:
                call_command("restore", str(altered.folder), stdout=output)
            assert ended.value.code == 1
            assert "NOT AS IT SHOULD BE" in output.getvalue()
            assert "outcome differ from what was sealed" in output.getvalue()
            assert AuditEvent.objects.get(action=Event.BACKUP_RESTORED.code).outcome == "not verified"

    def test_a_disk_that_is_full_while_it_is_proved_is_told_as_not_verified(
        self, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device", "checkpoints")

        monkeypatch.setattr("audit.backup.proving.write_for_verification", full)
        with (
            empty_database(tmp_path),
            pytest.raises(CommandError, match=r"No space left on device.* Do not use") as ended,
        ):
            call_command("restore", str(made.folder))
        assert ended.value.returncode == 1

    def test_a_truncated_log_does_not_pass_with_a_rewritten_manifest(self, made: Made, tmp_path: Path) -> None:
        contents = json.loads((made.folder / FILE).read_text(encoding="utf-8"))["contents"]
        contents["rows"]["audit_event"] += 1
        rewrite_manifest(made.folder, contents=contents)
        with empty_database(tmp_path):
            restored = restore(made.folder)
        (problem,) = restored.proved.problems
        assert problem.startswith("The table audit_event has ")

    def test_an_erasure_reaches_an_old_backup_through_newer_keys(self, made: Made, tmp_path: Path) -> None:
        event = AuditEvent.objects.get(action=Event.PLAN_WITHDRAWN.code)
        with transaction.atomic():
            erase_values(PATIENT, reason="asked for", legal_basis="a decision", by=None)
        newer = back_up(tmp_path / "newer")
        (made.folder / copying().KEYS_FILE).unlink()
        with empty_database(tmp_path):
            with pytest.raises(CommandError, match="name the file with the keys of a newer backup"):
                call_command("restore", str(made.folder))
            assert restore(made.folder, keys=newer.folder / copying().KEYS_FILE).verified
            with pytest.raises(ValueError, match="has been destroyed"):
                assert AuditEvent.objects.get(pk=event.pk).reason_given

    def test_keys_that_are_older_than_the_backup_are_refused(self, made: Made, tmp_path: Path) -> None:
        rewrite_manifest(made.folder, started="2020-01-01T00:00:00+00:00")
        newer = back_up(tmp_path / "newer")
        with pytest.raises(CommandError, match="lacks the keys of patients who came later"):
            call_command("backup", str(newer.folder), check=True, keys=made.folder / copying().KEYS_FILE)


def kept_folder(folder: Path) -> Path:
    kept = folder / "kept"
    kept.mkdir()
    for checkpoint in Checkpoint.objects.all():
        (kept / f"{checkpoint.size:020d}.txt").write_text(checkpoint.note, encoding="utf-8")
    return kept


@commits
def test_a_log_that_was_never_sealed_is_said_to_be_so(audit_dir: Path, tmp_path: Path) -> None:
    record_many(3)
    said = said_by("backup", tmp_path / "backups")
    assert "the log was never sealed" in said
    (folder,) = (tmp_path / "backups").iterdir()
    assert "Whole:" in said_by("backup", folder, check=True)
    with empty_database(tmp_path):
        assert "nothing shows that nobody has altered it" in said_by("restore", folder)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_missing_program_is_named(sealed: SealingKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.backup.programs.DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"pg_dump of PostgreSQL \d+ is needed.*apt install postgresql-client-"):
        call_command("backup", str(tmp_path / "backups"))
