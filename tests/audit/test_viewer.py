"""audit_viewer:entry and :find: the three questions, finding whom they are about, and who may ask at all."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import AuditEvent, ShownPatient
from patients.models import Patient
from patients.nhs_number import in_groups
from tests import factories
from tests.audit.viewing import ClientOf, address, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGES = ("patient", "person", "guidance", "patient_reason", "person_reason", "event")


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Testcase")


def ask(client_of: ClientOf, cast: Cast, question: str, typed: str) -> Any:
    return client_of(cast.auditor).post(address("find"), {"question": question, "typed": typed})


def test_the_auditor_lands_on_the_three_questions(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.auditor)
    response = client.get("/", follow=True)
    assert response.redirect_chain[-1][0] == address("entry")
    page = text_of(response)
    for title in (
        "Who saw or changed this patient?",
        "What did this user do?",
        "What changed in this guidance, and who approved it?",
    ):
        assert title in page
    assert f'<a href="{address("entry")}" aria-current="page">Audit</a>' in page


def test_nobody_else_gets_in(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    urls = [address("entry"), address("everything"), *(address(page, patient.pk) for page in PAGES)]
    posts = [address("find"), address("everything_export"), address("patient_export", patient.pk)]
    for user in cast.everybody():
        if user != cast.auditor and not user.has_perm("accounts.read_audit"):
            client = client_of(user)
            assert {client.get(url).status_code for url in urls} == {403}, user
            assert {client.post(url).status_code for url in posts} == {403}, user
            assert ">Audit</a>" not in text_of(client.get(reverse("pathways:help")))


def test_somebody_signed_out_is_asked_to_sign_in(client_of: ClientOf) -> None:
    for url in (address("entry"), address("everything"), address("patient", uuid4())):
        assert client_of(None).get(url)["Location"].startswith("/accounts/sign-in/")


def test_nothing_can_be_changed_or_deleted(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.auditor)
    for url in (
        address("patient", patient.pk),
        address("everything"),
        address("event", AuditEvent.objects.all()[0].pk),
    ):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(url).status_code == 405
    assert client.get("/admin/audit/auditevent/").status_code == 404


@pytest.mark.parametrize("how", ["as stored", "in groups", "hospital", "lower case"])
def test_a_patient_by_the_exact_number(cast: Cast, client_of: ClientOf, patient: Patient, how: str) -> None:
    typed = {
        "as stored": patient.nhs_number,
        "in groups": in_groups(patient.nhs_number),
        "hospital": patient.hospital_number,
        "lower case": f" {patient.hospital_number.lower()} ",
    }[how]
    response = ask(client_of, cast, "patient", typed)
    assert response["Location"] == address("patient", patient.pk)
    assert ShownPatient.objects.get(patient_id=patient.pk).event.action == "audit.read"


def test_no_number_and_no_name_stands_in_an_address_or_in_the_log(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    for typed in (patient.nhs_number, patient.hospital_number, patient.family_name):
        response = client_of(cast.auditor).post(address("find"), {"question": "patient", "typed": typed}, follow=True)
        assert all(typed not in url for url, _ in response.redirect_chain)
    for event in AuditEvent.objects.filter(action="audit.read"):
        for secret in (patient.nhs_number, patient.hospital_number, patient.family_name):
            assert secret.encode() not in bytes(event.payload)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "Type the patient&#x27;s NHS number"),
        ("Testcase", "not looked up by name"),
        ("X99999", "No patient has the number X99999"),
        ("999 000 0019", "its last digit does not fit"),
        ("bell\x07 1", "cannot be seen"),
    ],
    ids=["nothing", "a name", "unknown", "wrong digit", "control character"],
)
def test_what_is_not_found_is_said_and_kept(
    cast: Cast, client_of: ClientOf, patient: Patient, typed: str, problem: str
) -> None:
    response = ask(client_of, cast, "patient", typed)
    page = text_of(response)
    assert response.status_code == 422
    assert problem in page
    assert f'value="{typed}"' in page


def test_a_number_that_two_patients_have_is_not_guessed(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    other = factories.make_patient(cast.consultant, cast.neuro_oncology, hospital_number=patient.nhs_number)
    page = text_of(ask(client_of, cast, "patient", patient.nhs_number))
    assert "2 match. Choose one" in page
    assert address("patient", other.pk) in page
    assert address("patient", patient.pk) in page
    assert ShownPatient.objects.filter(event__action="audit.read").count() == 2


def test_a_person_by_user_name_or_name(cast: Cast, client_of: ClientOf) -> None:
    for typed in ("consultant", "CONSULTANT", "Jane Okafor", "okafor, jane", "Dr Okafor"):
        response = ask(client_of, cast, "person", typed)
        assert response["Location"] == address("person", cast.consultant.pk), typed
    several = text_of(ask(client_of, cast, "person", "Dr"))
    assert "Choose one of them" in several
    assert address("person", cast.registrar.pk) in several
    assert "Nobody here is called Nemo" in text_of(ask(client_of, cast, "person", "Nemo"))


def test_a_part_of_the_guidance(cast: Cast, client_of: ClientOf) -> None:
    factories.shipped_release()
    response = ask(client_of, cast, "guidance", "findings and interventions")
    page = client_of(cast.auditor).get(response["Location"])
    assert page.status_code == 200
    assert "Findings and interventions" in text_of(page)
    unknown = text_of(ask(client_of, cast, "guidance", "nothing of this name"))
    assert "No part of the guidance is called" in unknown
    assert "Findings and interventions" in unknown


@pytest.mark.parametrize("view", ["patient", "person", "guidance", "patient_reason", "event"])
def test_an_id_that_nothing_is_known_of(cast: Cast, client_of: ClientOf, view: str) -> None:
    assert client_of(cast.auditor).get(address(view, uuid4())).status_code == 404
