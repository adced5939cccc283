"""patients:patient_history"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from audit.viewer.reading import AlteredRow
from patients.findings import Answer, board_of
from patients.models import Patient
from patients.services.assessments import start_assessment, withdraw_finding
from patients.services.decisions import decide
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(patient: Patient) -> str:
    return address("patient_history", patient.pk)


@pytest.fixture
def busy(cast: Cast, patient: Patient, release: object) -> Patient:
    draft = start_assessment(patient, by=cast.consultant)
    draft = factories.save(
        draft,
        cast.consultant,
        {"kps": "50", "lm_diagnosis": "established", "csf_flow": Answer(why_unknown="awaited"), "deposits": "oops"},
    ).assessment
    draft = factories.save(draft, cast.registrar, {"kps": "60"}, priorities="To be at home").assessment
    decide(
        draft,
        by=cast.registrar,
        intervention="best_supportive_care",
        advice_hash=board_of(draft, today=NOW.date()).advice_hashes["best_supportive_care"],
        answer="decline",
        reason_code="patient_declines",
    )
    withdraw_finding(draft, "kps", by=cast.consultant, reason="Of another patient")
    return patient


def test_who_when_and_what_in_words(cast: Cast, client_of: ClientOf, busy: Patient, url: str) -> None:
    page = text_of(client_of(cast.registrar).get(url))
    for words in (
        "Added the patient",
        "Started an assessment",
        "Saved the assessment",
        "22-Nov-2026 10:42:00",
        "Dr Samir Haddad",
        "Registrar",
        "50, 22-Nov-2026 → 60, 22-Nov-2026",
        "Result awaited",
        "“oops” was not accepted",
        "To be at home",
        "Answered the advice",
        "Best supportive care",
        "Not doing",
        "Patient declines",
        "Withdrew a finding as entered in error",
        "Reason: Of another patient",
    ):
        assert words in page, words
    for code in ("patients.", "best_supportive_care", "observed_on", "patient_declines", "{&#x27;"):
        assert code not in page, code


def test_newest_first_in_pages(cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
    with time_machine.travel(NOW + timedelta(hours=1)):
        client = client_of(cast.registrar)
        for _ in range(100):
            client.get(address("patient_detail", patient.pk))
        first = text_of(client.get(url))
        pages, older = 1, re.search(r'href="(\?after=[^"]+)"', first)
        while older:
            last = text_of(client.get(url + older.group(1)))
            pages, older = pages + 1, re.search(r'href="(\?after=[^"]+)"', last)
    assert pages == 3
    assert "Added the patient" not in first
    assert "Added the patient" in last
    assert "Newest events" in last


def test_saves_without_a_pause_are_one_line(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    with time_machine.travel(NOW, tick=False) as clock:
        for kps in ("50", "60", "70"):
            clock.shift(timedelta(minutes=1))
            draft = factories.save(draft, cast.consultant, {"kps": kps}).assessment
        clock.shift(timedelta(minutes=1))
        page = text_of(client_of(cast.registrar).get(address("patient_history", patient.pk)))
    assert "Saved the assessment 3 times, 10:43–10:45" in page
    assert "60, 22-Nov-2026 → 70, 22-Nov-2026" in page


def test_an_auditor_sees_who_did_what_and_nothing_of_the_record(
    cast: Cast, client_of: ClientOf, busy: Patient, url: str
) -> None:
    page = text_of(client_of(cast.auditor).get(url, follow=True))
    assert "Saved the assessment" in page
    assert "Dr Samir Haddad" in page
    for secret in ("To be at home", "→", "Of another", "Patient declines"):
        assert secret not in page


def test_an_auditor_finds_no_id_without_a_log(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.auditor).get(address("patient_history", uuid4()), follow=True).status_code == 404


def test_reading_the_history_is_one_event(cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
    assert events_of(lambda: client_of(cast.registrar).get(url)) == ["patients.history_viewed"]
    assert events_of(lambda: client_of(cast.auditor).get(url, follow=True)) == ["audit.read"]


def test_outsiders(cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
    outsiders_see_nothing(
        cast, client_of, url, patient.family_name, who=("outsider", "editor", "publisher", "administrator")
    )


def test_methods_and_sign_in(cast: Cast, client_of: ClientOf, url: str) -> None:
    refuses_other_methods(client_of(cast.consultant), url, "post", "put", "delete", "patch")
    nobody_is_sent_to_sign_in(client_of(None), url)


def test_a_line_that_no_program_can_read_is_said_and_is_no_fault(
    cast: Cast, client_of: ClientOf, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def altered(*args: object, **kwargs: object) -> object:
        raise AlteredRow("A row of the log cannot be loaded.")

    monkeypatch.setattr("patients.views.history.ward_history", altered)
    response = client_of(cast.registrar).get(url)
    assert response.status_code == 409
    assert "was altered so that it cannot be read any more" in text_of(response)
