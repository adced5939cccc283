"""What the database saw written, with and without an act that explains it; and the line on the state of the record."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from audit.events import Event
from audit.models import AuditEvent, PendingEvent
from audit.services import record
from audit.verification import INTACT, NOT_INTACT, TARGET
from audit.viewer.devices import device_in_words
from patients.models import Patient
from tests import factories
from tests.audit.viewing import ClientOf, address, raw_event, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def written_row(transaction_name: str, table: str = "patients_patient", **changed: object) -> AuditEvent:
    pk = uuid4()
    values = {"columns": ["family_name", "title"], "database_user": "app", "operation": "update"}
    return raw_event(
        id=pk,
        action=Event.ROW_CHANGED.code,
        at_us=int(timezone.now().timestamp() * 1_000_000),
        target=f"{table}/{pk}",
        transaction=transaction_name,
        payload=json.dumps({"id": str(pk), "values": values}).encode(),
        **changed,
    )


def test_rows_written_in_an_act(cast: Cast, client_of: ClientOf) -> None:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    act = AuditEvent.objects.get(action="patients.patient_added", patient_id=patient.pk)
    written_row(act.transaction, patient_id=patient.pk)
    client = client_of(cast.auditor)
    page = text_of(client.get(address("event", act.pk)))
    assert "update in patients_patient" in page
    assert "Columns: family_name, title" in page
    hidden = text_of(client.get(address("patient", patient.pk)))
    assert "update in patients_patient" not in hidden
    shown = text_of(client.get(address("patient", patient.pk), {"rows": "shown"}))
    assert "update in patients_patient" in shown
    assert "Added the patient" in shown


def test_rows_that_nobody_accounts_for(cast: Cast, client_of: ClientOf, patient_added: AuditEvent) -> None:
    explained = written_row(patient_added.transaction, "patients_allergy")
    by_hand, without_name = written_row(uuid4().hex, "patients_patient"), written_row("", "accounts_user")
    page = text_of(client_of(cast.auditor).get(address("everything"), {"rows": "unexplained"}))
    assert str(by_hand.pk) in page
    assert str(without_name.pk) in page
    assert str(explained.pk) not in page
    assert "Added the patient</span>" not in page
    exported = text_of(client_of(cast.auditor).post(address("everything_export"), {"rows": "unexplained"}))
    assert str(by_hand.pk) in exported
    assert str(explained.pk) not in exported


@pytest.fixture
def patient_added(cast: Cast) -> AuditEvent:
    patient: Patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    return AuditEvent.objects.get(action="patients.patient_added", patient_id=patient.pk)


def verified(outcome: str, size: int) -> None:
    with transaction.atomic():
        record(Event.AUDIT_VERIFIED, by=None, target=TARGET, outcome=outcome, after={"size": size})


def test_every_page_says_whether_the_record_is_intact(
    cast: Cast, client_of: ClientOf, patient_added: AuditEvent
) -> None:
    client = client_of(cast.auditor)
    urls = [
        address("entry"),
        address("everything"),
        address("patient", patient_added.patient_id),
        address("person", cast.registrar.pk),
        address("event", patient_added.pk),
    ]
    for outcome, size, words in (
        ("", 0, "Not verified yet."),
        (INTACT, 12345, "up to event 12,345; what is older has never been verified from the beginning"),
        (NOT_INTACT, 12345, "Problems were found when the record was verified"),
    ):
        if outcome:
            verified(outcome, size)
        for url in urls:
            assert words in text_of(client.get(url)), (url, outcome)


def test_a_result_that_was_altered_is_a_problem(cast: Cast, client_of: ClientOf) -> None:
    raw_event(action=Event.AUDIT_VERIFIED.code, target=TARGET, outcome=INTACT, payload=b"{")
    assert "Problems were found" in text_of(client_of(cast.auditor).get(address("entry")))


def test_what_waits_to_be_sealed(cast: Cast, client_of: ClientOf) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        page = text_of(client_of(cast.auditor).get(address("entry")))
    assert "to be sealed, some for longer than 30 seconds: is the sealer running?" in page
    client = client_of(cast.auditor)  # a session of its own: for the first one the clock runs backwards here
    PendingEvent.objects.all().delete()
    assert "All events are sealed." in text_of(client.get(address("entry")))
    raw_event(at_us=int(timezone.now().timestamp() * 1_000_000))
    assert "1 event waits to be sealed." in text_of(client.get(address("entry")))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/147.0 Safari/537.36 Edg/147.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604", "Safari on iPad"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
    ids=["Chrome", "Edge", "iPad", "curl", "nothing"],
)
def test_devices_in_words(sent: str, words: str) -> None:
    assert device_in_words(sent) == words
