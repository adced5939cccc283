"""The signing key: made once, for the sealer alone, and changed so that nobody loses the thread."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.events import Event
from audit.models import AuditEvent, Checkpoint
from audit.notes import Signer, opened
from audit.public_keys import known_keys, public_keys_file
from audit.sealing import KeyUnusable, SealingKeys, announce, make_signing_key, read_keys, rotate, signing_key_file
from tests.audit.sealed_log import check_sealed, record_some

ROOT = Path(__file__).resolve().parent.parent.parent


class TestMaking:
    def test_a_key_for_its_owner_alone_and_its_public_half_for_all(self, audit_dir: Path) -> None:
        said = StringIO()
        call_command("new_audit_signing_key", stdout=said)
        path = audit_dir / "signing-key.pem"
        assert path.stat().st_mode & 0o777 == 0o600
        (public,) = known_keys()
        assert str(public) in said.getvalue()
        assert public_keys_file().read_text(encoding="utf-8") == f"{public}\n"
        assert read_keys().current == public
        assert "PRIVATE" not in said.getvalue()

    def test_nothing_is_overwritten(self, keys: SealingKeys) -> None:
        before = signing_key_file().read_bytes()
        with pytest.raises(CommandError, match="exists already"):
            call_command("new_audit_signing_key")
        assert signing_key_file().read_bytes() == before
        assert known_keys() == (keys.current,)

    def test_if_it_is_missing_only(self, audit_dir: Path) -> None:
        said = StringIO()
        for _ in range(2):
            call_command("new_audit_signing_key", if_missing=True, verbosity=0, stdout=said)
        assert len(known_keys()) == 1
        assert said.getvalue() == ""

    def test_where_the_variable_says(self, audit_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LM_AUDIT_SIGNING_KEY_FILE", str(tmp_path / "elsewhere" / "key.pem"))
        call_command("new_audit_signing_key", stdout=StringIO())
        assert (tmp_path / "elsewhere" / "key.pem").exists()
        assert not (audit_dir / "signing-key.pem").exists()

    def test_a_place_that_cannot_be_written(self, audit_dir: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(KeyUnusable, match="cannot be written"):
            make_signing_key(tmp_path / "file" / "key.pem")

    def test_without_its_public_half_no_key_is_kept(self, audit_dir: Path, tmp_path: Path) -> None:
        public_keys_file().mkdir(parents=True)
        with pytest.raises(KeyUnusable, match="No key was made"):
            make_signing_key(tmp_path / "key.pem")
        assert not (tmp_path / "key.pem").exists()


class TestReading:
    def test_there_is_none(self, audit_dir: Path) -> None:
        with pytest.raises(KeyUnusable, match=r"\./dev manage new_audit_signing_key"):
            read_keys()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660], ids=["group", "others", "writable"])
    def test_others_can_read_it(self, keys: SealingKeys, mode: int) -> None:
        signing_key_file().chmod(mode)
        with pytest.raises(KeyUnusable, match="chmod 600"):
            read_keys()

    def test_it_is_no_key(self, keys: SealingKeys) -> None:
        signing_key_file().write_text("no key")
        with pytest.raises(KeyUnusable, match=r"signing-key\.pem: The signing key cannot be read"):
            read_keys()

    def test_its_public_half_is_missing(self, keys: SealingKeys) -> None:
        public_keys_file().write_text("# none\n\n")
        with pytest.raises(KeyUnusable) as refusal:
            read_keys()
        assert str(keys.current) in str(refusal.value)

    @pytest.mark.parametrize("line", [b"garbage\n", b"\xff\xfe\n"], ids=["words", "bytes"])
    def test_a_line_among_the_public_keys_that_is_none(self, keys: SealingKeys, line: bytes) -> None:
        with public_keys_file().open("ab") as lines:
            lines.write(line)
        with pytest.raises(KeyUnusable):
            read_keys()

    def test_the_command_says_so_and_ends(self, audit_dir: Path) -> None:
        with pytest.raises(CommandError, match="Make one with") as refusal:
            call_command("seal_audit", once=True)
        assert refusal.value.returncode == 2

    def test_so_it_does_with_a_wrong_log_server(self, keys: SealingKeys, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LM_AUDIT_SYSLOG", "nowhere:at:all")
        with pytest.raises(CommandError, match="LM_AUDIT_SYSLOG is") as refusal:
            call_command("seal_audit", once=True)
        assert refusal.value.returncode == 2


@pytest.fixture
def new(keys: SealingKeys, tmp_path: Path) -> Path:
    make_signing_key(tmp_path / "new.pem")
    return tmp_path / "new.pem"


def signers(size: int) -> list[str]:
    note = Checkpoint.objects.get(size=size).note
    return [str(one) for one in opened(note, known_keys())[1]]


@pytest.mark.django_db
class TestChanging:
    def test_one_checkpoint_is_signed_by_both(self, keys: SealingKeys, new: Path, audit_dir: Path) -> None:
        record_some(2)
        call_command("seal_audit", once=True)
        call_command("seal_audit", once=True, rotate_to=new)
        record_some(1)
        call_command("seal_audit", once=True, rotate_to=new)  # again: nothing is left to change
        successor = read_keys(new).current
        assert signers(2) == [str(keys.current)]
        assert signers(3) == [str(keys.current), str(successor)]
        assert signers(4) == [str(successor)]
        event = AuditEvent.objects.get(action=Event.SIGNING_KEY_CHANGED.code)
        assert (event.before, event.after) == ({"key": str(keys.current)}, {"key": str(successor)})
        assert check_sealed(known_keys()) == 4
        assert len(list((audit_dir / "checkpoints").glob("0*.txt"))) == 3

    def test_a_witness_that_knows_the_old_key_alone_can_follow(self, keys: SealingKeys, new: Path) -> None:
        record_some(1)
        rotate(keys, read_keys(new))
        note = Checkpoint.objects.get().note
        assert opened(note, [keys.current])[1] == (keys.current,)

    def test_a_first_key_can_be_changed_before_anything_is_sealed(self, keys: SealingKeys, new: Path) -> None:
        call_command("seal_audit", once=True, rotate_to=new)
        assert signers(1) == [str(keys.current), str(read_keys(new).current)]

    def test_a_key_that_was_lost_is_followed_by_another_and_the_log_says_so(
        self, keys: SealingKeys, new: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        record_some(1)
        call_command("seal_audit", once=True)
        signing_key_file().unlink()
        announce(read_keys(new))
        assert "not the one that signed last" in caplog.text
        assert AuditEvent.objects.filter(action=Event.SIGNING_KEY_CHANGED.code).count() == 1

    def test_a_key_without_its_public_half_is_not_changed_to(self, keys: SealingKeys, tmp_path: Path) -> None:
        stranger = tmp_path / "stranger.pem"
        stranger.touch(mode=0o600)
        stranger.write_bytes(Signer.new("lm-pathways.local/audit").to_pem())
        with pytest.raises(CommandError, match="The public half") as refusal:
            call_command("seal_audit", once=True, rotate_to=stranger)
        assert refusal.value.returncode == 2


class TestNobodyElse:
    """Who answers requests neither knows where the signing key is, nor brings along what could use it."""

    SEALERS = {"audit/sealing/keys.py"}

    def test_only_the_sealer_names_the_variable(self) -> None:
        code = [
            path
            for package in ("accounts", "audit", "config", "pathways", "patients")
            for path in (ROOT / package).rglob("*.py")
        ]
        naming = {
            str(path.relative_to(ROOT)) for path in code if "SIGNING_KEY_FILE" in path.read_text(encoding="utf-8")
        }
        help_texts = {"audit/management/commands/new_audit_signing_key.py"}
        assert naming - help_texts == self.SEALERS

    def test_only_commands_import_what_reads_it(self) -> None:
        importing = set()
        for path in (ROOT / "audit").rglob("*.py"):
            if re.search(r"(from|import) audit\.sealing\w*", path.read_text(encoding="utf-8")):
                importing.add(path.relative_to(ROOT / "audit").parts[0].partition(".")[0])
        outside = [
            str(path.relative_to(ROOT))
            for package in ("accounts", "config", "pathways", "patients")
            for path in (ROOT / package).rglob("*.py")
            if "audit.sealing" in path.read_text(encoding="utf-8")
        ]
        assert {name for name in importing if not name.startswith("sealing")} == {"management"}
        assert outside == []

    def test_a_web_server_does_not_import_it(self) -> None:
        script = (
            "import sys, config.wsgi; print(sorted(name for name in sys.modules if name.startswith('audit.sealing')))"
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "config.settings.test"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stdout.strip() == "[]", done.stderr
