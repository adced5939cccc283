"""The sealer as a service: one at a time, every second, until it is told to stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection

from audit.events import Event
from audit.models import AuditEvent, Checkpoint, Leaf, PendingEvent
from audit.sealing import (
    AnotherSealerRuns,
    Sealer,
    SealerLock,
    SealingKeys,
    SenderDied,
    Stop,
    TreeTampered,
    seal_pending,
)
from audit.sealing.clock import ClockWatch, clock_difference
from audit.sinks import FolderSink
from tests.audit.sealed_log import check_sealed, record_some
from tests.audit.test_sealing import tamper

ROOT = Path(__file__).resolve().parent.parent.parent


class Rounds(Stop):
    """Instead of waiting, does the next thing; when there is none left, asks to stop."""

    def __init__(self, *things: Callable[[], object]) -> None:
        super().__init__()
        self.things = list(things)
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        if self.things:
            self.things.pop(0)()
        else:
            self.asked = True


def nothing() -> None:
    pass


def run(keys: SealingKeys, *things: Callable[[], object], **options: Any) -> Rounds:
    stop = Rounds(*things)
    try:
        Sealer(keys, stop=stop, **options).run()
    finally:
        stop.close()
    return stop


def count(event: Event) -> int:
    return AuditEvent.objects.filter(action=event.code).count()


@pytest.mark.django_db(transaction=True)
class TestService:
    def test_every_round_seals_what_came_meanwhile(self, keys: SealingKeys, audit_dir: Path) -> None:
        record_some(1)
        folder = audit_dir / "checkpoints"
        run(keys, lambda: record_some(2), nothing, lambda: record_some(3), sinks=[FolderSink(folder)])
        assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [2, 4, 7]
        assert count(Event.SEALING_STARTED) == 1
        assert check_sealed(keys.known) == 7
        assert sorted(path.name for path in folder.glob("0*.txt")) == [f"{size:020d}.txt" for size in (2, 4, 7)]

    def test_told_to_stop_it_seals_once_more(self, keys: SealingKeys) -> None:
        stop = Stop()
        stop.ask()
        record_some(1)
        Sealer(keys, stop=stop).run()
        stop.close()
        assert check_sealed(keys.known) == 2

    def test_an_idle_log_does_not_stand_still(self, keys: SealingKeys) -> None:
        run(keys, nothing, nothing, heartbeat=0.0)
        assert count(Event.SEALER_ALIVE) == 4
        assert Checkpoint.objects.count() == 4

    def test_a_busy_log_needs_no_heartbeat(self, keys: SealingKeys) -> None:
        run(keys, lambda: record_some(1), heartbeat=60.0)
        assert count(Event.SEALER_ALIVE) == 0

    def test_a_full_batch_is_followed_at_once(self, keys: SealingKeys, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("audit.sealing.service.MOST_AT_ONCE", 5)
        monkeypatch.setattr("audit.sealing.service.seal_pending", lambda keys: seal_pending(keys, most=5))
        record_some(14)
        stop = run(keys)
        assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [5, 10, 15]
        assert len(stop.waited) == 2

    def test_a_database_that_is_away_is_waited_for(
        self, keys: SealingKeys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        failures = [OperationalError("the server closed the connection\nunexpectedly")] * 7

        def away_at_first(keys: SealingKeys) -> Any:
            if failures:
                raise failures.pop()
            return seal_pending(keys)

        monkeypatch.setattr("audit.sealing.service.seal_pending", away_at_first)
        stop = run(keys, *[nothing] * 7, interval=1.0)
        assert stop.waited == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 1.0, 1.0]
        assert caplog.messages[0].endswith("the database is away: the server closed the connection")
        assert caplog.messages[0].startswith("ALARM")
        assert caplog.messages[-1] == "The database answers again; sealing goes on."
        assert check_sealed(keys.known) == 1

    @pytest.mark.only_on("postgresql")
    def test_a_connection_that_really_breaks_is_opened_again_with_the_lock(
        self, keys: SealingKeys, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken() -> None:
            with pytest.raises(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        def locked() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
                assert cursor.fetchone() == (1,)

        run(keys, locked, broken, lambda: record_some(1), locked)
        assert [message.partition(":")[0] for message in caplog.messages] == [
            "ALARM",
            "The database answers again; sealing goes on.",
        ]
        assert check_sealed(keys.known) == 2

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_sender_that_broke_down_ends_the_service(self, keys: SealingKeys) -> None:
        class Broken:
            name = "the broken sink"

            def sent(self) -> int:
                raise KeyError("an error of the program")

            def send(self, size: int, note: str) -> None: ...

        def until_it_broke() -> None:
            deadline = time.monotonic() + 5
            while any(thread.name == "to the broken sink" for thread in threading.enumerate()):
                assert time.monotonic() < deadline
                time.sleep(0.01)

        with pytest.raises(SenderDied, match="Start the sealer again"):
            run(keys, until_it_broke, nothing, sinks=[Broken()])

    def test_a_conflict_is_tried_again_and_one_that_stays_is_an_alarm(
        self, keys: SealingKeys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def conflict(keys: SealingKeys) -> Any:
            raise IntegrityError("duplicate key")

        monkeypatch.setattr("audit.sealing.service.seal_pending", conflict)
        stop = Rounds(*[nothing] * 5)
        with pytest.raises(TreeTampered, match="rows where the next events belong"):
            Sealer(keys, stop=stop).run()
        stop.close()
        assert len(stop.waited) == 2


@contextmanager
def another_sealer() -> Iterator[Callable[[], None]]:
    """On a connection of its own, as in another process; the call lets it end."""
    taken, end = threading.Event(), threading.Event()

    def hold() -> None:
        lock = SealerLock()
        assert lock.take()
        taken.set()
        end.wait(10)
        lock.release()
        connection.close()

    def finish() -> None:
        end.set()
        thread.join(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    try:
        yield finish
    finally:
        finish()


@pytest.mark.django_db(transaction=True)
class TestTwoSealers:
    def test_one_seals_and_the_other_says_so(self, keys: SealingKeys) -> None:
        record_some(1)
        with another_sealer():
            with pytest.raises(AnotherSealerRuns, match="Another sealer is running"):
                run(keys)
            with pytest.raises(CommandError, match="Another sealer is running") as refusal:
                call_command("seal_audit", once=True)
        assert refusal.value.returncode == 3
        assert not Leaf.objects.exists()
        call_command("seal_audit", once=True)
        assert Leaf.objects.count() == 1

    def test_one_that_waits_takes_over(self, keys: SealingKeys) -> None:
        record_some(1)
        with another_sealer() as finish:
            stop = run(keys, nothing, nothing, finish, nothing, wait=True)
        assert len(stop.waited) == 6
        assert check_sealed(keys.known) == 2

    def test_the_lock_is_taken_again_after_the_connection_broke(self) -> None:
        lock = SealerLock()
        assert lock.take()
        assert lock.take()
        connection.close()
        deadline = time.monotonic() + 5  # the server ends a session, and its locks, when it notices
        while not (taken := lock.take()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert taken
        lock.release()
        with another_sealer():
            assert not lock.take()


@pytest.mark.django_db
class TestClocks:
    def test_they_agree_here(self) -> None:
        difference, uncertain = clock_difference()
        assert abs(difference) < 2 + uncertain

    def test_a_difference_is_recorded_once_until_it_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("audit.sealing.clock.EVERY", 0.0)
        watch = ClockWatch()
        real = time.time()
        for ahead in (0, 5, 5, 0, -7, -7, 1):
            with time_machine.travel(real + ahead, tick=True):
                watch.look()
        found = AuditEvent.objects.filter(action=Event.CLOCK_DIFFERED.code)
        told = sorted(event.after["database_minus_application_seconds"] for event in found)
        assert len(told) == 2
        assert told[0] == pytest.approx(-5, abs=1.5)
        assert told[1] == pytest.approx(7, abs=1.5)

    def test_it_is_not_asked_all_the_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[int] = []
        monkeypatch.setattr("audit.sealing.clock.clock_difference", lambda: (float(asked.append(1) or 0), 0.0))
        watch = ClockWatch()
        for _ in range(5):
            watch.look()
        assert len(asked) == 1

    def test_a_clock_that_was_set_back(self, keys: SealingKeys) -> None:
        watch = ClockWatch()
        for moment in ("10:42:00", "10:41:00", "10:41:30"):
            with time_machine.travel(f"2026-11-22T{moment}Z", tick=False):
                record_some(1)
                sealed = seal_pending(keys)
                assert sealed is not None
                watch.compare(sealed)
        (event,) = AuditEvent.objects.filter(action=Event.CLOCK_DIFFERED.code)
        assert event.after == {"checkpoint": "2026-11-22T10:41:00Z", "checkpoint_before": "2026-11-22T10:42:00Z"}


SCRIPT = """
import sys, django
from pathlib import Path
django.setup()
from django.conf import settings
settings.AUDIT_DIR = Path(sys.argv[1])
from config.commands import act_as_command
act_as_command("seal_audit")
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "seal_audit", "--interval", "0.05"])
"""


def database_url() -> str:
    """Of the database of this test, for another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{str(told['NAME']).lstrip('/')}"
    address = f"{quote(told['USER'])}:{quote(told['PASSWORD'])}@"
    return f"postgresql://{address}/{told['NAME']}?host={quote(told['HOST'])}&port={told['PORT'] or 5432}"


