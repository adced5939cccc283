"""Clinical text only for a reason; what was erased or altered says so, and is never an error."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction

from audit.events import Event
from audit.models import AuditEvent, PatientKey
from audit.services import record
from patients.models import Patient
from tests.audit.viewing import (
    NOW,
    ClientOf,
    address,
    busy_record,
    events_since,
    known_events,
    raw_event,
    text_of,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PERIOD = {"from": "2026-11-01", "to": "2999-01-01"}
SECRETS = ("To be at home", "Of another patient", "50, 22-Nov-2026 → 60, 22-Nov-2026", "Patient declines")


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return busy_record(cast)[0]


def test_a_reason_opens_the_text_in_words_for_half_an_hour(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        form = text_of(client.get(address("patient_reason", patient.pk), PERIOD))
        assert "TESTCASE, Anna (Ms)" in form
        assert '<input type="hidden" name="to" value="2999-01-01" />' in form
        response = client.post(
            address("patient_reason", patient.pk), {"reason": "Complaint 2026-117 of the family", **PERIOD}
        )
        assert response["Location"] == f"{address('patient', patient.pk)}?from=2026-11-01&to=2999-01-01"
        page = text_of(client.get(response["Location"]))
        for words in SECRETS:
            assert words in page, words
        for code in ("best_supportive_care", "observed_on", "patient_declines", "{&#x27;"):
            assert code not in page, code
        clock.shift(timedelta(minutes=31))
        assert all(words not in text_of(client.get(response["Location"])) for words in SECRETS)


def test_the_reason_is_recorded_and_reading_says_that_text_was_shown(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    client, known = client_of(cast.auditor), known_events()
    client.post(address("patient_reason", patient.pk), {"reason": "Complaint 2026-117"})
    client.get(address("patient", patient.pk), PERIOD)
    asked, read = events_since(known)
    assert (asked.action, asked.patient_id, asked.reason) == ("audit.clinical_read", patient.pk, "")
    assert asked.reason_given == "Complaint 2026-117"
    assert read.after["clinical_text"] is True


def test_a_reason_is_for_one_question_and_one_session(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    client.post(address("person_reason", cast.registrar.pk), {"reason": "Asked by the medical director"})
    assert "To be at home" in text_of(client.get(address("person", cast.registrar.pk), PERIOD))
    for url in (address("patient", patient.pk), address("person", cast.consultant.pk), address("everything")):
        page = text_of(client.get(url, PERIOD))
        assert all(words not in page for words in SECRETS), url
    assert "To be at home" not in text_of(client_of(cast.auditor).get(address("person", cast.registrar.pk), PERIOD))


@pytest.mark.parametrize("reason", ["", "   ", "why", "x" * 501], ids=["empty", "blank", "too short", "too long"])
def test_a_reason_that_says_nothing_is_refused_and_kept(
    cast: Cast, client_of: ClientOf, patient: Patient, reason: str
) -> None:
    client, known = client_of(cast.auditor), known_events()
    response = client.post(address("patient_reason", patient.pk), {"reason": reason})
    assert response.status_code == 422
    assert reason in text_of(response)
    assert not [event for event in events_since(known) if event.action == "audit.clinical_read"]
    assert "To be at home" not in text_of(client.get(address("patient", patient.pk), PERIOD))


def test_one_event_with_everything_that_is_known_of_it(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    event = AuditEvent.objects.get(action="patients.finding_withdrawn")
    client = client_of(cast.auditor)
    page = text_of(client.get(address("event", event.pk)))
    for words in (str(event.pk), event.transaction, "Of another patient", "waits to be sealed", "TESTCASE, Anna (Ms)"):
        assert (words in page) is (words != "Of another patient"), words
    read = AuditEvent.objects.get(action="audit.read", target=str(event.pk))
    assert read.patient_id == patient.pk
    client.post(address("patient_reason", patient.pk), {"reason": "Complaint 2026-117"})
    assert "Of another patient" in text_of(client.get(address("event", event.pk)))


def test_reasons_of_break_glass_are_what_the_log_is_for(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    with transaction.atomic():
        record(Event.BREAK_GLASS_OPENED, by=cast.outsider, patient=patient.pk, reason="Asked to cover the ward")
    assert "Asked to cover the ward" in text_of(client_of(cast.auditor).get(address("patient", patient.pk), PERIOD))


def test_accounts_and_guidance_are_no_clinical_text(cast: Cast, client_of: ClientOf) -> None:
    page = text_of(client_of(cast.auditor).get(address("person", cast.registrar.pk), PERIOD))
    assert "Post: Registrar" in page
    assert "Roles: clinician" in page


def test_what_was_erased_says_so(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    client.post(address("patient_reason", patient.pk), {"reason": "Complaint 2026-117"})
    PatientKey.objects.filter(patient_id=patient.pk).delete()
    page = text_of(client.get(address("patient", patient.pk), PERIOD))
    assert page.count("What was said here has been erased.") > 4
    assert "Withdrew a finding as entered in error" in page
    ward = text_of(client_of(cast.registrar).get(f"/patients/{patient.pk}/history/"))
    assert "What was said here has been erased." in ward


BROKEN = {
    "no JSON": b"{",
    "no object": b"[1]",
    "no text": b"\xff\xfe",
    "nothing": b"",
    "other event": b'{"id":"6f6bb2a4-5d7e-4b1c-9c55-0a6a4c1f2d10","values":null}',
    "values of another form": b'{"id":"%s","values":{"after":[1,2],"before":"x"}}',
    "words that stumble": b'{"id":"%s","values":{"after":{"kps":{"observed_on":"never"}}}}',
    "no seal": b'{"id":"%s","values":{"sealed":"AAAA","key":"x"}}',
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_an_altered_event_says_so_and_the_others_stay_readable(
    cast: Cast, client_of: ClientOf, patient: Patient, name: str
) -> None:
    pk = uuid4()
    raw_event(id=pk, patient_id=patient.pk, payload=BROKEN[name].replace(b"%s", str(pk).encode()))
    client = client_of(cast.auditor)
    page = text_of(client.get(address("patient", patient.pk), PERIOD))
    expected = "has been erased" if name == "no seal" else "This event cannot be read: its content was altered."
    assert page.count(expected) == 1
    assert 'id="record-state"' in page
    assert "Withdrew a finding" in page
    assert client.get(address("event", pk)).status_code == 200
    assert client_of(cast.registrar).get(f"/patients/{patient.pk}/history/").status_code == 200
    assert client.post(address("patient_export", patient.pk), PERIOD).status_code == 200


@pytest.mark.parametrize("at_us", [-(10**14), 2**62], ids=["before all days", "after all days"])
def test_a_time_that_is_none(cast: Cast, client_of: ClientOf, at_us: int) -> None:
    event = raw_event(at_us=at_us)
    response = client_of(cast.auditor).get(address("event", event.pk))
    assert response.status_code == 200


@pytest.mark.only_on("sqlite")
def test_columns_that_no_program_can_load(cast: Cast, client_of: ClientOf) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at_us, db_at, actor_id, actor_name, actor_role, session_hash, ip, device,"
            ' action, outcome, patient_id, target, reason, "transaction", payload) VALUES'
            " (%s, %s, '2026-11-22', 'x', 'x', '', '', '', '', 'patients.patient_viewed', 'done', 'no id', '', '', '',"
            " 'text and no bytes')",
            [uuid4().hex, int(NOW.timestamp()) * 1_000_000],
        )
    with time_machine.travel(NOW):
        response = client_of(cast.auditor).get(address("everything"))
    assert response.status_code == 200
    assert "An event cannot be read" in text_of(response)


def test_grouped_saves_open_one_by_one(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    client.post(address("patient_reason", patient.pk), {"reason": "Complaint 2026-117"})
    page = text_of(client.get(address("patient", patient.pk), PERIOD))
    assert "Saved the assessment 3 times, 10:44–10:46" in page
    assert "50, 22-Nov-2026 → 60, 22-Nov-2026" in page
