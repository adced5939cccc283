"""Every door of a record opened by break-glass: before, during, after, and who may do what behind it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Membership, User
from audit.models import AuditEvent
from patients.break_glass_notes import About, note_for
from patients.models import Assessment, Patient, SignedPlan
from patients.permissions import NotAllowed, Reason, can_change, can_edit, can_sign, why_not_edit
from patients.services.assessments import save_draft
from patients.services.break_glass import end_access
from tests import factories
from tests.cast import Cast
from tests.patients.break_glass import (
    HOSPITAL,
    NHS,
    colleague_of_cardiology,
    hidden_patient,
    open_it,
    search,
    send,
)
from tests.patients.pages import ClientOf, address, events_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast) -> Patient:
    return hidden_patient(cast)


@pytest.fixture
def doors(cast: Cast, anna: Patient, release: object) -> Callable[[Client], dict[str, int]]:
    """Every address of a record, and what it answers."""
    plan = factories.make_plan(cast.consultant, anna)
    draft = factories.make_draft(cast.consultant, anna, {"kps": "60"})
    reading = {
        "patient_detail": anna.pk,
        "patient_edit": anna.pk,
        "patient_history": anna.pk,
        "assessment_edit": draft.pk,
        "findings_confirm": draft.pk,
        "assessment_discard": draft.pk,
        "plan_sign": draft.pk,
        "plan_detail": plan.pk,
        "plan_print": plan.pk,
        "plan_print_style": plan.pk,
        "plan_withdraw": plan.pk,
    }

    def knock(client: Client) -> dict[str, int]:
        found = {view: client.get(address(view, key)).status_code for view, key in reading.items()}
        found["finding_withdraw"] = client.get(address("finding_withdraw", draft.pk, "kps")).status_code
        return found

    return knock


class TestDoors:
    def test_every_door_before_during_and_after(
        self,
        cast: Cast,
        client_of: ClientOf,
        anna: Patient,
        doors: Callable[[Client], dict[str, int]],
        clock: time_machine.Traveller,
    ) -> None:
        client = client_of(cast.outsider)
        assert set(doors(client).values()) == {404}
        access = open_it(anna, cast.outsider)
        assert set(doors(client).values()) == {200}
        clock.shift(timedelta(hours=4) - timedelta(seconds=1))
        client = client_of(cast.outsider)  # the session would have ended
        assert client.get(address("patient_detail", anna.pk)).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert set(doors(client).values()) == {404}
        second = open_it(anna, cast.outsider)
        assert second.pk != access.pk
        assert client.get(address("patient_detail", anna.pk)).status_code == 200
        client.post(address("break_glass_end", second.pk))
        assert set(doors(client).values()) == {404}

    def test_a_clock_that_is_set_back_opens_nothing_for_days(
        self, cast: Cast, client_of: ClientOf, anna: Patient, clock: time_machine.Traveller
    ) -> None:
        open_it(anna, cast.outsider)
        clock.shift(timedelta(seconds=-20))  # two servers whose clocks differ
        assert client_of(cast.outsider).get(address("patient_detail", anna.pk)).status_code == 200
        clock.shift(timedelta(days=-3))
        assert client_of(cast.outsider).get(address("patient_detail", anna.pk)).status_code == 404

    def test_it_opens_one_record_to_one_person(
        self, cast: Cast, client_of: ClientOf, anna: Patient, doors: Callable[[Client], dict[str, int]]
    ) -> None:
        other = factories.make_patient(cast.consultant, cast.neuro_oncology)
        colleague = colleague_of_cardiology(cast)
        open_it(anna, cast.outsider)
        assert client_of(cast.outsider).get(address("patient_detail", other.pk)).status_code == 404
        assert set(doors(client_of(colleague)).values()) == {404}
        assert list(Patient.objects.visible_to(cast.outsider)) == [anna]

    def test_every_page_says_so_and_offers_to_end_it(
        self, cast: Cast, client_of: ClientOf, anna: Patient, release: object
    ) -> None:
        plan = factories.make_plan(cast.consultant, anna)
        draft = factories.make_draft(cast.consultant, anna, {"kps": "60"})
        access = open_it(anna, cast.outsider)
        client, ward = client_of(cast.outsider), client_of(cast.consultant)
        for view, key in (
            ("patient_detail", anna.pk),
            ("patient_edit", anna.pk),
            ("patient_history", anna.pk),
            ("assessment_edit", draft.pk),
            ("findings_confirm", draft.pk),
            ("assessment_discard", draft.pk),
            ("plan_sign", draft.pk),
            ("plan_detail", plan.pk),
            ("plan_withdraw", plan.pk),
        ):
            page = text_of(client.get(address(view, key)))
            assert "Opened by break-glass</strong> until 14:42" in page, view
            strip = page.split('class="banner-opened"')[1].split("</form>")[0]
            assert address("break_glass_end", access.pk) in strip, view
            assert 'name="csrfmiddlewaretoken" value="' in strip, view
            assert 'value=""' not in strip, view
            assert "Opened by break-glass" not in text_of(ward.get(address(view, key))), view

    def test_end_now(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        access = open_it(anna, cast.outsider)
        client = client_of(cast.outsider)
        url = address("break_glass_end", access.pk)
        assert events_of(lambda: client.post(url)) == ["patients.break_glass_ended"]
        assert client.get(address("patient_detail", anna.pk)).status_code == 404
        assert events_of(lambda: client.post(url)) == []

    def test_nobody_ends_anothers_access(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        access = open_it(anna, cast.outsider)
        for user in (cast.consultant, cast.privacy_officer, colleague_of_cardiology(cast)):
            assert client_of(user).post(address("break_glass_end", access.pk)).status_code == 302
        access.refresh_from_db()
        assert access.ended_at is None

    def test_the_worklist_lists_it_apart(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        own = factories.make_patient(cast.outsider, cast.cardiology, family_name="Ownward")
        open_it(anna, cast.outsider)
        page = text_of(client_of(cast.outsider).get(address("worklist")))
        rows = page.split('id="patient-rows"')[1]
        assert "OWNWARD" in rows
        assert "HIDDENNAME" not in rows
        assert "My wards (1)" in page
        opened = page.split('id="opened-by-break-glass"')[1].split("</section>")[0]
        assert "HIDDENNAME, Anna" in opened
        assert "until 14:42" in opened
        event = AuditEvent.objects.get(action="patients.worklist_viewed")
        assert {*event.shown.values_list("patient_id", flat=True)} == {own.pk, anna.pk}
        assert "Opened by break-glass" not in text_of(client_of(cast.consultant).get(address("worklist")))

    def test_a_name_search_does_not_list_it(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        open_it(anna, cast.outsider)
        assert "No patient found" in text_of(search(client_of(cast.outsider), "hiddenname"))


class TestPermissions:
    @pytest.fixture
    def draft(self, cast: Cast, anna: Patient, release: object) -> Assessment:
        return factories.make_draft(cast.consultant, anna, factories.FAVOURABLE)

    def test_asking_agrees_with_seeing(
        self, cast: Cast, anna: Patient, draft: Assessment, clock: time_machine.Traveller
    ) -> None:
        assert why_not_edit(cast.outsider, anna) is Reason.NOT_YOUR_WARD
        open_it(anna, cast.outsider)
        assert (can_edit(cast.outsider, anna), can_change(cast.outsider, draft)) == (True, True)
        assert can_sign(cast.outsider, draft)
        clock.shift(timedelta(hours=4))
        assert (can_edit(cast.outsider, anna), can_change(cast.outsider, draft)) == (False, False)

    def test_full_clinical_use_under_the_own_name(self, cast: Cast, anna: Patient, draft: Assessment) -> None:
        open_it(anna, cast.outsider)
        factories.answer_what_is_required(draft, cast.outsider)
        draft.refresh_from_db()
        from patients.services.plans import sign_plan

        plan = sign_plan(draft, by=cast.outsider, **factories.signing(draft))
        assert plan.signed_by["name"] == "Dr Victor Brandt"
        assert "opened" not in plan.body_document["patient"]
        assert SignedPlan.objects.visible_to(cast.consultant).count() == 1

    def test_a_save_after_the_end_is_refused_and_writes_nothing(
        self, cast: Cast, anna: Patient, draft: Assessment
    ) -> None:
        access = open_it(anna, cast.outsider)
        submission = factories.submission(draft, cast.outsider, {"kps": "50"})
        end_access(access.pk, by=cast.outsider)
        with pytest.raises(NotAllowed) as refused:
            save_draft(draft, by=cast.outsider, submission=submission)
        assert refused.value.reason is Reason.NOT_YOUR_WARD
        draft.refresh_from_db()
        assert draft.findings["kps"]["value"] == "80"

    def test_a_form_sent_after_the_end_is_not_found(
        self, cast: Cast, client_of: ClientOf, anna: Patient, draft: Assessment
    ) -> None:
        access = open_it(anna, cast.outsider)
        client = client_of(cast.outsider)
        url = address("assessment_edit", draft.pk)
        assert client.get(url).status_code == 200
        end_access(access.pk, by=cast.outsider)
        assert client.post(url, {"priorities": "x"}, HTTP_HX_REQUEST="true").status_code == 404

    def test_losing_the_clinical_role_closes_it_with_the_next_request(
        self, cast: Cast, client_of: ClientOf, anna: Patient
    ) -> None:
        open_it(anna, cast.outsider)
        client = client_of(cast.outsider)
        assert client.get(address("patient_detail", anna.pk)).status_code == 200
        cast.outsider.groups.set([Group.objects.get(name="editor")])
        assert client.get(address("patient_detail", anna.pk)).status_code == 404

    def test_losing_it_between_search_and_opening(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        client, note = client_of(cast.outsider), note_for(cast.outsider, anna.pk, kind=About.PATIENT)
        cast.outsider.groups.clear()
        assert send(client, note).status_code == 403
        with pytest.raises(NotAllowed):
            open_it(anna, User.objects.get(pk=cast.outsider.pk))

    def test_the_visitor_corrects_details_and_moves_nobody(
        self, cast: Cast, client_of: ClientOf, anna: Patient
    ) -> None:
        open_it(anna, cast.outsider)
        client, url = client_of(cast.outsider), address("patient_edit", anna.pk)
        page = text_of(client.get(url))
        assert f'value="{cast.neuro_oncology.pk}" selected' in page
        assert str(cast.cardiology.pk) not in page
        form = {
            "hospital_number": HOSPITAL,
            "nhs_number": NHS,
            "family_name": "Hiddenname",
            "given_names": "Anna Maria",
            "birth_date": "05-Mar-1958",
            "sex": "female",
            "ward": str(cast.neuro_oncology.pk),
            "tumour_kind": "solid",
            "allergy_status": "none_known",
            "revision": "1",
            "allergies-TOTAL_FORMS": "0",
            "allergies-INITIAL_FORMS": "0",
        }
        assert client.post(url, form | {"ward": str(cast.cardiology.pk)}).status_code == 422
        assert client.post(url, form).status_code == 302
        anna.refresh_from_db()
        assert (anna.given_names, anna.ward) == ("Anna Maria", cast.neuro_oncology)

    def test_the_service_refuses_to_move_as_well(self, cast: Cast, anna: Patient) -> None:
        from patients.services.patients import edit_patient, fields_of

        open_it(anna, cast.outsider)
        fields = fields_of(anna)
        changed = type(fields)(**{name: getattr(fields, name) for name in fields.__slots__} | {"ward": cast.cardiology})
        with pytest.raises(NotAllowed) as refused:
            edit_patient(anna, changed, by=cast.outsider, revision=1)
        assert refused.value.reason is Reason.ONLY_OPENED

    def test_a_patient_who_is_moved_to_another_ward_stays_open(
        self, cast: Cast, client_of: ClientOf, anna: Patient
    ) -> None:
        open_it(anna, cast.outsider)
        Membership.objects.create(user=cast.consultant, ward=cast.cardiology)
        Patient.objects.filter(pk=anna.pk).update(ward=cast.cardiology, died_on=date(2026, 11, 21))
        assert client_of(cast.outsider).get(address("patient_detail", anna.pk)).status_code == 200
