"""A copy of the log that is verified without the database, and a proof of one event for somebody outside."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit.events import Event
from audit.export import NoProof, proof_of, verify_export
from audit.export.writing import CHECKPOINTS, EVENTS
from audit.models import AuditEvent, Leaf
from audit.sealing import SealingKeys, seal_everything
from audit.verification import Result
from tests.audit import tampering
from tests.audit.tampering import record_many, tamper

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "deploy" / "verify_proof.py"


@pytest.fixture
def sealed(keys: SealingKeys) -> SealingKeys:
    for _ in range(2):
        record_many(10)
        seal_everything(keys)
    return keys


@pytest.fixture
def exported(sealed: SealingKeys, tmp_path: Path) -> Path:
    call_command("export_audit", str(tmp_path / "copy"))
    return tmp_path / "copy"


def found(result: Result) -> set[str]:
    return {kind.code for kind in result.findings.kinds}


def rewritten(path: Path, old: str, new: str) -> None:
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new, 1).encode()))


class TestExport:
    def test_a_copy_is_verified_without_database_and_settings(self, exported: Path) -> None:
        """In another process: the settings for a witness know of no database."""
        environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.witness"}
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", "verify_audit", "--export", exported],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith("Record intact: 20 events")

    def test_it_is_itself_an_event(self, exported: Path) -> None:
        assert AuditEvent.objects.get(action=Event.AUDIT_EXPORTED.code).after == {"size": 20}

    def test_a_folder_with_something_in_it_is_refused(self, exported: Path) -> None:
        with pytest.raises(CommandError, match="not empty"):
            call_command("export_audit", str(exported))

    @pytest.mark.parametrize(
        ("file", "old", "new", "expected"),
        [
            (EVENTS, '"payload":"ey', '"payload":"fy', {"payload", "unreadable"}),
            (EVENTS, '"payload":"ey', '"payload":null,"was":"ey', {"missing event"}),
            (EVENTS, '{"position":5,', '{"position":500,', {"gap", "root"}),
            (EVENTS, '{"position":5,', '{"position":"5",', {"gap", "root", "unreadable"}),
            (EVENTS, '{"position":5,', "{", {"gap", "root", "unreadable"}),
            (CHECKPOINTS, "time 20", "time 19", {"signature", "missing checkpoint"}),
            (CHECKPOINTS, '{"size":10,', '{"size":"x",', {"missing checkpoint", "unreadable"}),
        ],
    )
    def test_what_was_altered_in_it(self, exported: Path, file: str, old: str, new: str, expected: set[str]) -> None:
        rewritten(exported / file, old, new)
        assert found(verify_export(exported, keys=None, kept=None)) >= expected - {"missing checkpoint"}

    def test_files_that_are_no_files_of_ours(self, exported: Path) -> None:
        (exported / EVENTS).write_bytes((exported / EVENTS).read_bytes()[:100])
        assert "unreadable" in found(verify_export(exported, keys=None, kept=None))
        (exported / EVENTS).write_bytes(b"no gzip")
        assert "unreadable" in found(verify_export(exported, keys=None, kept=None))

    def test_a_copy_with_keys_of_its_own_maker(self, exported: Path, tmp_path: Path) -> None:
        """The keys come from elsewhere, as paper or from the hospital's pages."""
        other = tmp_path / "other-keys.txt"
        other.write_text(f"{tampering.other_keys('lm-pathways.local/audit').current}\n")
        assert found(verify_export(exported, keys=other, kept=None)) >= {"signature"}

    def test_checkpoints_kept_elsewhere(self, exported: Path, tmp_path: Path, sealed: SealingKeys) -> None:
        kept = tampering.keep_elsewhere(tmp_path / "kept")
        assert found(verify_export(exported, keys=None, kept=kept)) == set()
        record_many(3)
        seal_everything(sealed)
        tampering.keep_elsewhere(kept)
        assert found(verify_export(exported, keys=None, kept=kept)) == {"shrink"}


def check(text: str, key: str, tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    path = tmp_path / "checked.json"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", SCRIPT, path, key], cwd=tmp_path, capture_output=True, text=True, check=False
    )


