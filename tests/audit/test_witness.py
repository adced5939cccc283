"""A witness on another host: what the log answers it, and what it accepts, refuses and shouts about."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client

from audit.merkle import check_consistency
from audit.models import Checkpoint
from audit.notes import CheckpointText, opened, signed
from audit.sealing import SealingKeys, seal_everything
from audit.verification import verify_database
from audit.witness import NAME_WITHOUT_PROOFS, Alarm, FolderLog, HttpLog, NotAnswered, Witness, own_key
from tests.audit import tampering
from tests.audit.tampering import record_many

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
TEN_MINUTES = timedelta(minutes=10)
CHECKPOINT, CONSISTENCY = "/audit/log/checkpoint.txt", "/audit/log/consistency.json"


@pytest.fixture
def grown(keys: SealingKeys) -> Callable[[int], SealingKeys]:
    def grow(count: int) -> SealingKeys:
        record_many(count)
        seal_everything(keys)
        return keys

    return grow


class TestEndpoints:
    def test_the_checkpoint_and_a_proof(self, grown: Callable[[int], SealingKeys], client: Client) -> None:
        assert client.get(CHECKPOINT).status_code == 404
        known = grown(7).known
        grown(300)
        answer = client.get(CHECKPOINT)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        new = CheckpointText.parse(opened(answer.content.decode(), known)[0])
        old = CheckpointText.parse(opened(Checkpoint.objects.get(size=7).note, known)[0])
        proof = client.get(CONSISTENCY, {"from": "7", "to": "307"}).json()["proof"]
        check_consistency(7, old.root, 307, new.root, [base64.b64decode(one) for one in proof])

    @pytest.mark.parametrize(
        "asked",
        ["", "?from=1", "?from=x&to=2", "?from=0&to=2", "?from=-1&to=2", "?from=5&to=2", f"?from=1&to={'9' * 400}",
         "?from=١&to=٢", "?from=1&to=2%0a", "?from[]=1", "?from=1.0&to=2", "?from=1&to=%ff"],
    )  # fmt: skip
    def test_bad_questions(self, grown: Callable[[int], SealingKeys], client: Client, asked: str) -> None:
        grown(3)
        assert client.get(CONSISTENCY + asked).status_code == 400

    def test_sizes_that_the_log_has_not(self, grown: Callable[[int], SealingKeys], client: Client) -> None:
        grown(3)
        assert client.get(CONSISTENCY + "?from=2&to=4").status_code == 404
        tampering.tamper("DELETE FROM audit_leaf WHERE position = 1")
        assert client.get(CONSISTENCY + "?from=2&to=3").status_code == 404

    @pytest.mark.parametrize("address", [CHECKPOINT, CONSISTENCY])
    def test_only_reading(self, client: Client, address: str) -> None:
        assert client.post(address).status_code == 405

    def test_the_token(
        self, grown: Callable[[int], SealingKeys], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        grown(3)
        monkeypatch.setenv("LM_AUDIT_WITNESS_TOKEN", "open sesame")
        for given in ("", "Bearer", "Bearer open", "open sesame", "Bearer \udcff"):
            assert client.get(CHECKPOINT, headers={"Authorization": given} if given else {}).status_code == 401
        assert client.get(CHECKPOINT, headers={"Authorization": "Bearer open sesame"}).status_code == 200


class OverTestClient(HttpLog):
    """The log's own pages, without a network in between."""

    def __init__(self) -> None:
        self._client = Client()

    def _read(self, name: str) -> str:
        answer = self._client.get(f"/audit/log/{name}")
        if answer.status_code != 200:
            raise NotAnswered(answer.content.decode())
        return answer.content.decode()


class Replaying(OverTestClient):
    """Whoever stands between the log and the witness."""

    def __init__(self, note: str) -> None:
        super().__init__()
        self._note = note

    def checkpoint(self) -> str:
        return self._note


@pytest.fixture
def witness(grown: Callable[[int], SealingKeys], tmp_path: Path) -> Witness:
    known = grown(7).known
    return Witness(OverTestClient(), known, tmp_path / "witness", own_key(tmp_path / "witness"))


def look(witness: Witness, later: timedelta = timedelta()) -> CheckpointText:
    return witness.look(now=datetime.now(UTC) + later, stale=TEN_MINUTES)


def kept(witness: Witness) -> list[int]:
    return sorted(int(path.stem) for path in witness.state.glob("0*.txt"))


def evidence(witness: Witness) -> list[str]:
    return sorted(path.name.split("-")[0] for path in witness.state.glob("evidence/*.txt"))


