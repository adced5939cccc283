"""audit.backup: what is not whole, not ours or not genuine is refused before anything is changed."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.backup import back_up
from audit.backup.databases import copying
from audit.backup.manifest import FILE, read_manifest
from audit.public_keys import public_keys_file
from audit.sealing import SealingKeys
from tests.audit.backing_up import empty_database, rewrite_manifest, some_sealed


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds one backup and its public keys for all tests that only read it."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def on_the_shelf(shelf: Path, keys: SealingKeys, tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Path:
    """A copy of it, to be broken."""
    if not (shelf / "backup").exists():
        with django_db_blocker.unblock():
            some_sealed(keys)
            back_up(tmp_path / "backups").folder.rename(shelf / "backup")
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        shutil.copy(public_keys_file(), shelf)
    shutil.copy(shelf / public_keys_file().name, public_keys_file())
    copy = tmp_path / "copies" / read_manifest(shelf / "backup").name
    return Path(shutil.copytree(shelf / "backup", copy))


class TestRefused:
    """Before anything is changed; the sentence says what to do."""

    @pytest.fixture(autouse=True)
    def elsewhere(self, on_the_shelf: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
        with django_db_blocker.unblock(), empty_database(tmp_path):
            yield
            assert copying().occupied() == []

    def refused(self, folder: Path, **options: Any) -> str:
        with pytest.raises(CommandError) as refused:
            call_command("restore", str(folder), **options)
        assert refused.value.returncode == 2
        return str(refused.value)

    @pytest.mark.parametrize("which", ["database", "keys", "manifest"])
    def test_one_flipped_bit(self, on_the_shelf: Path, which: str) -> None:
        name = {"database": copying().DATABASE_FILE, "keys": copying().KEYS_FILE, "manifest": FILE}[which]
        path = on_the_shelf / name
        stored = bytearray(path.read_bytes())
        stored[len(stored) // 2] ^= 1
        path.write_bytes(stored)
        assert f"{path} is damaged" in self.refused(on_the_shelf)
        with pytest.raises(CommandError, match="is damaged"):
            call_command("backup", str(on_the_shelf), check=True)

    @pytest.mark.parametrize("which", ["database", "manifest"])
    def test_a_missing_file(self, on_the_shelf: Path, which: str) -> None:
        (on_the_shelf / (copying().DATABASE_FILE if which == "database" else FILE)).unlink()
        assert ("is missing" if which == "database" else "is no backup") in self.refused(on_the_shelf)

    def test_a_file_cut_off(self, on_the_shelf: Path) -> None:
        path = on_the_shelf / copying().DATABASE_FILE
        path.write_bytes(path.read_bytes()[:-1])
        assert "bytes instead of" in self.refused(on_the_shelf)

    @pytest.mark.parametrize("name", ["../../../etc/hostname", "/etc/hostname", "/dev/zero", "..", "extra.txt"])
    def test_a_manifest_that_names_other_files(self, on_the_shelf: Path, name: str) -> None:
        """Nothing outside the folder is opened: not a device that never ends, nor a file whose size would be told."""
        files = json.loads((on_the_shelf / FILE).read_text(encoding="utf-8"))["files"]
        rewrite_manifest(on_the_shelf, files={**files, name: {"bytes": 1, "sha256": "0"}})
        assert "its manifest names other files" in self.refused(on_the_shelf)

    def test_a_link_in_place_of_a_file(self, on_the_shelf: Path, tmp_path: Path) -> None:
        path = on_the_shelf / copying().DATABASE_FILE
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        assert f"{path} is no plain file" in self.refused(on_the_shelf)

    def test_a_pipe_in_place_of_a_file(self, on_the_shelf: Path) -> None:
        path = on_the_shelf / copying().DATABASE_FILE
        path.unlink()
        os.mkfifo(path)
        assert f"{path} is no plain file" in self.refused(on_the_shelf)

    @pytest.mark.parametrize(
        "changed",
        [{"master_keys": []}, {"started": "2026-11-22T02:15:00"}, {"contents": []}, {"files": ["database.dump"]}],
        ids=["no master key", "a moment without its zone", "contents as a list", "files as a list"],
    )
    def test_a_manifest_that_cannot_be_understood(self, on_the_shelf: Path, changed: dict[str, Any]) -> None:
        rewrite_manifest(on_the_shelf, **changed)
        assert "is damaged: it cannot be understood" in self.refused(on_the_shelf)

    def test_a_manifest_that_counts_no_keys(self, on_the_shelf: Path) -> None:
        contents = json.loads((on_the_shelf / FILE).read_text(encoding="utf-8"))["contents"]
        del contents["rows"]["audit_patient_key"]
        rewrite_manifest(on_the_shelf, contents=contents)
        assert "is no whole backup" in self.refused(on_the_shelf)

    def test_a_manifest_nested_without_end(self, on_the_shelf: Path) -> None:
        (on_the_shelf / FILE).write_text("[" * 200_000, encoding="utf-8")
        assert "is damaged: it cannot be understood" in self.refused(on_the_shelf)

    def test_a_folder_that_cannot_be_looked_into(self, on_the_shelf: Path) -> None:
        """As when root has copied it here and the owner of the tables may not enter."""
        assert "cannot be read: " in self.refused(on_the_shelf / ("x" * 300))
        with pytest.raises(CommandError, match="cannot be read: "):
            call_command("backup", str(on_the_shelf / ("x" * 300)), check=True)

    @pytest.mark.only_on("sqlite")  # PostgreSQL keeps nothing beside a database
    def test_what_stands_beside_a_database_that_is_not_there(self, on_the_shelf: Path) -> None:
        wal = Path(f"{connection.settings_dict['NAME']}-wal")
        wal.write_bytes(b"the only copy of what was saved last")
        said = self.refused(on_the_shelf)
        assert f"it has {wal.name}" in said
        assert "with those beside it" in said
        wal.unlink()

    def test_the_folder_around_backups_says_which_to_name(self, on_the_shelf: Path) -> None:
        assert f"name one of them, such as {on_the_shelf}" in self.refused(on_the_shelf.parent)

    def test_another_master_key(self, on_the_shelf: Path, settings: Any) -> None:
        settings.AUDIT_MASTER_KEY = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="
        said = self.refused(on_the_shelf)
        assert f"needs the master key with the fingerprint {read_manifest(on_the_shelf).master_keys[0]}" in said
        assert "LM_AUDIT_MASTER_KEY_FILE" in said

    def test_another_log(self, on_the_shelf: Path, settings: Any) -> None:
        settings.AUDIT_ORIGIN = "elsewhere.example/audit"
        assert "LM_AUDIT_ORIGIN says 'elsewhere.example/audit'" in self.refused(on_the_shelf)

    def test_another_kind_of_database(self, on_the_shelf: Path) -> None:
        other = {"postgresql": "sqlite", "sqlite": "postgresql"}[connection.vendor]
        rewrite_manifest(on_the_shelf, database=other)
        assert "is no whole backup" in self.refused(on_the_shelf)

    def test_tables_of_another_version(self, on_the_shelf: Path) -> None:
        contents = json.loads((on_the_shelf / FILE).read_text(encoding="utf-8"))["contents"]
        rewrite_manifest(
            on_the_shelf, version="0.9.9", contents={**contents, "migrations": [*contents["migrations"], "audit.9999"]}
        )
        assert "Restore it with version 0.9.9, and update afterwards." in self.refused(on_the_shelf)

    def test_no_public_keys_to_verify_with(self, on_the_shelf: Path) -> None:
        public_keys_file().unlink()
        said = self.refused(on_the_shelf)
        assert str(on_the_shelf / "public-keys.txt") in said

    def test_a_checkpoint_that_nobody_signed(self, on_the_shelf: Path, tmp_path: Path) -> None:
        note = tmp_path / "note.txt"
        note.write_text(
            (read_manifest(on_the_shelf).contents.checkpoint or "").replace("\n21\n", "\n20\n"), encoding="utf-8"
        )
        assert "is not genuine: The signature" in self.refused(on_the_shelf, checkpoint=note)

    def test_a_backup_whose_own_checkpoint_was_rewritten(self, on_the_shelf: Path) -> None:
        contents = json.loads((on_the_shelf / FILE).read_text(encoding="utf-8"))["contents"]
        contents["checkpoint"] = contents["checkpoint"].replace("\n21\n", "\n20\n")
        rewrite_manifest(on_the_shelf, contents=contents)
        assert "the backup was altered" in self.refused(on_the_shelf)