@pytest.fixture
def sealer(audit_dir: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", SCRIPT, str(audit_dir)],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.django_db(transaction=True)
class TestProcess:
    def test_killed_and_started_again(
        self, keys: SealingKeys, sealer: Callable[[], subprocess.Popen[str]], audit_dir: Path
    ) -> None:
        record_some(300)
        first = sealer()
        wait_for(Leaf.objects.exists, first)
        record_some(100)
        first.kill()
        first.wait(10)
        assert Leaf.objects.count() == Checkpoint.objects.order_by("-size").values_list("size", flat=True)[0]
        second = sealer()
        wait_for(lambda: not PendingEvent.objects.exists() and count(Event.SEALING_STARTED) == 2, second)
        with pytest.raises(CommandError) as refusal:
            call_command("seal_audit", once=True)
        assert refusal.value.returncode == 3
        second.send_signal(signal.SIGTERM)
        said, _ = second.communicate(timeout=10)
        assert (second.returncode, said) == (0, "")
        assert check_sealed(keys.known) == 402
        latest = (audit_dir / "checkpoints" / "latest.txt").read_text(encoding="utf-8")
        assert latest == Checkpoint.objects.get(size=402).note

    def test_over_a_tampered_tree_it_ends_with_a_sentence(
        self, keys: SealingKeys, sealer: Callable[[], subprocess.Popen[str]]
    ) -> None:
        record_some(3)
        seal_pending(keys)
        tamper("DELETE FROM audit_leaf WHERE position = 2")
        process = sealer()
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 4
        assert "ALARM: The tree has 2 events, the last checkpoint 3. Nothing was sealed." in said
        assert "Traceback" not in said