class TestWitness:
    def test_it_takes_what_has_grown_and_signs_it(self, witness: Witness, grown: Callable[[int], SealingKeys]) -> None:
        assert look(witness).size == look(witness).size == 7
        grown(300)
        assert look(witness).size == 307
        assert kept(witness) == [7, 307]
        note = (witness.state / f"{307:020d}.txt").read_text(encoding="utf-8")
        _, signers = opened(note, [*witness.keys, witness.own.verifier])
        assert [one.name for one in signers] == ["lm-pathways.local/audit", "lm-pathways-witness"]
        assert (witness.state / "witness-key.pem").stat().st_mode & 0o077 == 0

    def test_what_it_keeps_finds_what_nobody_sees_on_the_spot(
        self, witness: Witness, grown: Callable[[int], SealingKeys]
    ) -> None:
        look(witness)
        tampering.rewrite_with_the_stolen_key(3, grown(1))
        assert verify_database(full=True).intact
        assert {kind.code for kind in verify_database(full=True, kept=witness.state).findings.kinds} == {"fork"}

    def test_shrinking(self, witness: Witness, grown: Callable[[int], SealingKeys]) -> None:
        grown(5)
        look(witness)
        tampering.cut_off(7)
        for _ in range(2):
            with pytest.raises(Alarm, match="shrank"):
                look(witness)
        assert (kept(witness), evidence(witness)) == ([12], ["shrink", "shrink"])

    @pytest.mark.parametrize("more", [1, 5], ids=["the same size", "larger"])
    def test_rewriting(self, witness: Witness, grown: Callable[[int], SealingKeys], more: int) -> None:
        look(witness)
        tampering.rewrite_with_the_stolen_key(3, witness_keys := grown(1))
        if more > 1:
            grown(more)
        else:
            assert Checkpoint.objects.latest("size").size == 7
        assert witness_keys.known == witness.keys
        with pytest.raises(Alarm, match="rewritten"):
            look(witness)
        assert (kept(witness), evidence(witness)) == ([7], ["fork", "fork"])

    def test_a_forged_checkpoint(self, witness: Witness) -> None:
        look(witness)
        forger = tampering.other_keys("lm-pathways.local/audit")
        tampering.rewrite_with_the_stolen_key(3, forger)
        with pytest.raises(Alarm, match="not genuine"):
            look(witness)

    def test_nothing_new_for_too_long(self, witness: Witness) -> None:
        look(witness, timedelta(minutes=9))
        with pytest.raises(Alarm, match="sealing has stopped"):
            look(witness, timedelta(minutes=11))

    def test_a_time_to_come_would_hide_that_sealing_stopped(self, witness: Witness) -> None:
        with pytest.raises(Alarm, match="still to come"):
            look(witness, -timedelta(minutes=3))

    def test_an_old_checkpoint_again(self, witness: Witness, grown: Callable[[int], SealingKeys]) -> None:
        old = Checkpoint.objects.get(size=7).note
        grown(5)
        look(witness)
        replayed = Witness(Replaying(old), witness.keys, witness.state, witness.own)
        with pytest.raises(Alarm, match="shrank"):
            look(replayed)
        assert look(witness).size == 12

    def test_a_checkpoint_of_another_log_under_the_same_key(self, keys: SealingKeys, witness: Witness) -> None:
        text = CheckpointText("elsewhere.example/audit", 7, b"r" * 32, datetime.now(UTC).replace(microsecond=0))
        other = Witness(Replaying(signed(str(text), keys.signers)), witness.keys, witness.state, witness.own)
        with pytest.raises(Alarm, match="its keys are of another log"):
            look(other)
        assert kept(witness) == []

    def test_its_own_memory_altered(self, witness: Witness) -> None:
        look(witness)
        path = witness.state / f"{7:020d}.txt"
        path.write_text(path.read_text().replace("\n7\n", "\n6\n"))
        with pytest.raises(Alarm, match="was altered"):
            look(witness)

    def test_a_folder_instead_of_an_address(self, grown: Callable[[int], SealingKeys], tmp_path: Path) -> None:
        folder, state = tmp_path / "sent", tmp_path / "of-the-witness"
        watching = Witness(FolderLog(folder), grown(7).known, state, own_key(state, NAME_WITHOUT_PROOFS))
        with pytest.raises(Alarm, match="does not answer"):
            look(watching)
        for count in (3, 5):
            send(folder)
            look(watching)
            grown(count)
        send(folder)
        assert look(watching).size == 15
        assert kept(watching) == [7, 10, 15]
        tampering.rewrite_with_the_stolen_key(3, grown(9))
        for path in folder.glob("*"):
            path.unlink()
        send(folder)
        with pytest.raises(Alarm, match="rewritten"):
            look(watching)


def send(folder: Path) -> None:
    tampering.keep_elsewhere(folder)
    (folder / "latest.txt").write_text(Checkpoint.objects.latest("size").note, encoding="utf-8")


class TestAddress:
    @pytest.mark.parametrize(
        "address", ["http://pathways.hospital.example/audit/log/", "ftp://localhost/", "file:///etc"]
    )
    def test_without_encryption_only_on_the_same_machine(self, address: str) -> None:
        with pytest.raises(NotAnswered, match="not encrypted"):
            HttpLog(address)

    @pytest.mark.parametrize(
        "answer", [b"", b"null", b"[]", b"{}", b'{"from":1,"to":2,"proof":[1]}', b"\xff", b"[" * 9999]
    )
    def test_answers_that_are_none(self, answer: bytes) -> None:
        with answering(answer) as address, pytest.raises(NotAnswered):
            HttpLog(address, token="a").consistency(1, 2)

    def test_a_redirect_is_not_followed(self) -> None:
        with (
            answering(b"", status=302, location="http://127.0.0.1:9/") as address,
            pytest.raises(NotAnswered, match="302"),
        ):
            HttpLog(address).checkpoint()

    def test_nobody_there(self) -> None:
        with pytest.raises(NotAnswered):
            HttpLog("http://127.0.0.1:9/").checkpoint()


class answering:  # noqa: N801
    def __init__(self, body: bytes, *, status: int = 200, location: str = "") -> None:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    def __enter__(self) -> str:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_the_command_needs_no_database(grown: Callable[[int], SealingKeys], audit_dir: Path, tmp_path: Path) -> None:
    grown(3)
    send(tmp_path / "sent")
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.witness"}
    command = [sys.executable, ROOT / "manage.py", "witness", "--once", "--log", tmp_path / "sent"]
    command += ["--keys", audit_dir / "public-keys.txt", "--state", tmp_path / "state"]

    def run(*further: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command, *further], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    done = run()
    assert (done.returncode, "3 events, taken" in done.stdout) == (0, True), done.stderr
    stale = run("--stale", "-1")
    assert (stale.returncode, "ALARM: The newest checkpoint" in stale.stderr) == (1, True)
