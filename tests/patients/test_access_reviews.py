"""patients:access_reviews and access_review: the privacy officers' queue."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group

from accounts.models import Membership, User
from accounts.permissions import Permission
from audit.models import AuditEvent
from patients.break_glass_notes import About, note_for
from patients.models import BreakGlassAccess, Patient
from patients.permissions import NotAllowed, Reason
from patients.services.break_glass import BreakGlassRefused, end_access, review_access
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.break_glass import hidden_patient, opened_at_night
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db
NOTE = "Asked on the ward, confirmed"


@pytest.fixture
def anna(cast: Cast) -> Patient:
    return hidden_patient(cast)


@pytest.fixture
def access(cast: Cast, anna: Patient) -> BreakGlassAccess:
    return opened_at_night(anna, cast.outsider)


def second_officer() -> User:
    """Who is a clinician too, and so may open records."""
    user = User.objects.create_user("second-officer", password=PASSWORD)
    user.groups.set(Group.objects.filter(name__in=["privacy officer", "senior"]))
    return user


class TestQueue:
    def test_it_is_where_the_officer_starts(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.privacy_officer)
        assert client.get(address("worklist"))["Location"] == address("access_reviews")
        assert "No record has been opened by break-glass yet." in text_of(client.get(address("access_reviews")))

    def test_who_when_why_and_what(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess, clock: time_machine.Traveller
    ) -> None:
        visitor = client_of(cast.outsider)
        clock.shift(60)
        for view in ("patient_detail", "patient_history", "patient_edit"):
            visitor.get(address(view, access.patient_id))
        page = text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        for told in (
            "22-Nov-2026 10:42",
            "open until 14:42",
            "Dr Victor Brandt",
            "Consultant cardiologist",
            "HIDDENNAME, Anna (Ms)",
            "999\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}0018",
            "X10023",
            "Asked by the night team",
            "3 pages seen, nothing changed",
            "Not reviewed",
            "1 access waits for review.",
        ):
            assert told in page
        for clinical in ("1961", "Neuro-oncology", "Okafor"):
            assert clinical not in page

    def test_changes_are_counted_and_what_came_after_is_not(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess, release: object, clock: Any
    ) -> None:
        clock.shift(60)
        factories.make_draft(cast.outsider, access.patient, {"kps": "60"})
        end_access(access.pk, by=cast.outsider)
        clock.shift(60)
        again = opened_at_night(access.patient, cast.outsider)
        client_of(cast.outsider).get(address("patient_detail", access.patient_id))
        client = client_of(cast.privacy_officer)
        page = text_of(client.get(address("access_reviews")))
        assert "0 pages seen, 2 changes" in page
        assert "1 page seen, nothing changed" in page
        assert "ended 10:43" in page
        first = text_of(client.get(address("access_review", access.pk)))
        assert "Started an assessment" in first
        assert "Viewed the patient&#x27;s record" not in first
        assert "Viewed the patient&#x27;s record" in text_of(client.get(address("access_review", again.pk)))

    def test_not_reviewed_comes_first_then_enquiries_then_the_rest(
        self, cast: Cast, client_of: ClientOf, clock: time_machine.Traveller
    ) -> None:
        names = ("Justified", "Enquiry", "Older", "Newer")
        found = {}
        for name in names:
            patient = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=name)
            found[name] = opened_at_night(patient, cast.outsider)
            clock.shift(60)
        review_access(found["Justified"].pk, by=cast.privacy_officer, outcome="justified", note="")
        review_access(found["Enquiry"].pk, by=cast.privacy_officer, outcome="needs_enquiry", note=NOTE)
        page = text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        places = [page.index(f"{name.upper()}, Anna") for name in ("Older", "Newer", "Enquiry", "Justified")]
        assert places == sorted(places)
        assert "2 accesses wait for review." in page

    def test_what_waits_too_long_is_marked(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(days=7, hours=23))
        assert "Not reviewed for" not in text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        clock.shift(timedelta(hours=1))
        page = text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        assert "Not reviewed for 8 days" in page
        assert "expired 22-Nov-2026 14:42" in page

    def test_many_openings_by_one_person_are_marked_and_told(
        self,
        cast: Cast,
        client_of: ClientOf,
        clock: time_machine.Traveller,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        for number in range(6):
            patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
            opened_at_night(patient, cast.outsider)
            alarms = [one for one in caplog.messages if "ALARM" in one]
            assert len(alarms) == (1 if number == 5 else 0)
            clock.shift(60)
        assert alarms == [f"Break-glass ALARM: user {cast.outsider.pk} opened 6 records within 24 hours."]
        page = text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        assert page.count("records opened in 24 hours") == 1
        assert "6 records opened in 24 hours" in page
        clock.shift(timedelta(days=1))
        opened_at_night(factories.make_patient(cast.consultant, cast.neuro_oncology), cast.outsider)
        page = text_of(client_of(cast.privacy_officer).get(address("access_reviews")))
        assert page.count("records opened in 24 hours") == 1

    def test_the_number_of_statements_does_not_grow(
        self, cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(8):
            opened_at_night(factories.make_patient(cast.consultant, cast.neuro_oncology), cast.outsider)
        client = client_of(cast.privacy_officer)
        with django_assert_max_num_queries(16):
            page = text_of(client.get(address("access_reviews")))
        assert page.count("Asked by the night team") == 8

    def test_there_are_pages(self, cast: Cast, client_of: ClientOf, anna: Patient, clock: Any) -> None:
        for _ in range(26):
            end_access(opened_at_night(anna, cast.outsider).pk, by=cast.outsider)
            clock.shift(3600)
        client = client_of(cast.privacy_officer)
        assert "Page 1 of 2" in text_of(client.get(address("access_reviews")))
        last = text_of(client.get(f"{address('access_reviews')}?page=2"))
        assert last.count("Asked by the night team") == 1
        for number in ("0", "99", "x", "-1", "²"):
            assert client.get(f"{address('access_reviews')}?page={number}").status_code == 200

    def test_looking_is_recorded_with_everybody_who_was_shown(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess
    ) -> None:
        client = client_of(cast.privacy_officer)
        assert events_of(lambda: client.get(address("access_reviews"))) == ["patients.break_glass_listed"]
        event = AuditEvent.objects.get(action="patients.break_glass_listed")
        assert [*event.shown.values_list("patient_id", flat=True)] == [access.patient_id]
        url = address("access_review", access.pk)
        assert events_of(lambda: client.get(url)) == ["patients.break_glass_listed"]

    def test_the_frame_counts_what_waits_for_officers_alone(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess
    ) -> None:
        about = "/about/"
        page = text_of(client_of(cast.privacy_officer).get(about))
        assert '<span class="tag">1<span class="visually-hidden"> waiting</span></span>' in page
        for user in (cast.consultant, cast.auditor, cast.outsider, None):
            assert "Access reviews" not in text_of(client_of(user).get(about, follow=True))


class TestReview:
    def test_an_outcome_with_a_note(self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess) -> None:
        client, url = client_of(cast.privacy_officer), address("access_review", access.pk)
        form = {"form_note": note_for(cast.privacy_officer, access.pk, kind=About.ACCESS)}
        assert form["form_note"] in text_of(client.get(url))
        sent = form | {"outcome": "not_justified", "note": NOTE}
        assert events_of(lambda: client.post(url, sent)) == ["patients.break_glass_reviewed"]
        access.refresh_from_db()
        assert (access.review_outcome, access.review_note) == ("not_justified", NOTE)
        assert access.reviewed_by == cast.privacy_officer
        event = AuditEvent.objects.get(action="patients.break_glass_reviewed")
        assert (event.patient_id, event.after, event.reason_given) == (
            access.patient_id,
            {"review_outcome": "not_justified"},
            NOTE,
        )
        assert "by Mrs Mary Nolan, 22-Nov-2026 10:42" in text_of(client.get(address("access_reviews")))
        page = text_of(client.get(url))
        assert "Not justified, by Mrs Mary Nolan, 22-Nov-2026 10:42" in page
        assert "This access has been reviewed already." in page
        assert 'name="outcome"' not in page

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"outcome": "", "note": NOTE}, "Choose an outcome."),
            ({"outcome": "perhaps", "note": NOTE}, "Choose an outcome."),
            ({"outcome": "needs_enquiry", "note": "why"}, "Write what is to be asked or done"),
            ({"outcome": "not_justified", "note": ""}, "Write what is to be asked or done"),
            ({"outcome": "justified", "note": "x" * 1001}, "at most 1000 characters"),
        ],
        ids=["nothing", "unknown", "short", "empty", "long"],
    )
    def test_what_is_missing_is_said_and_what_was_written_stays(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess, sent: dict[str, str], sentence: str
    ) -> None:
        form = {"form_note": note_for(cast.privacy_officer, access.pk, kind=About.ACCESS)}
        answer = client_of(cast.privacy_officer).post(address("access_review", access.pk), form | sent)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert sent["note"] in text_of(answer)
        access.refresh_from_db()
        assert access.reviewed_at is None

    def test_an_enquiry_ends_with_a_finding_and_a_finding_is_final(self, cast: Cast, access: BreakGlassAccess) -> None:
        review_access(access.pk, by=cast.privacy_officer, outcome="needs_enquiry", note=NOTE)
        review_access(access.pk, by=cast.privacy_officer, outcome="justified", note="")
        event = AuditEvent.objects.filter(action="patients.break_glass_reviewed").order_by("at_us", "db_at").last()
        assert event is not None
        with pytest.raises(NotAllowed) as refused:
            review_access(access.pk, by=cast.privacy_officer, outcome="not_justified", note=NOTE)
        assert refused.value.reason is Reason.REVIEW_IS_FINAL

    def test_nobody_reviews_their_own(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        officer = second_officer()
        own = opened_at_night(anna, officer)
        client, url = client_of(officer), address("access_review", own.pk)
        assert Reason.OWN_ACCESS.value in text_of(client.get(url))
        form = {"form_note": note_for(officer, own.pk, kind=About.ACCESS), "outcome": "justified"}
        assert client.post(url, form).status_code == 403
        with pytest.raises(NotAllowed):
            review_access(own.pk, by=officer, outcome="justified", note="")
        own.refresh_from_db()
        assert own.reviewed_at is None
        review_access(own.pk, by=cast.privacy_officer, outcome="justified", note="")

    def test_a_form_of_somebody_else_or_of_another_access(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess
    ) -> None:
        other = opened_at_night(factories.make_patient(cast.consultant, cast.neuro_oncology), cast.outsider)
        officer = second_officer()
        client, url = client_of(cast.privacy_officer), address("access_review", access.pk)
        for note in (
            note_for(officer, access.pk, kind=About.ACCESS),
            note_for(cast.privacy_officer, other.pk, kind=About.ACCESS),
            note_for(cast.privacy_officer, access.pk, kind=About.PATIENT),
            "forged",
        ):
            answer = client.post(url, {"form_note": note, "outcome": "needs_enquiry", "note": NOTE})
            assert answer.status_code == 409
            assert "Nothing was recorded." in text_of(answer)
            assert NOTE in text_of(answer)
        access.refresh_from_db()
        assert access.reviewed_at is None

    @pytest.mark.parametrize(
        "who", ["consultant", "outsider", "editor", "first_reviewer", "publisher", "auditor", "administrator"]
    )
    def test_officers_alone(self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess, who: str) -> None:
        user = getattr(cast, who)
        client = client_of(user)
        for url in (address("access_reviews"), address("access_review", access.pk)):
            answer = client.get(url)
            assert answer.status_code == 403
            assert "HIDDENNAME" not in text_of(answer)
        sent = {"form_note": note_for(user, access.pk, kind=About.ACCESS), "outcome": "justified"}
        assert client.post(address("access_review", access.pk), sent).status_code == 403
        with pytest.raises(NotAllowed) as refused:
            review_access(access.pk, by=user, outcome="justified", note="")
        assert refused.value.reason is Reason.MAY_NOT_REVIEW_ACCESS

    def test_the_machines_superuser_is_no_officer(self, admin_user: Any, client_of: ClientOf) -> None:
        assert admin_user.has_perm(Permission.REVIEW_ACCESS)
        assert client_of(admin_user).get(address("access_reviews")).status_code == 403

    def test_an_officer_opens_and_sees_no_record(self, cast: Cast, client_of: ClientOf, anna: Patient) -> None:
        Membership.objects.create(user=cast.privacy_officer, ward=cast.neuro_oncology)
        assert client_of(cast.privacy_officer).get(address("patient_detail", anna.pk)).status_code == 404
        with pytest.raises(NotAllowed):
            opened_at_night(anna, cast.privacy_officer)

    def test_losing_the_role_ends_it_with_the_next_request(
        self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess
    ) -> None:
        client = client_of(cast.privacy_officer)
        assert client.get(address("access_reviews")).status_code == 200
        cast.privacy_officer.groups.clear()
        assert client.get(address("access_reviews")).status_code == 403

    def test_methods_unknown_ids_and_sign_in(self, cast: Cast, client_of: ClientOf, access: BreakGlassAccess) -> None:
        client = client_of(cast.privacy_officer)
        refuses_other_methods(client, address("access_reviews"), "post", "put", "delete")
        refuses_other_methods(client, address("access_review", access.pk), "put", "delete")
        assert client.get(address("access_review", uuid4())).status_code == 404
        for url in (address("access_reviews"), address("access_review", access.pk)):
            nobody_is_sent_to_sign_in(client_of(None), url)

    def test_a_refused_review_writes_nothing(self, cast: Cast, access: BreakGlassAccess) -> None:
        def refused() -> None:
            with pytest.raises(BreakGlassRefused):
                review_access(access.pk, by=cast.privacy_officer, outcome="", note="")

        assert events_of(refused) == []
