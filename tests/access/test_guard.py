"""No page with patient data leaves without an event that names the patient."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from accounts.models import User
from audit.events import Event
from audit.guard import NotLogged, for_nobody_to_see
from audit.middleware import RequestGuardMiddleware
from audit.models import AuditEvent
from audit.services import record
from patients.models import Decision, Patient, PlanWithdrawal
from patients.services.plans import withdraw_plan
from patients.services.reading import record_reading
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
View = Callable[[HttpRequest], HttpResponseBase]


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


def answer_of(view: View) -> HttpResponseBase:
    return RequestGuardMiddleware(view)(RequestFactory().get("/"))


def name_of(user: User) -> str:
    return Patient.objects.visible_to(user).get().family_name


def logged(user: User) -> None:
    record_reading(Event.PATIENT_VIEWED, by=user, patient=Patient.objects.visible_to(user).get().pk)


def test_what_is_not_logged_is_not_shown(cast: Cast, patient: Patient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        answer = answer_of(lambda _: HttpResponse(name_of(cast.consultant)))
    assert answer.status_code == 503
    assert patient.family_name not in answer.content.decode()  # type: ignore[attr-defined]
    assert "could not be logged" in answer.content.decode()  # type: ignore[attr-defined]
    assert str(patient.pk) in caplog.text
    assert patient.family_name not in caplog.text


def test_what_is_logged_is_shown(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        logged(cast.consultant)
        return HttpResponse(name_of(cast.consultant))

    assert answer_of(view).status_code == 200


def test_an_event_about_somebody_else_does_not_count(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        record_reading(Event.PATIENT_VIEWED, by=cast.consultant, patient=uuid4())
        return HttpResponse(name_of(cast.consultant))

    assert answer_of(view).status_code == 503


def test_an_event_that_was_rolled_back_does_not_count(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            logged(cast.consultant)
            transaction.set_rollback(True)
        return HttpResponse(name_of(cast.consultant))

    assert answer_of(view).status_code == 503
    assert not AuditEvent.objects.filter(action=Event.PATIENT_VIEWED.code).exists()


def test_a_list_names_everybody_on_it(cast: Cast, patient: Patient) -> None:
    other = factories.make_patient(cast.consultant, cast.neuro_oncology)

    def listing(*shown: Patient) -> View:
        def view(request: HttpRequest) -> HttpResponse:
            record_reading(Event.WORKLIST_VIEWED, by=cast.consultant, shown=[one.pk for one in shown])
            return HttpResponse(everybody())

        return view

    def everybody() -> str:
        return " ".join(one.family_name for one in Patient.objects.visible_to(cast.consultant))

    assert answer_of(listing(patient)).status_code == 503
    assert answer_of(listing(patient, other)).status_code == 200


@pytest.mark.parametrize("status", [200, 201, 409, 413, 422])
def test_refused_forms_and_json_are_held_back_too(cast: Cast, patient: Patient, status: int) -> None:
    assert answer_of(lambda _: JsonResponse({"name": name_of(cast.consultant)}, status=status)).status_code == 503


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500])
def test_pages_that_are_the_same_for_everybody_pass(cast: Cast, patient: Patient, status: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        name_of(cast.consultant)
        return HttpResponse("No.", status=status)

    assert answer_of(view).status_code == status


def test_a_redirect_shows_nothing(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        name_of(cast.consultant)
        return redirect("/")

    assert answer_of(view).status_code == 302


def test_a_streamed_answer_breaks_off_before_the_name(cast: Cast, patient: Patient) -> None:
    def parts() -> Iterator[str]:
        yield "begin "
        yield name_of(cast.consultant)
        yield " end"

    sent: list[bytes] = []
    answer: Any = answer_of(lambda _: StreamingHttpResponse(parts()))
    with pytest.raises(NotLogged):
        sent.extend(answer.streaming_content)
    assert sent == [b"begin "]


def test_a_streamed_answer_that_is_logged_arrives(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponseBase:
        logged(cast.consultant)
        return StreamingHttpResponse(name_of(cast.consultant) for _ in range(2))

    answer: Any = answer_of(view)
    assert b"".join(answer.streaming_content).decode() == patient.family_name * 2


def test_decisions_and_withdrawals_belong_to_their_patient(cast: Cast, patient: Patient) -> None:
    factories.shipped_release()
    plan = factories.make_plan(cast.consultant, patient, {"kps": "50"})
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")

    def view(request: HttpRequest) -> HttpResponse:
        found = [*Decision.objects.visible_to(cast.consultant), *PlanWithdrawal.objects.all()]
        return HttpResponse(str(found))

    def with_event(request: HttpRequest) -> HttpResponse:
        logged(cast.consultant)
        return view(request)

    assert answer_of(view).status_code == 503
    # Whose they are is not known before their assessment and plan were loaded as well.
    assert answer_of(with_event).status_code == 503


def test_reading_for_nobody_to_see(cast: Cast, patient: Patient) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with for_nobody_to_see():
            name_of(cast.consultant)
        return HttpResponse("Nothing of anybody")

    assert answer_of(view).status_code == 200


def test_one_request_knows_nothing_of_another(cast: Cast, patient: Patient) -> None:
    with transaction.atomic():
        record(Event.PATIENT_VIEWED, by=cast.consultant, patient=patient.pk)
    assert answer_of(lambda _: HttpResponse(name_of(cast.consultant))).status_code == 503


def test_a_form_that_comes_back_is_logged(cast: Cast, patient: Patient, client_of: Any) -> None:
    answer = client_of(cast.registrar).post(f"/patients/{patient.pk}/edit/", {"family_name": ""})
    assert answer.status_code == 422
    event = AuditEvent.objects.get(action=Event.FORM_SHOWN_AGAIN.code)
    assert (event.patient_id, event.actor_id) == (patient.pk, str(cast.registrar.pk))


class TestProbing:
    def test_another_wards_patient_by_id_is_recorded(self, cast: Cast, patient: Patient, client_of: Any) -> None:
        client = client_of(cast.outsider)
        refused = client.get(f"/patients/{patient.pk}/")
        unknown = client.get(f"/patients/{uuid4()}/")
        assert refused.status_code == unknown.status_code == 404
        assert refused.content == unknown.content
        event = AuditEvent.objects.get(action=Event.ACCESS_DENIED.code)
        assert (event.patient_id, event.outcome) == (patient.pk, "refused")
        assert event.target == f"/patients/{patient.pk}/"
        assert event.actor_id == str(cast.outsider.pk)

    def test_what_one_may_see_and_what_is_not_there_is_no_denial(
        self, cast: Cast, patient: Patient, client_of: Any
    ) -> None:
        factories.shipped_release()
        draft = factories.make_draft(cast.consultant, patient)
        client = client_of(cast.registrar)
        assert client.get(f"/assessments/{draft.pk}/findings/no-such/withdraw/").status_code == 404
        assert client.get("/no/such/page/").status_code == 404
        assert not AuditEvent.objects.filter(action=Event.ACCESS_DENIED.code).exists()
