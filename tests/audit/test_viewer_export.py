"""audit_viewer:…_export: recorded before it starts, the whole answer, safe to open in a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from audit.events import Event
from audit.models import AuditEvent
from audit.services import record
from audit.viewer import csv_file
from patients.models import Patient
from tests.audit.viewing import NOW, ClientOf, address, busy_record, raw_event, saves, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return busy_record(cast)[0]


def exported(client_of: ClientOf, cast: Cast, page: str, *ids: object, **query: str) -> list[dict[str, str]]:
    response = client_of(cast.auditor).post(address(f"{page}_export", *ids), PERIOD | query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = text_of(response)
    assert text.startswith("\ufeff"), "Excel reads it as UTF-8"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_all_pages_one_row_per_event_without_names_of_patients(
    cast: Cast, client_of: ClientOf, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "CHUNK", 7)
    saves(cast, patient, "a", *range(60, 180))
    with time_machine.travel(NOW + timedelta(days=1)):
        response = client_of(cast.auditor).post(address("patient_export", patient.pk), PERIOD)
        text = text_of(response)
        assert response["Content-Disposition"] == 'attachment; filename="audit-patient-2026-11-23-1042.csv"'
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    about = AuditEvent.objects.filter(patient_id=patient.pk).exclude(action="audit.exported")
    assert sorted(row["Event"] for row in rows) == sorted(str(event.pk) for event in about)
    assert {row["Exported"] for row in rows} == {"Mr Owen Price (Records auditor), 23-Nov-2026 10:42"}
    assert {row["Record"] for row in rows} == {str(patient.pk)}
    for secret in ("Testcase", "TESTCASE", patient.nhs_number, "To be at home", "Of another patient", "Minute 60"):
        assert secret not in text


def test_it_is_recorded_before_it_starts_with_filter_and_count(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    response = client_of(cast.auditor).post(address("patient_export", patient.pk), PERIOD | {"action": "assessments"})
    event = AuditEvent.objects.get(action="audit.exported")
    assert event.patient_id == patient.pk
    assert event.after["action"] == "assessments"
    assert event.after["from"] == "2026-11-01"
    assert event.after["events"] == len(text_of(response).splitlines()) - 1 > 3
    assert event.after["clinical_text"] is False


def test_clinical_text_only_for_a_reason(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    client.post(address("patient_reason", patient.pk), {"reason": "Complaint 2026-117"})
    text = text_of(client.post(address("patient_export", patient.pk), PERIOD))
    assert "50, 22-Nov-2026 → 60, 22-Nov-2026" in text
    assert AuditEvent.objects.get(action="audit.exported").after["clinical_text"] is True


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"], ids=["=", "+", "-", "@", "tab", "cr"]
)
def test_formulas_are_text(cast: Cast, client_of: ClientOf, text: str) -> None:
    event = raw_event(actor_name=text, device=text)
    rows = {row["Event"]: row for row in exported(client_of, cast, "everything")}
    assert rows[str(event.pk)]["Who"] == f"'{text}"
    assert rows[str(event.pk)]["Device"] == f"'{text}"


def test_quotes_commas_and_line_ends_come_back_as_they_were(cast: Cast, client_of: ClientOf) -> None:
    name = 'Anna "the first", of ward 7\r\nsecond line; Ärztin'
    event = raw_event(actor_name=name)
    rows = {row["Event"]: row for row in exported(client_of, cast, "everything")}
    assert rows[str(event.pk)]["Who"] == name


def test_too_many_events_are_cut_and_say_so(
    cast: Cast, client_of: ClientOf, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "MOST_ROWS", 5)
    rows = exported(client_of, cast, "patient", patient.pk)
    assert len(rows) == 6
    assert rows[-1]["Time"].startswith("Not all: the newest")
    assert AuditEvent.objects.get(action="audit.exported").after["events"] == 5


def test_other_questions_and_wrong_filters(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    assert {row["Who"] for row in exported(client_of, cast, "person", cast.registrar.pk, action="assessments")} == {
        "Dr Samir Haddad"
    }
    with transaction.atomic():
        record(Event.CONTENT_EXPORTED, by=cast.editor, after={"files": 3})
    assert "Files: 3" in [row["Changed"] for row in exported(client_of, cast, "everything", to="2999-01-01")]
    client = client_of(cast.auditor)
    assert client.post(address("everything_export"), {"from": "never"})["Location"] == address("everything")
    assert client.get(address("everything_export")).status_code == 405
