"""audit.sealing: what waits becomes leaves and a signed checkpoint, whole or not at all."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.events import Event
from audit.models import AuditEvent, Checkpoint, Leaf, PendingEvent
from audit.notes import CheckpointText
from audit.sealing import SealingKeys, TreeTampered, seal_everything, seal_pending
from tests.append_only_flush import without_append_only
from tests.audit.sealed_log import check_sealed, record_some


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def tamper(statement: str, *values: object) -> None:
    """As somebody would who owns the database."""
    with transaction.atomic(), without_append_only(connection):
        execute(statement, *values)


@pytest.mark.django_db
class TestBatches:
    def test_what_waits_is_sealed_in_dense_positions(self, keys: SealingKeys) -> None:
        record_some(3)
        first = seal_pending(keys)
        record_some(300)
        second = seal_pending(keys)
        assert first is not None
        assert second is not None
        assert (first.events, first.checkpoint.size, first.previous) == (3, 3, None)
        assert (second.events, second.checkpoint.size, second.previous) == (300, 303, first.checkpoint)
        assert check_sealed(keys.known) == 303

    def test_when_nothing_waits_nothing_is_written(self, keys: SealingKeys) -> None:
        with CaptureQueriesContext(connection) as asked:
            assert seal_pending(keys) is None
        assert len(asked) == 1
        assert not Checkpoint.objects.exists()

    def test_a_batch_takes_no_more_than_it_may(self, keys: SealingKeys) -> None:
        record_some(25)
        sizes = []
        while sealed := seal_pending(keys, most=10):
            sizes.append(sealed.checkpoint.size)
        assert sizes == [10, 20, 25]
        assert check_sealed(keys.known) == 25

    def test_a_large_batch_needs_few_statements(self, keys: SealingKeys) -> None:
        record_some(5)
        seal_everything(keys)
        record_some(200)
        with CaptureQueriesContext(connection) as asked:
            seal_everything(keys)
        assert len(asked) <= 16

    def test_events_of_one_batch_are_in_the_order_of_their_time(self, keys: SealingKeys) -> None:
        moments = [50, 10, 40, 20, 30]
        for second in moments:
            with time_machine.travel(f"2026-11-22T10:42:{second}Z", tick=False):
                record_some(1)
        seal_everything(keys)
        order = [AuditEvent.objects.get(pk=leaf.event_id).at.second for leaf in Leaf.objects.order_by("position")]
        assert order == sorted(moments)

    def test_the_payload_is_read_again_as_it_is_stored(self, keys: SealingKeys) -> None:
        (event,) = record_some(1)
        tamper("UPDATE audit_event SET payload = %s WHERE action <> %s", b"altered before it was sealed", "")
        seal_everything(keys)
        assert check_sealed(keys.known) == 1
        assert bytes(AuditEvent.objects.get(pk=event.pk).payload) == b"altered before it was sealed"

    @pytest.mark.only_on("sqlite")
    @pytest.mark.parametrize(
        "value", ["'some text'", "CAST(x'ff80' AS TEXT)", "17"], ids=["text", "not utf-8", "number"]
    )
    def test_a_payload_that_sqlite_keeps_as_something_else_is_sealed_too(self, keys: SealingKeys, value: str) -> None:
        record_some(2)
        tamper(f"UPDATE audit_event SET payload = {value}")
        seal_everything(keys)
        assert Leaf.objects.count() == 2

    def test_an_event_that_disappeared_before_it_was_sealed_leaves_a_trace(self, keys: SealingKeys) -> None:
        gone, kept = record_some(2)
        tamper("DELETE FROM audit_event WHERE target = %s", gone.target)
        seal_everything(keys)
        trace = AuditEvent.objects.get(action=Event.EVENT_DISAPPEARED.code)
        assert trace.after == {"events": [str(gone.pk)], "count": 1}
        assert {leaf.event_id for leaf in Leaf.objects.all()} == {kept.pk, trace.pk}

    def test_when_all_that_waited_has_disappeared_sealing_goes_on(self, keys: SealingKeys) -> None:
        record_some(2)
        tamper("DELETE FROM audit_event")
        assert seal_pending(keys) is None
        seal_everything(keys)
        assert check_sealed(keys.known) == 1

    def test_an_event_is_sealed_once_however_often_it_waits(self, keys: SealingKeys) -> None:
        (event,) = record_some(1)
        seal_everything(keys)
        PendingEvent.objects.create(event_id=event.pk)
        record_some(1)
        seal_everything(keys)
        assert check_sealed(keys.known) == 2

    @pytest.mark.only_on("sqlite")
    def test_an_id_that_is_none(self, keys: SealingKeys) -> None:
        record_some(1)
        execute("INSERT INTO audit_pending (event_id) VALUES ('no id at all')")
        seal_everything(keys)
        assert AuditEvent.objects.get(action=Event.EVENT_DISAPPEARED.code).after["events"] == ["no id at all"]

    def test_the_checkpoint_has_the_time_of_the_sealer(self, keys: SealingKeys) -> None:
        record_some(1)
        with time_machine.travel("2026-11-22T10:42:07.9Z", tick=False):
            seal_everything(keys)
        note = Checkpoint.objects.get().note
        assert "\ntime 2026-11-22T10:42:07Z\n" in note


@pytest.mark.django_db
class TestTampered:
    """The sealer never builds on what it did not sign."""

    @pytest.fixture
    def sealed(self, keys: SealingKeys) -> SealingKeys:
        record_some(300)
        seal_everything(keys)
        record_some(1)
        return keys

    @pytest.mark.parametrize(
        ("statement", "sentence"),
        [
            ("UPDATE audit_checkpoint SET note = replace(note, 'time 2', 'time 1')", "is not genuine"),
            ("UPDATE audit_checkpoint SET note = 'nothing'", "is not genuine"),
            ("UPDATE audit_checkpoint SET size = 299", "about 300 events"),
            ("DELETE FROM audit_checkpoint", "The tree has 300 events, the last checkpoint 0"),
            ("DELETE FROM audit_leaf WHERE position = 299", "The tree has 299 events, the last checkpoint 300"),
            ("DELETE FROM audit_leaf WHERE position = 280", "the tree has a gap"),
            ("DELETE FROM audit_node", "the tree has a gap"),
            ("UPDATE audit_leaf SET hash = (SELECT hash FROM audit_node) WHERE position = 299", "The root of the tree"),
            ("UPDATE audit_node SET hash = (SELECT hash FROM audit_leaf WHERE position = 3)", "The root of the tree"),
        ],
        ids=["time", "note", "size", "checkpoint", "last leaf", "leaf", "node", "hash of leaf", "hash of node"],
    )
    def test_nothing_more_is_sealed(self, sealed: SealingKeys, statement: str, sentence: str) -> None:
        tamper(statement)
        before = (Leaf.objects.count(), Checkpoint.objects.count())
        with pytest.raises(TreeTampered, match=sentence) as refusal:
            seal_pending(sealed)
        assert "./dev manage verify_audit" in str(refusal.value)
        assert (Leaf.objects.count(), Checkpoint.objects.count()) == before
        assert PendingEvent.objects.count() == 1

    def test_a_checkpoint_signed_by_a_key_that_nobody_knows(self, sealed: SealingKeys) -> None:
        with pytest.raises(TreeTampered, match="None of the known keys"):
            seal_pending(SealingKeys(sealed.signers, ()))

    def test_a_checkpoint_of_another_log(self, sealed: SealingKeys, settings: Any) -> None:
        settings.AUDIT_ORIGIN = "another.example/audit"
        with pytest.raises(TreeTampered, match=r"expected were 300 events of another\.example"):
            seal_pending(sealed)


class PowerCut(Exception):
    pass


def cut_at(number: int) -> Callable[..., Any]:
    """The power fails when the statement of this number has been carried out."""
    count = 0

    def wrapper(execute: Callable[..., Any], sql: Any, values: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal count
        done = execute(sql, values, many, context)
        count += not sql.startswith("BEGIN")  # after which Django has to come back to know that it has begun
        if count == number:
            raise PowerCut
        return done

    return wrapper


@pytest.mark.django_db(transaction=True)
def test_cut_off_after_any_statement_nothing_is_half_done(keys: SealingKeys) -> None:
    cuts = 0
    for number in range(1, 100):
        record_some(260)
        before = (Leaf.objects.count(), Checkpoint.objects.count(), PendingEvent.objects.count())
        try:
            with connection.execute_wrapper(cut_at(number)):
                seal_pending(keys)
        except PowerCut:
            cuts += 1
            assert (Leaf.objects.count(), Checkpoint.objects.count(), PendingEvent.objects.count()) == before
            seal_everything(keys)
        else:
            break
    assert cuts >= 8
    assert check_sealed(keys.known) == 260 * (cuts + 1)


@pytest.mark.only_on("postgresql")  # SQLite lets one writer in at a time: nothing is committed late
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_lands_in_a_later_batch(keys: SealingKeys) -> None:
    """Ids and times are older than what is sealed already; positions stay dense nevertheless."""
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                record_some(1, target="late")
                written.set()
                assert go_on.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    assert written.wait(10)
    record_some(2)
    assert seal_pending(keys) is not None
    assert Leaf.objects.count() == 2
    go_on.set()
    writer.join(10)
    seal_everything(keys)
    last = Leaf.objects.get(position=2)
    assert AuditEvent.objects.get(pk=last.event_id).target == "late0"
    assert check_sealed(keys.known) == 3


@pytest.mark.django_db(transaction=True)
def test_sealing_beside_writers_misses_nothing(keys: SealingKeys) -> None:
    failures: list[Exception] = []

    def write(name: str) -> None:
        try:
            for number in range(15):
                try:
                    with transaction.atomic():
                        record_some(3, target=name)
                        if number % 5 == 4:
                            raise PowerCut
                except PowerCut:
                    continue
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(f"writer {number} ",)) for number in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seal_pending(keys, most=20)
    for writer in writers:
        writer.join()
    seal_everything(keys)
    assert not failures
    assert check_sealed(keys.known) == 3 * 12 * 3


@pytest.mark.django_db
def test_the_checkpoint_can_be_read_by_its_words(keys: SealingKeys, settings: Any) -> None:
    record_some(1)
    sealed = seal_pending(keys)
    assert sealed is not None
    lines = Checkpoint.objects.get().note.splitlines()
    assert lines[0] == settings.AUDIT_ORIGIN
    assert lines[1] == "1"
    assert CheckpointText.parse("\n".join(lines[:4]) + "\n") == sealed.checkpoint
    assert lines[5].startswith(f"— {settings.AUDIT_ORIGIN} ")
