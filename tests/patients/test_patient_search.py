"""patients:patient_search"""

from datetime import date
from typing import Any

import pytest

from audit.models import AuditEvent
from patients.models import Patient
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
URL = "/patients/search/"


@pytest.fixture
def anna(cast: Cast) -> Patient:
    return factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        family_name="O'Testcase-Méndez",
        given_names="Anna Maria",
        preferred_name="Annie",
        hospital_number="X10023",
        nhs_number="9990000018",
    )


def search(client_of: ClientOf, user: Any, query: str, birth_date: str = "") -> tuple[int, str]:
    response = client_of(user).post(URL, {"query": query, "birth_date": birth_date})
    return response.status_code, text_of(response)


@pytest.mark.parametrize(
    ("query", "birth_date"),
    [
        ("O'TESTCASE-MÉNDEZ, Anna", ""),
        ("otestcase", ""),
        ("o testcase mendez, anna", ""),
        ("OTEST, Maria", ""),
        ("Anna Otestcase", ""),
        ("mendez", ""),
        ("annie", ""),
        ("testcase anna 14-Jul-1961", ""),
        ("testcase", "14/07/1961"),
        ("", "1961-07-14"),
        ("14-jul-1961", ""),
        ("14/07/1961", ""),
        ("999 000 0018", ""),
        ("9990000018", ""),
        ("999-000-0018", "14-Jul-1961"),
        ("X10023", ""),
        ("x10023", ""),
        ("X100", ""),
    ],
)
def test_ways_to_find_her(cast: Cast, client_of: ClientOf, anna: Patient, query: str, birth_date: str) -> None:
    status, page = search(client_of, cast.registrar, query, birth_date)
    assert status == 200
    assert "1 patient found." in page
    assert address("patient_detail", anna.pk) in page


@pytest.mark.parametrize(
    ("query", "birth_date", "sentence"),
    [
        ("9990000019", "", "If 999\u00a0000\u00a00019 is an NHS number, check it: its check digit is wrong."),
        ("999000001", "", "that has 10 digits, and this has 9"),
        ("nobody", "", "No patient found by this name on your wards."),
        ("testcase", "15-Jul-1961", "No patient found by this name and birth date on your wards."),
        ("X99999", "", "No patient found by this hospital number on your wards."),
        ("9990000026", "", "No patient found by this NHS number on your wards."),
    ],
)
def test_nothing_found_says_why(
    cast: Cast, client_of: ClientOf, anna: Patient, query: str, birth_date: str, sentence: str
) -> None:
    status, page = search(client_of, cast.registrar, query, birth_date)
    assert status == 200
    assert sentence in page
    assert "TESTCASE" not in page


@pytest.mark.parametrize(
    ("query", "birth_date", "message"),
    [
        ("", "", "Type an NHS number"),
        ("  ", "", "Type an NHS number"),
        ("a", "", "at least two letters"),
        (",", "", "at least two letters"),
        ("testcase", "soon", "is not a date"),
        ("testcase 31-Feb-1961", "", "not a day of the calendar"),
    ],
)
def test_what_cannot_be_searched_for(
    cast: Cast, client_of: ClientOf, anna: Patient, query: str, birth_date: str, message: str
) -> None:
    status, page = search(client_of, cast.registrar, query, birth_date)
    assert status == 422
    assert message in page
    assert "TESTCASE" not in page


def test_too_many_matches_ask_for_more(cast: Cast, client_of: ClientOf) -> None:
    for number in range(30):
        factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=f"Many{number}")
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Many", given_names="Anna")
    _, page = search(client_of, cast.consultant, "many")
    assert "31 matches. Add a date of birth. Only those that match exactly are listed: 1." in page
    assert "MANY, Anna" in page
    assert "MANY7" not in page


def test_exact_matches_come_first(cast: Cast, client_of: ClientOf) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Aaa Smith", given_names="Zoe")
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Smith", given_names="Zoe")
    _, page = search(client_of, cast.consultant, "Zoe Smith")
    assert "2 patients found." in page
    assert page.index("SMITH, Zoe") < page.index("AAA SMITH, Zoe") or page.index("\n            <a") > 0
    first = page.split('<th scope="row">')[1]
    assert ">SMITH, Zoe" in first


def test_who_has_died_is_found(cast: Cast, client_of: ClientOf) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Departed", died_on=date(2026, 11, 1))
    _, page = search(client_of, cast.consultant, "departed")
    assert "Died 01-Nov-2026" in page


def test_another_ward_finds_nothing_whatever_is_typed(cast: Cast, client_of: ClientOf, anna: Patient) -> None:
    for query in ("otestcase", "X1002", "14-Jul-1961", "9990000018", "X10023"):
        _, page = search(client_of, cast.outsider, query)
        is_whole_number = query in {"9990000018", "X10023"}
        assert ("in the care of another ward" if is_whole_number else "No patient found") in page
        assert str(anna.pk) not in page
        assert "TESTCASE" not in page


def test_no_clinical_role_finds_nothing(cast: Cast, client_of: ClientOf, anna: Patient) -> None:
    for user in (cast.auditor, cast.administrator, cast.editor):
        _, page = search(client_of, user, "X10023")
        assert str(anna.pk) not in page


def test_one_event_without_what_was_typed(cast: Cast, client_of: ClientOf, anna: Patient) -> None:
    assert events_of(lambda: search(client_of, cast.registrar, "otestcase, anna")) == ["patients.searched"]
    event = AuditEvent.objects.get(action="patients.searched")
    assert event.after == {"kind": "name", "matches": 1}
    assert [one.patient_id for one in event.shown.all()] == [anna.pk]
    for secret in (b"otestcase", b"anna", b"1961"):
        assert secret not in bytes(event.payload).lower()


def test_what_was_typed_stays_in_the_box_and_out_of_the_address(cast: Cast, client_of: ClientOf, anna: Patient) -> None:
    _, page = search(client_of, cast.registrar, '"><b>otest')
    assert "&quot;&gt;&lt;b&gt;otest" in page
    assert "otest" not in page.replace("&quot;&gt;&lt;b&gt;otest", "").lower().replace("o&#x27;testcase", "")


def test_a_reloaded_address_leads_to_the_worklist(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.consultant).get(URL)["Location"] == "/"


def test_no_other_methods(cast: Cast, client_of: ClientOf) -> None:
    refuses_other_methods(client_of(cast.consultant), URL, "put", "delete", "patch")


@pytest.mark.parametrize("query", ["%", "_", "\\", "'; DROP TABLE", "\x00", "1" * 200, "é" * 200, "🙂🙂"])
def test_strange_texts_are_answered(cast: Cast, client_of: ClientOf, anna: Patient, query: str) -> None:
    status, page = search(client_of, cast.consultant, query)
    assert status in {200, 422}
    assert str(anna.pk) not in page


@pytest.mark.parametrize("query", ["ab\0cd", "12\00034", "999\000000001", "te\u200bst"])
def test_a_character_that_cannot_be_seen_is_named(cast: Cast, client_of: ClientOf, query: str) -> None:
    response = client_of(cast.consultant).post("/patients/search/", {"query": query})
    assert response.status_code < 500
    assert "a character that cannot be seen" in text_of(response)
