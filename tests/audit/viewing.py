"""What the tests of the audit viewer share: a record with a history, asking a question, reading a page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.events import Event
from audit.models import AuditEvent
from audit.services import record
from patients.findings import board_of
from patients.models import Assessment, Patient
from patients.services.assessments import start_assessment, withdraw_finding
from patients.services.decisions import decide
from tests import factories
from tests.cast import Cast

ClientOf = Callable[..., Client]
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)


def address(view: str, *ids: Any) -> str:
    return reverse(f"audit_viewer:{view}", args=ids)


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


def busy_record(cast: Cast) -> tuple[Patient, Assessment]:
    """Added, assessed by two people, one finding withdrawn, one piece of advice declined; a minute after the other."""
    with time_machine.travel(NOW, tick=False) as clock:
        factories.shipped_release()
        patient = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Testcase")
        clock.shift(timedelta(minutes=1))
        draft = start_assessment(patient, by=cast.consultant)
        for kps in ("40", "50", "60"):
            clock.shift(timedelta(minutes=1))
            draft = factories.save(draft, cast.consultant, {"kps": kps, "lm_diagnosis": "established"}).assessment
        clock.shift(timedelta(minutes=1))
        draft = factories.save(draft, cast.registrar, {"cord_compression": "no"}, priorities="To be at home").assessment
        clock.shift(timedelta(minutes=1))
        decide(
            draft,
            by=cast.registrar,
            intervention="best_supportive_care",
            advice_hash=board_of(draft, today=NOW.date()).advice_hashes["best_supportive_care"],
            answer="decline",
            reason_code="patient_declines",
        )
        clock.shift(timedelta(minutes=1))
        withdraw_finding(draft, "kps", by=cast.consultant, reason="Of another patient")
    return patient, draft


def saves(cast: Cast, patient: Patient, target: str, *minutes: float, **changed: Any) -> None:
    """Autosaves at these minutes after NOW, as the form makes them."""
    for minute in minutes:
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False), transaction.atomic():
            record(
                Event.ASSESSMENT_SAVED,
                by=changed.get("by", cast.consultant),
                patient=patient.pk,
                target=target,
                after={"priorities": f"Minute {minute}"},
            )


def raw_event(**changed: Any) -> AuditEvent:
    """A row as somebody with a database shell would forge it."""
    fields: dict[str, Any] = {
        "id": uuid4(),
        "at_us": int(NOW.timestamp()) * 1_000_000,
        "actor_id": "somebody",
        "actor_name": "Somebody",
        "action": Event.PATIENT_VIEWED.code,
        "outcome": "done",
        "payload": b"{}",
    }
    return AuditEvent.objects.create(**fields | changed)


def events_since(known: set[Any]) -> list[AuditEvent]:
    return list(AuditEvent.objects.exclude(pk__in=known).order_by("at_us"))


def known_events() -> set[Any]:
    return set(AuditEvent.objects.values_list("pk", flat=True))
