"""audit_viewer:patient, :person, :guidance and :everything: who, when, what, filtered, in pages, itself recorded."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction

from audit.events import Event
from audit.lookups import guidance
from audit.models import AuditEvent, ShownPatient
from audit.services import record
from audit.viewer import reading
from patients.models import Patient
from tests import factories
from tests.audit.viewing import (
    NOW,
    ClientOf,
    address,
    busy_record,
    events_since,
    known_events,
    raw_event,
    saves,
    text_of,
)
from tests.cast import Cast
from tests.guidance import approve_everything, approved, submitted

pytestmark = pytest.mark.django_db
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}
LATER = NOW + timedelta(days=20)


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return busy_record(cast)[0]


def answer(client_of: ClientOf, cast: Cast, page: str, *ids: object, **query: str) -> str:
    with time_machine.travel(LATER, tick=False):  # outside of the period, so that the reading itself is not in it
        return text_of(client_of(cast.auditor).get(address(page, *ids), PERIOD | query))


def event_ids(page: str) -> list[str]:
    return re.findall(r"/audit/events/([0-9a-f-]{36})/", page)


def test_who_saw_or_changed_this_patient(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    page = answer(client_of, cast, "patient", patient.pk)
    for words in (
        "TESTCASE, Anna (Ms)",
        patient.hospital_number,
        "22-Nov-2026 10:48:00",
        "Dr Samir Haddad",
        "Consultant neuro-oncologist",
        "Withdrew a finding as entered in error",
        "Answered the advice",
        "Added the patient",
        "Karnofsky",
        "A reason was given.",
        "events</strong> 01-Nov-2026 to 30-Nov-2026",
    ):
        assert words in page, words
    for secret in ("Of another patient", "To be at home", "→", "Patient declines", "50, 22-Nov-2026"):
        assert secret not in page, secret
    assert page.index("Withdrew a finding") < page.index("Added the patient"), "newest first"


def test_lists_in_which_the_patient_stood_count_as_seen(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    with transaction.atomic():
        record(Event.WORKLIST_VIEWED, by=cast.registrar, shown=[patient.pk, uuid4()])
    page = text_of(
        client_of(cast.auditor).get(address("patient", patient.pk), {"from": "2026-11-01", "to": "2999-01-01"})
    )
    assert page.count("Viewed the worklist</span>") == 1


def test_what_did_this_user_do(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    page = answer(client_of, cast, "person", cast.registrar.pk, to="2999-01-01")
    assert "Dr Samir Haddad" in page
    assert "Answered the advice" in page
    assert "TESTCASE, Anna (Ms)" in page, "whose record it was"
    assert "Added an account" in page, "what was done to the account"
    assert "Withdrew a finding" not in page.partition("<tbody>")[2], "that was the consultant"


def test_a_sign_in_that_failed_stands_with_the_person_whose_name_was_tried(cast: Cast, client_of: ClientOf) -> None:
    client_of(None).post("/accounts/sign-in/", {"username": "registrar", "password": "wrong"})
    page = answer(client_of, cast, "person", cast.registrar.pk, to="2999-01-01", outcome="not-done")
    assert "Sign-in failed</span>" in page
    assert "Added an account</span>" not in page


def test_what_changed_in_this_guidance_and_who_approved_it(cast: Cast, client_of: ClientOf) -> None:
    release = factories.shipped_release()
    approve_everything(cast, release)
    version = approved(submitted(cast.editor), cast.first_reviewer, cast.second_reviewer)
    part = next(one for one in guidance().parts() if one.details == ("2 versions",))
    page = answer(client_of, cast, "guidance", part.id, to="2999-01-01")
    for words in ("Approved a version of the guidance", "Submitted a version", f"Version {version.number}"):
        assert words in page, words
    versions = page.partition('id="versions-title"')[2].partition("</section>")[0]
    assert cast.first_reviewer.display_name in versions
    assert cast.second_reviewer.display_name in versions
    assert "Text: " in page, "what was changed, in words"


def test_everything_is_of_today_and_finds_programs_too(cast: Cast, client_of: ClientOf) -> None:
    with time_machine.travel(NOW):
        raw_event(actor_name="A program", at_us=int((NOW - timedelta(days=1)).timestamp()) * 1_000_000)
        raw_event(actor_name="Another program")
        page = text_of(client_of(cast.auditor).get(address("everything")))
    assert "Another program" in page
    assert "A program" not in page


def test_filters(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    lines = lambda **query: len(set(event_ids(answer(client_of, cast, "patient", patient.pk, **query))))  # noqa: E731
    assert lines(action="patients.finding_withdrawn") == 1
    assert lines(action="patients.plan_signed") == 0
    assert lines(action="assessments") > lines(action="patients.assessment_started") == 1
    assert lines(action="nonsense") == lines()
    assert lines(**{"from": "2026-11-23"}) == 0
    assert lines(to="2026-11-21") == 0
    assert lines(outcome="not-done") == 0
    changes = lines(action="changing")
    assert 0 < changes <= lines()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"from": "yesterday"}, "“yesterday” is not a date"),
        ({"to": "2026-02-30"}, "“2026-02-30” is not a date"),
        ({"from": "2026-11-22", "to": "2026-11-01"}, "The first day, 22-Nov-2026, is after the last"),
    ],
    ids=["words", "no day of the calendar", "turned round"],
)
def test_a_wrong_date_is_said_and_kept(
    cast: Cast, client_of: ClientOf, patient: Patient, query: dict[str, str], problem: str
) -> None:
    response = client_of(cast.auditor).get(address("patient", patient.pk), query)
    assert response.status_code == 422
    assert problem in text_of(response)
    for typed in query.values():
        assert f'value="{typed}"' in text_of(response)


def test_an_empty_period_says_since_when_there_is_a_log(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    raw_event(at_us=int((NOW - timedelta(days=52)).timestamp()) * 1_000_000)
    page = answer(client_of, cast, "patient", patient.pk, **{"from": "2026-10-05", "to": "2026-10-06"})
    assert "No events in this period. The log starts 01-Oct-2026." in page


def test_saves_without_a_pause_are_one_line_that_opens(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    saves(cast, patient, "a", *range(60, 74))
    saves(cast, patient, "a", 90)  # after a longer pause
    saves(cast, patient, "b", 91)
    saves(cast, patient, "b", 92, by=cast.registrar)
    page = answer(client_of, cast, "patient", patient.pk)
    assert "Saved the assessment 14 times, 11:42–11:55" in page
    assert "Show the 14 saves" in page
    assert len(re.findall(r"Saved the assessment</span>", page)) == 4, "three of these, and one of the registrar before"


def test_pages_hold_every_event_once_in_order(
    cast: Cast, client_of: ClientOf, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PER_PAGE", 2)
    monkeypatch.setattr(reading, "MOST_EVENTS", 7)
    monkeypatch.setattr(reading, "LOADED_AT_ONCE", 3)
    saves(cast, patient, "a", *range(60, 80))  # more than a page holds
    for minute in (85, 85, 85):  # at the same microsecond
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False), transaction.atomic():
            record(Event.WORKLIST_VIEWED, by=cast.registrar, shown=[patient.pk])
            record(Event.PATIENT_VIEWED, by=cast.registrar, patient=patient.pk)
    shown = ShownPatient.objects.filter(patient_id=patient.pk).values("event_id")
    wanted = set(map(str, AuditEvent.objects.filter(patient_id=patient.pk).values_list("pk", flat=True)))
    wanted |= {str(pk) for (pk,) in shown.values_list("event_id")}
    url, seen, pages = f"{address('patient', patient.pk)}?from=2026-11-01&to=2026-11-22", [], 0
    with time_machine.travel(LATER):
        client = client_of(cast.auditor)
        while url:
            page = text_of(client.get(url))
            seen += list(dict.fromkeys(event_ids(page)))
            older = re.search(r'href="([^"]+)">Older events', page)
            url, pages = older.group(1).replace("&amp;", "&") if older else "", pages + 1
            assert pages < 50
    assert sorted(seen) == sorted(wanted)
    assert pages > 4
    times = [AuditEvent.objects.get(pk=UUID(one)).at_us for one in seen]
    assert times == sorted(times, reverse=True)


def test_a_place_that_cannot_be_read_is_the_first_page(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    first = event_ids(answer(client_of, cast, "patient", patient.pk))
    for after in ("x", "1_2", f"-5_{uuid4()}", f"{10**30}_{uuid4()}"):
        assert event_ids(answer(client_of, cast, "patient", patient.pk, after=after)) == first


def test_reading_is_recorded_with_the_filter_and_stands_in_the_patients_history(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    known = known_events()
    answer(client_of, cast, "patient", patient.pk, action="assessments")
    (event,) = events_since(known)
    assert (event.action, event.actor_id, event.patient_id) == ("audit.read", str(cast.auditor.pk), patient.pk)
    assert event.after == {"question": "patient", **PERIOD, "action": "assessments"}
    answer(client_of, cast, "person", cast.registrar.pk)
    read = AuditEvent.objects.filter(action="audit.read", target=str(cast.registrar.pk)).get()
    assert list(read.shown.values_list("patient_id", flat=True)) == [patient.pk], "the page named this patient"
    page = answer(client_of, cast, "patient", patient.pk, to="2999-01-01", action="audit.read")
    assert page.count("Read the audit log</span>") == 2
    assert "Mr Owen Price" in page


def test_a_record_that_is_gone_keeps_its_log(cast: Cast, client_of: ClientOf) -> None:
    gone = uuid4()
    raw_event(patient_id=gone)
    page = answer(client_of, cast, "patient", gone)
    assert "A record that no longer exists here" in page
    assert "Viewed the patient&#x27;s record" in page
