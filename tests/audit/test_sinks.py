"""audit.sinks: checkpoints leave the database, and one that cannot be sent is sent later."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from audit.models import Checkpoint
from audit.notes import CheckpointText, opened
from audit.sealing import SealingKeys, seal_everything
from audit.sinks import FolderSink, Sender, SinkFailed, SyslogMisconfigured, SyslogSink, configured_syslog, send_unsent
from tests.audit.log_server import Authority, LogServer
from tests.audit.sealed_log import record_some
from tests.audit.test_sealing import tamper


def seal_batches(keys: SealingKeys, count: int) -> list[tuple[int, str]]:
    for _ in range(count):
        record_some(2)
        seal_everything(keys)
    return list(Checkpoint.objects.order_by("size").values_list("size", "note"))


@pytest.fixture
def folder(audit_dir: Path) -> Path:
    return audit_dir / "checkpoints"


@pytest.mark.django_db
class TestFolder:
    def test_one_file_for_each_checkpoint_and_the_latest(self, keys: SealingKeys, folder: Path) -> None:
        sealed = seal_batches(keys, 3)
        assert send_unsent(FolderSink(folder)) == 3
        assert send_unsent(FolderSink(folder)) == 0
        files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        latest = files.pop("latest.txt")
        assert files == {f"{size:020d}.txt": note for size, note in sealed}
        assert latest == sealed[-1][1]
        assert CheckpointText.parse(opened(latest, keys.known)[0]).size == 6

    def test_everybody_may_read_them(self, keys: SealingKeys, folder: Path) -> None:
        seal_batches(keys, 1)
        send_unsent(FolderSink(folder))
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}

    def test_what_was_missed_is_sent_later(self, keys: SealingKeys, folder: Path) -> None:
        sink = FolderSink(folder)
        seal_batches(keys, 1)
        folder.parent.mkdir(exist_ok=True)
        folder.write_text("a file where the folder should be")
        with pytest.raises(SinkFailed, match="cannot be"):
            send_unsent(sink)
        seal_batches(keys, 2)
        folder.unlink()
        assert send_unsent(sink) == 3
        assert len(list(folder.iterdir())) == 4

    def test_a_backlog_is_sent_in_parts(self, keys: SealingKeys, folder: Path) -> None:
        seal_batches(keys, 5)
        assert [send_unsent(FolderSink(folder), most=2) for _ in range(4)] == [2, 2, 1, 0]

    def test_cut_off_while_writing_there_is_no_half_file(
        self, keys: SealingKeys, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seal_batches(keys, 1)

        def full(path: Path, target: Path) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as disk:
            disk.setattr(Path, "replace", full)
            with pytest.raises(SinkFailed, match="No space left"):
                send_unsent(FolderSink(folder))
        assert list(folder.iterdir()) == []
        assert send_unsent(FolderSink(folder)) == 1

    def test_a_checkpoint_of_the_same_size_with_other_words_is_a_fork(self, keys: SealingKeys, folder: Path) -> None:
        ((size, note),) = seal_batches(keys, 1)
        folder.mkdir(parents=True)
        (folder / f"{size:020d}.txt").write_text(note.replace("T", "t"))
        with pytest.raises(SinkFailed, match="rewritten, or an older backup was restored"):
            send_unsent(FolderSink(folder))

    def test_a_log_that_shrank_is_noticed(self, keys: SealingKeys, folder: Path) -> None:
        seal_batches(keys, 2)
        send_unsent(FolderSink(folder))
        tamper("DELETE FROM audit_checkpoint WHERE size = 4")
        with pytest.raises(SinkFailed, match="has a checkpoint of 4 events, and the database only of 2"):
            send_unsent(FolderSink(folder))

    @pytest.mark.parametrize("text", [b"", b"nothing", b"\xff\xfe"], ids=["empty", "words", "bytes"])
    def test_an_altered_latest_is_noticed(self, keys: SealingKeys, folder: Path, text: bytes) -> None:
        seal_batches(keys, 1)
        folder.mkdir(parents=True)
        (folder / "latest.txt").write_bytes(text)
        with pytest.raises(SinkFailed, match="Move it away"):
            send_unsent(FolderSink(folder))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def log_server(authority: Authority) -> Iterator[LogServer]:
    server = LogServer(authority.server("127.0.0.1"))
    yield server
    server.stop()


@pytest.fixture
def sink_to(
    authority: Authority, audit_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], SyslogSink]]:
    made: list[SyslogSink] = []

    def to(port: int) -> SyslogSink:
        monkeypatch.setenv("LM_AUDIT_SYSLOG", f"127.0.0.1:{port}")
        monkeypatch.setenv("LM_AUDIT_SYSLOG_CA", str(authority.certificate()))
        sink = configured_syslog(audit_dir)
        assert sink is not None
        made.append(sink)
        return sink

    yield to
    for sink in made:
        sink.close()


@pytest.mark.django_db
class TestSyslog:
    def test_each_checkpoint_is_one_message(
        self, keys: SealingKeys, log_server: LogServer, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        sealed = seal_batches(keys, 3)
        sink = sink_to(log_server.port)
        assert send_unsent(sink) == 3
        assert send_unsent(sink) == 0
        messages = log_server.messages(3)
        assert len(messages) == 3
        for message, (size, note) in zip(messages, sealed, strict=True):
            header, _, body = message.partition("\ufeff")
            priority, moment, host, application, process, kind, structured, rest = header.split(" ")
            assert (priority, application, kind, structured, rest) == ("<109>1", "lm-pathways", "checkpoint", "-", "")
            assert datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S%z").tzinfo == UTC
            assert process.isdigit()
            assert host
            assert "\n" not in body
            said = json.loads(body)
            assert (said["size"], said["checkpoint"]) == (size, note)

    def test_after_a_restart_only_what_is_new_is_sent(
        self, keys: SealingKeys, log_server: LogServer, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        seal_batches(keys, 2)
        before = sink_to(log_server.port)
        send_unsent(before)
        log_server.messages(2)
        before.close()
        seal_batches(keys, 1)
        assert send_unsent(sink_to(log_server.port)) == 1

    def test_a_server_that_was_away_gets_what_it_missed(
        self, keys: SealingKeys, authority: Authority, log_server: LogServer, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        sink = sink_to(log_server.port)
        seal_batches(keys, 1)
        send_unsent(sink)
        log_server.messages(1)
        log_server.stop()
        seal_batches(keys, 2)
        with pytest.raises(SinkFailed, match="does not take checkpoints"):
            send_unsent(sink)
        again = LogServer(authority.server("127.0.0.1"), log_server.port)
        try:
            assert send_unsent(sink) == 2
            sizes = [json.loads(message.partition("\ufeff")[2])["size"] for message in again.messages(3)]
        finally:
            again.stop()
        assert sizes == [2, 4, 6]  # the last one before the cut once more: nobody acknowledged it

    def test_a_server_with_another_name_is_refused(
        self, keys: SealingKeys, authority: Authority, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        seal_batches(keys, 1)
        server = LogServer(authority.server("127.0.0.2"))
        try:
            with pytest.raises(SinkFailed, match="certificate"):
                send_unsent(sink_to(server.port))
        finally:
            server.stop()
        assert server.received == []

    def test_a_server_of_another_authority_is_refused(
        self, keys: SealingKeys, tmp_path: Path, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        seal_batches(keys, 1)
        (tmp_path / "other").mkdir()
        server = LogServer(Authority(tmp_path / "other").server("127.0.0.1"))
        try:
            with pytest.raises(SinkFailed, match="certificate"):
                send_unsent(sink_to(server.port))
        finally:
            server.stop()
        assert server.received == []

    def test_a_remembered_size_that_cannot_be_read_sends_everything_again(
        self, keys: SealingKeys, audit_dir: Path, log_server: LogServer, sink_to: Callable[[int], SyslogSink]
    ) -> None:
        seal_batches(keys, 2)
        sink = sink_to(log_server.port)
        send_unsent(sink)
        (audit_dir / "syslog-sent.txt").write_text("garbage")
        assert send_unsent(sink) == 2


class TestSettings:
    def test_without_the_variable_there_is_no_log_server(self, audit_dir: Path) -> None:
        assert configured_syslog(audit_dir) is None

    @pytest.mark.parametrize("place", ["log.example:many", ":6514", "log.example:99999", "a@b:1", "log.example/path"])
    def test_a_place_that_is_none(self, audit_dir: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
        monkeypatch.setenv("LM_AUDIT_SYSLOG", place)
        with pytest.raises(SyslogMisconfigured, match="write host:port"):
            configured_syslog(audit_dir)

    @pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "unreadable"])
    def test_an_authority_that_cannot_be_used(
        self, audit_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
    ) -> None:
        path = tmp_path / "ca.pem"
        if content:
            path.write_text(content)
        monkeypatch.setenv("LM_AUDIT_SYSLOG", "log.example")
        monkeypatch.setenv("LM_AUDIT_SYSLOG_CA", str(path))
        with pytest.raises(SyslogMisconfigured, match="LM_AUDIT_SYSLOG_CA names"):
            configured_syslog(audit_dir)


class Flaky:
    """A sink that is away until it is told otherwise."""

    name = "the flaky sink"

    def __init__(self) -> None:
        self.away = True
        self.taken: list[int] = []
        self.tried = threading.Event()

    def sent(self) -> int:
        return self.taken[-1] if self.taken else 0

    def send(self, size: int, note: str) -> None:
        self.tried.set()
        if self.away:
            raise SinkFailed("It is away.")
        self.taken.append(size)


@pytest.mark.django_db(transaction=True)
def test_the_sender_alarms_once_and_catches_up(
    keys: SealingKeys, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.sinks.sender.FIRST_PAUSE", 0.01)
    sink, closing = Flaky(), threading.Event()
    seal_batches(keys, 2)
    with caplog.at_level(logging.WARNING, "audit.sealing"):
        sender = Sender(sink, closing, 0.01)
        sender.start()
        for _ in range(3):
            sink.tried.clear()
            assert sink.tried.wait(5)
        seal_batches(keys, 1)
        sink.away = False
        deadline = time.monotonic() + 5
        while sink.taken != [2, 4, 6] and time.monotonic() < deadline:
            time.sleep(0.01)
        seal_batches(keys, 1)
        closing.set()
        sender.join(5)
    connection.close()
    assert sink.taken == [2, 4, 6, 8]
    assert [record.getMessage() for record in caplog.records] == [
        "ALARM: checkpoints are not sent out. It is away.",
        "Checkpoints reach the flaky sink again, with those that waited.",
    ]
