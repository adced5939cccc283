"""patients:own_list_add and patients:own_list_remove, and the list itself"""

from collections.abc import Callable

import pytest
from django.test import Client

from audit.models import AuditEvent
from patients.form_origin import note_for
from patients.models import ListedByPerson, Patient
from patients.permissions import NotAllowed
from patients.services.own_list import add_to_own_list, remove_from_own_list
from tests import factories
from tests.cast import Cast
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db
URL = "/"


def send(client: Client, cast: Cast, view: str, patient: Patient, *, origin: str | None = None) -> object:
    note = note_for(patient, user=cast.consultant) if origin is None else origin
    return client.post(address(view, patient.pk), {"origin": note})


def test_a_patient_is_put_on_the_list_and_taken_off_it(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.consultant)
    assert events_of(lambda: send(client, cast, "own_list_add", patient)) == ["patients.list_changed"]
    event = AuditEvent.objects.get(action="patients.list_changed")
    assert (event.patient_id, event.before, event.after) == (patient.pk, {"listed": False}, {"listed": True})
    assert "My list (1)" in text_of(client.get(URL))
    assert "Patients on your list" in text_of(client.get(URL))
    assert events_of(lambda: send(client, cast, "own_list_remove", patient)) == ["patients.list_changed"]
    assert "My list (0)" in text_of(client.get(URL))
    assert not ListedByPerson.objects.of_person(cast.consultant).exists()


def test_pressing_twice_has_one_effect(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    client = client_of(cast.consultant)
    for view, once, twice in (
        ("own_list_add", "The patient is on your list.", "The patient was on your list already."),
        ("own_list_remove", "The patient is off your list.", "The patient was not on your list."),
    ):
        for words in (once, twice):
            response = client.post(
                address(view, patient.pk), {"origin": note_for(patient, user=cast.consultant)}, follow=True
            )
            assert words in text_of(response)


def test_the_list_is_of_one_person(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    add_to_own_list(patient, by=cast.consultant)
    assert "My list (0)" in text_of(client_of(cast.registrar).get(URL))


def test_who_starts_an_assessment_or_signs_has_the_patient_on_the_list(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object
) -> None:
    draft = factories.make_draft(cast.registrar, patient, factories.FAVOURABLE)
    assert "My list (1)" in text_of(client_of(cast.registrar).get(URL))
    assert "My list (0)" in text_of(client_of(cast.consultant).get(URL))
    factories.answer_what_is_required(draft, cast.consultant)
    factories.sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    assert "My list (1)" in text_of(client_of(cast.consultant).get(URL))
    assert not AuditEvent.objects.filter(action="patients.list_changed").exists()
    assert AuditEvent.objects.get(action="patients.plan_signed").after["put_on_own_list"] is True


def test_my_list_opens_first_where_anybody_is_on_it(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    other = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Elsewhere")
    client = client_of(cast.consultant)
    page = text_of(client.get(URL))
    assert "Patients on your wards" in page
    assert "ELSEWHERE" in page
    add_to_own_list(patient, by=cast.consultant)
    page = text_of(client.get(URL))
    assert "Patients on your list" in page
    assert "ELSEWHERE" not in page
    assert address("patient_detail", other.pk) not in page
    assert "ELSEWHERE" in text_of(client.get(URL, {"show": "all"}))


def test_an_empty_list_says_how_to_fill_it(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    page = text_of(client_of(cast.consultant).get(URL, {"show": "mine"}))
    assert "Nobody is on your list. Open a patient and choose “Add to my list”" in page


def test_a_listed_patient_who_may_not_be_seen_any_more_is_not_listed(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    add_to_own_list(patient, by=cast.consultant)
    Patient.objects.filter(pk=patient.pk).update(ward=cast.cardiology)
    page = text_of(client_of(cast.consultant).get(URL, {"show": "mine"}))
    assert "My list (0)" in page
    assert patient.family_name.upper() not in page


@pytest.mark.parametrize("service", [add_to_own_list, remove_from_own_list], ids=["add", "remove"])
def test_nobody_lists_a_patient_of_another_ward(cast: Cast, patient: Patient, service: Callable[..., bool]) -> None:
    with pytest.raises(NotAllowed):
        service(patient, by=cast.outsider)
    assert not ListedByPerson.objects.of_person(cast.outsider).exists()


@pytest.mark.parametrize("view", ["own_list_add", "own_list_remove"])
def test_who_may_come_in_and_how(cast: Cast, client_of: ClientOf, patient: Patient, view: str) -> None:
    url = address(view, patient.pk)
    refuses_other_methods(client_of(cast.consultant), url, "get", "put", "delete", "patch")
    nobody_is_sent_to_sign_in(client_of(None), url)
    assert client_of(cast.outsider).post(url).status_code == 404
    assert client_of(cast.editor).post(url).status_code == 404


def test_a_form_of_somebody_else_is_not_taken(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    foreign = note_for(patient, user=cast.registrar)
    response = client_of(cast.consultant).post(address("own_list_add", patient.pk), {"origin": foreign})
    assert response.status_code == 409
    assert not ListedByPerson.objects.of_person(cast.consultant).exists()
