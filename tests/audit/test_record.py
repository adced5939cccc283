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
from audit.models import AuditEvent
from audit.selectors import events_of_patient
from audit.services import OutsideTransaction, record

PATIENT = UUID("6a0d7c0e-5a1f-4c39-8a59-b1b1c4a1f001")


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
        assert set(payload) == columns | {"before", "after"}
        for column in columns:
            value = getattr(stored, column)
            assert payload[column] == (str(value) if isinstance(value, UUID) else value)
        assert (stored.before, stored.after) == ({"b": 1, "a": "Zoë"}, {"a": None})

    def test_the_payload_is_canonical(self) -> None:
        stored = AuditEvent.objects.get(pk=record_one().pk)
        text = bytes(stored.payload).decode("utf-8")
        again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert text == again
        assert '"before":{"a":"Zoë","b":1}' in text

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
        event = record_one(reason="fine\r\n2026-11-22 forged\x1b[2J", target="a\u202eb")
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

    def test_events_of_a_patient_newest_first(self) -> None:
        first, second = record_one(), record_one()
        record_one(patient=None)
        assert list(events_of_patient(PATIENT)) == [second, first]


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
        irregular = {"Put", "Withdrew", "Made", "Read", "Was", "Sign-in"}
        assert first.endswith("ed") or first in irregular
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