class TestProof:
    @pytest.mark.parametrize("position", [0, 7, 19])
    def test_a_third_party_is_convinced(self, sealed: SealingKeys, tmp_path: Path, position: int) -> None:
        event = Leaf.objects.get(position=position).event_id
        call_command("prove_event", str(event), str(tmp_path / "proof.json"))
        done = check((tmp_path / "proof.json").read_text(encoding="utf-8"), str(sealed.current), tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith(f"Proved: event {event} (patients.worklist_viewed by The tests at 20")
        assert f" stands at position {position} of the 20 events of lm-pathways.local/audit" in done.stdout
        assert AuditEvent.objects.get(action=Event.AUDIT_PROOF_MADE.code).target == f"event {event}"

    @pytest.mark.parametrize(
        "part", ["format", "event", "payload", "position", "proof", "checkpoint", "key", "spaces", "the key given"]
    )
    def test_a_change_is_refused(self, sealed: SealingKeys, tmp_path: Path, part: str) -> None:
        text, key = proof_of(Leaf.objects.get(position=7).event_id), str(sealed.current)
        if part == "the key given":
            key = str(tampering.other_keys(sealed.current.name).current)
        elif part == "spaces":
            text = text.replace("{\n", "{ \n")
        else:
            at = text.index(f'"{part}": ') + len(part) + 10
            text = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
        done = check(text, key, tmp_path)
        assert done.returncode == 1, done.stdout
        assert done.stdout.startswith("NOT PROVED: ")
        assert "Traceback" not in done.stderr

    def test_no_byte_can_be_changed(self, sealed: SealingKeys) -> None:
        checking: dict[str, object] = {"__name__": "verify_proof"}
        exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), checking)  # noqa: S102
        text, key = proof_of(Leaf.objects.get(position=7).event_id), str(sealed.current)
        prove = checking["check"]
        assert callable(prove)
        prove(text, key)
        for at in range(len(text)):
            changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            with pytest.raises(Exception):  # noqa: B017 -- each of them is a refusal
                prove(changed, key)

    @pytest.mark.parametrize(
        ("was", "becomes"),
        [
            (b',"values":null}', b',"values":null,"actor_name":"Somebody Else"}'),
            (b'"at_us":1', b'"at_us":' + b"9" * 30 + b"1"),
        ],
        ids=["a name that stands twice", "a time beyond all times"],
    )
    def test_an_event_that_somebody_inserted_to_mislead(
        self, keys: SealingKeys, tmp_path: Path, was: bytes, becomes: bytes
    ) -> None:
        """Whoever may add events can have anything sealed; the script says nothing that could be read otherwise."""
        record_many(1)
        event = AuditEvent.objects.get()
        forged = bytes(event.payload).replace(was, becomes)
        assert forged != bytes(event.payload)
        tamper("UPDATE audit_event SET payload = %s", forged)
        seal_everything(keys)
        done = check(proof_of(event.pk), str(keys.current), tmp_path)
        assert (done.returncode, done.stdout[:11], done.stderr) == (1, "NOT PROVED:", "")

    def test_the_script_is_short_and_stands_alone(self) -> None:
        lines = SCRIPT.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 100
        imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
        assert imported <= {*sys.stdlib_module_names, "cryptography"}

    def test_what_cannot_be_proved(self, sealed: SealingKeys, tmp_path: Path) -> None:
        with pytest.raises(NoProof, match="no event"):
            proof_of(uuid4())
        record_many(1)
        with pytest.raises(NoProof, match="not sealed yet"):
            proof_of(AuditEvent.objects.exclude(pk__in=Leaf.objects.values("event_id")).get().pk)
        event = tampering.event_at(7).pk
        tampering.change_payload(7)
        with pytest.raises(CommandError, match="not the one that was sealed"):
            call_command("prove_event", str(event), str(tmp_path / "proof.json"))
        assert not (tmp_path / "proof.json").exists()
        with pytest.raises(CommandError, match="exists already"):
            call_command("prove_event", str(event), str(SCRIPT))
        other = tampering.event_at(8).pk
        tamper("DELETE FROM audit_leaf WHERE position = 3")
        with pytest.raises(NoProof, match="damaged"):
            proof_of(other)
