"""audit.services.record: one event, whole or not at all."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import RequestFactory

from audit.context import RequestContext, request_context
from audit.events import EVENTS_BY_CODE, Event
from audit.middleware import client_address
from audit.models import AuditEvent, PendingEvent, ShownPatient
from audit.payloads import COLUMNS, canonical
from audit.services import OutsideTransaction, record

PATIENT = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001")
OTHER = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f002")


@dataclass(frozen=True, slots=True)
class Somebody:
    audit_id: str = "person-1"
    audit_name: str = "Dr Jane Okafor"
    audit_role: str = "Consultant"


class Session:
    session_key = "the-key-of-the-session"


def record_one(**changed: object) -> AuditEvent:
    arguments: dict[str, object] = {
        "by": Somebody(),
        "patient": PATIENT,
        "target": "plan 1",
        "before": {"b": 1, "a": "Zoë"},
        "after": {"a": None},
        "reason": "asked for",
    }
    with transaction.atomic():
        return record(Event.PLAN_SIGNED, **{**arguments, **changed})  # type: ignore[arg-type]


@pytest.mark.django_db
class TestRecord:
    def test_the_payload_holds_every_other_column(self) -> None:
        with request_context(RequestContext(ip="10.0.0.9", device="Browser", session=Session())):
            stored = AuditEvent.objects.get(pk=record_one().pk)
        payload = json.loads(bytes(stored.payload))
        columns = {field.attname for field in AuditEvent._meta.concrete_fields} - {"payload", "db_at"}
        assert columns == set(COLUMNS)
        assert list(payload) == [*COLUMNS, "values"]  # sorted, and last what no column repeats
        for column in columns:
            value = getattr(stored, column)
            assert payload[column] == (str(value) if isinstance(value, UUID) else value)

    @pytest.mark.parametrize("patient", [None, PATIENT], ids=["of nobody", "of a patient"])
    def test_the_payload_is_canonical(self, patient: UUID | None) -> None:
        text = bytes(AuditEvent.objects.get(pk=record_one(patient=patient).pk).payload).decode("utf-8")
        again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert text == again

    def test_what_is_said_of_no_patient_stands_in_clear(self) -> None:
        stored = AuditEvent.objects.get(pk=record_one(patient=None).pk)
        assert '"values":{"after":{"a":null},"before":{"a":"Zoë","b":1}}}' in bytes(stored.payload).decode("utf-8")
        assert (stored.before, stored.after, stored.reason) == ({"b": 1, "a": "Zoë"}, {"a": None}, "asked for")
        assert stored.reason_given == "asked for"

    def test_what_is_said_of_a_patient_is_encrypted(self) -> None:
        stored = AuditEvent.objects.get(pk=record_one().pk)
        said = bytes(stored.payload).decode("utf-8")
        assert "Zoë" not in said
        assert "asked for" not in said
        assert set(json.loads(said)["values"]) == {"key", "sealed"}
        assert (stored.before, stored.after, stored.reason) == ({"b": 1, "a": "Zoë"}, {"a": None}, "")
        assert stored.reason_given == "asked for"

    def test_an_event_that_says_nothing_has_no_values(self) -> None:
        stored = AuditEvent.objects.get(pk=record_one(before=None, after=None, reason="").pk)
        assert json.loads(bytes(stored.payload))["values"] is None
        assert (stored.before, stored.after, stored.reason_given) == ({}, {}, "")

    def test_an_event_of_version_0_2_can_still_be_read(self) -> None:
        payload = {"action": "patients.plan_signed", "before": {"a": 1}, "after": {}, "reason": "asked for"}
        old = AuditEvent.objects.create(
            at_us=0, action="patients.plan_signed", outcome="done", reason="asked for", payload=canonical(payload)
        )
        stored = AuditEvent.objects.get(pk=old.pk)
        assert (stored.before, stored.after, stored.reason_given) == ({"a": 1}, {}, "asked for")

    def test_the_patients_of_a_list_are_kept_and_found(self) -> None:
        stored = AuditEvent.objects.get(pk=record_one(patient=None, shown=[PATIENT, OTHER, PATIENT]).pk)
        assert stored.values["shown"] == [str(PATIENT), str(OTHER)]
        assert list(ShownPatient.objects.filter(patient_id=OTHER).values_list("event_id", flat=True)) == [stored.pk]
        assert ShownPatient.objects.count() == 2

    def test_every_event_waits_to_be_sealed(self) -> None:
        event = record_one()
        assert PendingEvent.objects.filter(event_id=event.pk).exists()

    def test_time_is_kept_to_the_microsecond_in_utc(self) -> None:
        moment = datetime(2026, 11, 22, 10, 42, 7, 123456, tzinfo=UTC)
        with time_machine.travel(moment, tick=False):
            event = record_one()
        assert event.at == moment
        assert event.at_us == 1_795_344_127_123_456

    def test_the_session_is_kept_as_a_keyed_hash(self) -> None:
        with request_context(RequestContext(ip="", device="", session=Session())):
            event = record_one()
        assert len(event.session_hash) == 32
        assert "the-key" not in bytes(event.payload).decode()

    def test_control_characters_cannot_forge_lines(self) -> None:
        event = record_one(patient=None, reason="fine\r\n2026-11-22 forged\x1b[2J", target="a\u202eb")
        assert event.reason == "fine  2026-11-22 forged [2J"
        assert event.target == "a b"

    @pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": object()}, {"a": datetime(2026, 1, 1, tzinfo=UTC)}])
    def test_values_have_to_be_plain_json(self, value: dict[str, object]) -> None:
        with pytest.raises((TypeError, ValueError)):
            record_one(after=value)

    def test_a_rollback_leaves_nothing(self) -> None:
        with pytest.raises(RuntimeError, match="something else failed"), transaction.atomic():
            record(Event.PLAN_SIGNED, by=Somebody())
            raise RuntimeError("something else failed")
        assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_of_one_transaction_share_its_name() -> None:
    with transaction.atomic():
        first = record(Event.PLAN_SIGNED, by=Somebody())
        second = record(Event.PLAN_VIEWED, by=Somebody())
    with transaction.atomic():
        third = record(Event.PLAN_SIGNED, by=Somebody())
    assert first.transaction == second.transaction != ""
    assert third.transaction not in {"", first.transaction}


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(OutsideTransaction):
        record(Event.PLAN_SIGNED, by=None)
    assert not AuditEvent.objects.exists()


class TestEvents:
    def test_codes_are_unique(self) -> None:
        assert len(EVENTS_BY_CODE) == len(Event)

    @pytest.mark.parametrize("event", Event)
    def test_sentences_are_in_the_past_tense_and_fit_after_a_name(self, event: Event) -> None:
        first = event.sentence.split()[0]
        assert first[0].isupper()
        irregular = {"Chose", "Put", "Took", "Withdrew", "Wrote", "Made", "Read", "Was", "Sign-in", "Left", "Sent"}
        by_nobody = {Event.ROW_CHANGED, Event.CLOCK_DIFFERED}
        assert first.endswith("ed") or first in irregular or event in by_nobody
        assert not event.sentence.endswith(".")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.2.3.4", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    rf: RequestFactory, settings: object, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", **headers)) == address
