"""Break-glass: by exact identifier, with reason and own password."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, User
from audit.models import AuditEvent
from patients.break_glass_notes import About, note_for
from patients.models import BreakGlassAccess, Patient
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.break_glass import HOSPITAL, NHS, hidden_patient, note_in, open_it, search, send
from tests.patients.pages import ClientOf, address, events_of, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast) -> Patient:
    return hidden_patient(cast)


class TestSearch:
    @pytest.mark.parametrize("query", [NHS, "999 000 0018", HOSPITAL, "x10023"])
    def test_an_exact_number_says_that_there_is_somebody_and_nothing_more(
        self, cast: Cast, client_of: ClientOf, anna: Patient, query: str
    ) -> None:
        page = text_of(search(client_of(cast.outsider), query))
        assert "A patient with this number is in the care of another ward." in page
        assert "Open by break-glass" in page
        for secret in ("HIDDENNAME", "Hiddenname", "Anna", "-1958", "1958-", "/1958", "Neuro", str(anna.pk)):
            assert secret not in page

    @pytest.mark.parametrize("query", ["X1002", "X100", "hiddenname", "HIDDENNAME, Anna", "05-Mar-1958", "999000001"])
    def test_anything_else_finds_nothing(self, cast: Cast, client_of: ClientOf, anna: Patient, query: str) -> None:
        page = text_of(search(client_of(cast.outsider), query))
        assert "another ward." not in page
        assert "Open by break-glass" not in page

    def test_a_wrong_birth_date_beside_the_number_finds_nothing(
        self, cast: Cast, client_of: ClientOf, anna: Patient
    ) -> None:
        assert "No patient found" in text_of(search(client_of(cast.outsider), NHS, "06-Mar-1958"))

    def test_the_own_ward_is_found_as_ever(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        page = text_of(search(client_of(cast.registrar), NHS))
        assert "1 patient found." in page
        assert "Open by break-glass" not in page

    def test_a_number_that_means_two_patients_offers_both(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        factories.make_patient(cast.outsider, cast.cardiology, hospital_number=NHS, family_name="Ownward")
        page = text_of(search(client_of(cast.outsider), NHS))
        assert "OWNWARD, Anna" in page
        assert "in the care of another ward" in page
        assert "HIDDENNAME" not in page

    @pytest.mark.parametrize("who", ["auditor", "editor", "administrator", "privacy_officer"])
    def test_nobody_without_a_clinical_role(self, cast: Cast, client_of: ClientOf, anna: Patient, who: str) -> None:
        client = client_of(getattr(cast, who))
        assert "another ward." not in text_of(search(client, NHS))
        note = note_for(getattr(cast, who), anna.pk, kind=About.PATIENT)
        for view in ("break_glass_ask", "break_glass_open"):
            assert client.post(address(view), {"note": note, "password": PASSWORD}).status_code == 403
        assert not BreakGlassAccess.objects.exists()

    def test_the_search_records_that_it_happened_without_the_number(
        self, cast: Cast, client_of: ClientOf, anna: Patient
    ) -> None:
        client = client_of(cast.outsider)
        assert events_of(lambda: search(client, NHS)) == ["patients.searched"]
        event = AuditEvent.objects.get(action="patients.searched")
        assert event.after == {"kind": "NHS number", "matches": 0, "of_another_ward": 1}
        assert NHS.encode() not in bytes(event.payload)


class TestOpening:
    def test_from_the_search_to_the_page(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        client = client_of(cast.outsider)
        assert client.get(address("patient_detail", anna.pk)).status_code == 404
        note = note_in(search(client, NHS))
        asked = client.post(address("break_glass_ask"), {"note": note})
        page = text_of(asked)
        assert "The privacy officer is told at once" in page
        assert "HIDDENNAME" not in page
        opened = send(client, note_in(asked), reason_text="Weekend cover, asked by Dr Lind")
        assert opened["Location"] == address("patient_detail", anna.pk)
        page = text_of(client.get(opened["Location"]))
        assert "HIDDENNAME, Anna" in page
        assert "Opened by break-glass</strong> until 14:42." in page

    def test_each_step_is_recorded(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        client = client_of(cast.outsider)
        note = note_in(search(client, NHS))
        assert events_of(lambda: client.post(address("break_glass_ask"), {"note": note})) == [
            "patients.break_glass_asked"
        ]
        assert events_of(lambda: send(client, note, reason_text="Covering tonight")) == ["patients.break_glass_opened"]
        event = AuditEvent.objects.get(action="patients.break_glass_opened")
        access = BreakGlassAccess.objects.get()
        assert (event.patient_id, event.target, event.actor_id) == (anna.pk, str(access.pk), str(cast.outsider.pk))
        assert event.reason_given == "I cover for the patient's ward: Covering tonight"
        assert (access.user, access.patient, access.reason_text) == (cast.outsider, anna, "Covering tonight")
        assert access.expires_at - access.opened_at == timedelta(hours=4)

    def test_the_privacy_officer_is_told_by_ids_alone(
        self, cast: Cast, anna: Patient, caplog: pytest.LogCaptureFixture
    ) -> None:
        access = open_it(anna, cast.outsider, reason_text="Confidential words")
        (line,) = [one for one in caplog.records if one.name == "audit.notice"]
        assert line.levelname == "WARNING"
        assert line.getMessage() == f"Break-glass access {access.pk}: user {cast.outsider.pk} opened patient {anna.pk}."

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"password": "wrong"}, "The password is not right. What you entered is still in the form."),
            ({"password": ""}, "Enter your password."),
            ({"reason_code": ""}, "Choose why you open this record."),
            ({"reason_code": "boredom"}, "Choose why you open this record."),
            ({"reason_code": "other", "reason_text": ""}, "Write the reason, with at least 10 characters."),
            ({"reason_code": "other", "reason_text": "   because    "}, "Write the reason"),
            ({"reason_text": "x" * 1001}, "at most 1000 characters"),
        ],
        ids=["wrong password", "no password", "no reason", "unknown reason", "other empty", "other short", "long"],
    )
    def test_what_is_refused(
        self, cast: Cast, client_of: ClientOf, anna: Patient, changed: dict[str, str], sentence: str
    ) -> None:
        client = client_of(cast.outsider)
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        response = send(client, note, **{"reason_text": "Typed before"} | changed)
        assert response.status_code == 422
        assert sentence in text_of(response)
        assert PASSWORD not in text_of(response)
        assert "HIDDENNAME" not in text_of(response)
        assert note_in(response) == note
        assert not BreakGlassAccess.objects.exists()
        assert client.get(address("patient_detail", anna.pk)).status_code == 404

    def test_a_wrong_password_is_recorded(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        client = client_of(cast.outsider)
        assert events_of(lambda: send(client, note, password="wrong")) == ["patients.break_glass_refused"]
        event = AuditEvent.objects.get(action="patients.break_glass_refused")
        assert (event.outcome, event.patient_id, event.after) == ("refused", anna.pk, {"fields": ["password"]})
        assert b"wrong" not in bytes(event.payload)

    def test_somebody_elses_password_opens_nothing(self, cast: Cast, anna: Patient) -> None:
        cast.registrar.set_password("quite-another-2026")
        cast.registrar.save()
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        client = Client()
        client.force_login(cast.outsider)
        assert send(client, note, password="quite-another-2026").status_code == 422

    def test_pressed_twice_it_is_one_access(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        client, note = client_of(cast.outsider), note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        for _ in range(2):
            assert send(client, note)["Location"] == address("patient_detail", anna.pk)
        assert BreakGlassAccess.objects.count() == 1
        assert AuditEvent.objects.filter(action="patients.break_glass_opened").count() == 1

    def test_the_search_leads_to_what_is_open_already(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        open_it(anna, cast.outsider)
        page = text_of(search(client_of(cast.outsider), NHS))
        assert address("patient_detail", anna.pk) in page
        assert "Open by break-glass" not in page

    def test_a_demo_person_is_shown_the_password(
        self, cast: Cast, client_of: ClientOf, anna: Patient, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DEMO_SIGN_IN = True
        User.objects.filter(pk=cast.outsider.pk).update(is_demo=True)
        monkeypatch.setattr("accounts.demo.passwords", lambda _path: {"outsider": "shown-for-training"})
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        form = {"note": note}
        answer = client_of(cast.outsider).post(address("break_glass_ask"), form, HTTP_HOST="localhost")
        assert "<code>shown-for-training</code>" in text_of(answer)
        answer = client_of(cast.outsider).post(address("break_glass_ask"), form, HTTP_HOST="testserver")
        assert "shown-for-training" not in text_of(answer)


class TestNotes:
    def test_of_another_person(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        note = note_for(cast.registrar, anna.pk, kind=About.PATIENT)
        response = send(client_of(cast.outsider), note, reason_text="Kept for copying")
        assert response.status_code == 409
        assert "opened by somebody else" in text_of(response)
        assert "Kept for copying" in text_of(response)
        assert not BreakGlassAccess.objects.exists()

    def test_ten_minutes_and_no_longer(
        self, cast: Cast, client_of: ClientOf, anna: Patient, clock: time_machine.Traveller
    ) -> None:
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        client = client_of(cast.outsider)
        clock.shift(599)
        assert client.post(address("break_glass_ask"), {"note": note}).status_code == 200
        clock.shift(2)
        for view in ("break_glass_ask", "break_glass_open"):
            response = client.post(address(view), {"note": note, "password": PASSWORD, "reason_code": "cover"})
            assert response.status_code == 409
            assert "More than ten minutes have passed" in text_of(response)
        assert not BreakGlassAccess.objects.exists()

    @pytest.mark.parametrize("token", ["", "x", "a:b:c", "{}", "🙂"])
    def test_forged(self, cast: Cast, client_of: ClientOf, anna: Patient, token: str) -> None:
        for view in ("break_glass_ask", "break_glass_open"):
            response = client_of(cast.outsider).post(address(view), {"note": token, "password": PASSWORD})
            assert response.status_code == 409
            assert "was not made by LM Pathways" in text_of(response)

    def test_of_another_kind(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        note = note_for(cast.outsider, anna.pk, kind=About.ACCESS)
        assert send(client_of(cast.outsider), note).status_code == 409

    def test_of_a_patient_who_is_on_the_own_ward_by_now(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        note = note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        Membership.objects.create(user=cast.outsider, ward=cast.neuro_oncology)
        assert send(client_of(cast.outsider), note)["Location"] == address("patient_detail", anna.pk)
        assert not BreakGlassAccess.objects.exists()

    def test_of_nobody(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.outsider)
        response = send(client, note_for(cast.outsider, uuid4(), kind=About.PATIENT))
        assert client.get(response["Location"]).status_code == 404

    @pytest.mark.parametrize("view", ["break_glass_ask", "break_glass_open"])
    def test_a_reloaded_address_leads_to_the_worklist(self, cast: Cast, client_of: ClientOf, view: str) -> None:
        client = client_of(cast.outsider)
        assert client.get(address(view))["Location"] == "/"
        refuses_other_methods(client, address(view), "put", "delete", "patch")

    def test_ending_is_posted(self, cast: Cast, client_of: ClientOf) -> None:
        refuses_other_methods(client_of(cast.outsider), address("break_glass_end", uuid4()), "get", "put", "delete")
