"""patients:patient_add and patients:patient_edit"""

from typing import Any

import pytest

from audit.models import AuditEvent
from patients.models import Patient
from tests import factories
from tests.cast import Cast
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
ADD = "/patients/new/"


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    fields = {
        "hospital_number": "x20001",
        "nhs_number": "999 000 0018",
        "family_name": "Testcase",
        "given_names": "Anna",
        "preferred_name": "",
        "title": "Ms",
        "birth_date": "14-Jul-1961",
        "sex": "female",
        "ward": str(cast.neuro_oncology.pk),
        "consultant": "",
        "tumour_kind": "solid",
        "allergy_status": "none_known",
        "died_on": "",
        "revision": "1",
        "allergies-TOTAL_FORMS": "2",
        "allergies-INITIAL_FORMS": "0",
        "allergies-0-substance": "",
        "allergies-0-reaction": "",
        "allergies-0-recorded_on": "",
        "allergies-1-substance": "",
        "allergies-1-reaction": "",
        "allergies-1-recorded_on": "",
    }
    return fields | changed


def only_patient(cast: Cast) -> Patient:
    return Patient.objects.visible_to(cast.consultant).get()


class TestAdd:
    def test_the_form(self, cast: Cast, client_of: ClientOf) -> None:
        page = text_of(client_of(cast.registrar).get(ADD))
        assert "New patient" in page
        assert "Neuro-oncology" in page
        assert "Cardiology" not in page
        assert "Date of death" not in page
        assert page.count('name="allergies-') >= 9

    def test_a_patient_is_added(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.registrar)
        events: list[str] = events_of(lambda: client.post(ADD, typed(cast)))
        patient = only_patient(cast)
        assert events == ["patients.patient_added"]
        assert (patient.hospital_number, patient.nhs_number) == ("X20001", "9990000018")
        assert "The patient was added." in text_of(client.get(address("patient_detail", patient.pk)))

    def test_known_allergies_with_entries(self, cast: Cast, client_of: ClientOf) -> None:
        rows = {
            "allergy_status": "known",
            "allergies-0-substance": "penicillin",
            "allergies-0-reaction": "rash",
            "allergies-0-recorded_on": "03-Mar-2019",
            "allergies-1-substance": "latex",
        }
        response = client_of(cast.registrar).post(ADD, typed(cast, **rows))
        assert response.status_code == 302
        entries = only_patient(cast).allergies.order_by("substance")
        assert [(one.substance, one.recorded_on.isoformat()) for one in entries] == [
            ("latex", "2026-11-22"),
            ("penicillin", "2019-03-03"),
        ]

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"nhs_number": "999 000 0019"}, "its last digit does not fit the others"),
            ({"nhs_number": "12345"}, "An NHS number has 10 digits; this one has 5."),
            ({"nhs_number": "999 000 ABC8"}, "digits only"),
            ({"birth_date": "14.07.1961"}, "22-Nov-2026, 2026-11-22 or 22/11/2026 (day first)"),
            ({"birth_date": "14-Jul-2061"}, "The date of birth is in the future."),
            ({"family_name": ""}, "This field is required."),
            ({"sex": ""}, "This field is required."),
            ({"sex": "x"}, "is not one of the available choices"),
            ({"tumour_kind": ""}, "This field is required."),
            ({"allergy_status": ""}, "This field is required."),
            ({"allergy_status": "known"}, "Enter at least one allergy"),
            ({"allergies-0-substance": "latex"}, "choose “Known allergies”, or remove the entries"),
            ({"allergies-0-reaction": "rash"}, "Write what the patient is allergic to."),
            (
                {"allergy_status": "known", "allergies-0-substance": "a", "allergies-0-recorded_on": "long ago"},
                "is not a date",
            ),
            ({"given_names": "A\x00"}, "Null characters are not allowed."),
            ({"family_name": "x" * 101}, "at most 100 characters"),
        ],
    )
    def test_each_refusal_keeps_what_was_typed(
        self, cast: Cast, client_of: ClientOf, changed: dict[str, str], message: str
    ) -> None:
        response = client_of(cast.registrar).post(ADD, typed(cast, consultant="Dr Kept", **changed))
        page = text_of(response)
        assert response.status_code == 422
        assert "There is a problem" in page
        assert message in page
        assert "Dr Kept" in page
        assert "Error: New patient" in page
        assert not Patient.objects.visible_to(cast.consultant).exists()

    def test_every_error_has_a_link_to_its_field(self, cast: Cast, client_of: ClientOf) -> None:
        page = text_of(client_of(cast.registrar).post(ADD, typed(cast, family_name="", sex="")))
        for anchor in ("id_family_name", "id_sex_0"):
            assert f'href="#{anchor}"' in page
            assert f'id="{anchor}"' in page

    def test_a_ward_of_somebody_else_is_refused(self, cast: Cast, client_of: ClientOf) -> None:
        response = client_of(cast.registrar).post(ADD, typed(cast, ward=str(cast.cardiology.pk)))
        assert response.status_code == 422
        assert not Patient.objects.visible_to(cast.outsider).exists()

    def test_a_number_that_is_taken(self, cast: Cast, client_of: ClientOf) -> None:
        factories.make_patient(cast.outsider, cast.cardiology, nhs_number="9990000018", family_name="Hidden")
        response = client_of(cast.registrar).post(ADD, typed(cast))
        assert response.status_code == 422
        assert "This NHS number is in use already. Ask the records office." in text_of(response)
        assert "Search for it" not in text_of(response)
        assert "Hidden" not in text_of(response)

    def test_somebody_similar_must_be_confirmed(self, cast: Cast, client_of: ClientOf) -> None:
        existing = factories.make_patient(
            cast.consultant, cast.neuro_oncology, family_name="Testcase", given_names="Ana"
        )
        client = client_of(cast.registrar)
        response = client.post(ADD, typed(cast))
        page = text_of(response)
        assert response.status_code == 422
        assert "This patient may have a record already" in page
        assert address("patient_detail", existing.pk) in page
        assert "TESTCASE, Ana (Ms)" in page
        assert Patient.objects.visible_to(cast.consultant).count() == 1
        assert client.post(ADD, typed(cast, duplicates_confirmed="yes")).status_code == 302
        assert Patient.objects.visible_to(cast.consultant).count() == 2

    def test_nobody_without_a_clinical_role(self, cast: Cast, client_of: ClientOf) -> None:
        for user in (cast.auditor, cast.administrator, cast.editor):
            assert client_of(user).get(ADD).status_code == 403
            assert client_of(user).post(ADD, typed(cast)).status_code == 403

    def test_methods_and_sign_in(self, cast: Cast, client_of: ClientOf) -> None:
        refuses_other_methods(client_of(cast.consultant), ADD, "put", "delete", "patch")
        nobody_is_sent_to_sign_in(client_of(None), ADD)

    def test_a_form_without_rows_of_allergies_is_refused_and_no_crash(self, cast: Cast, client_of: ClientOf) -> None:
        fields = {name: value for name, value in typed(cast).items() if not name.startswith("allergies")}
        assert client_of(cast.registrar).post(ADD, fields).status_code == 422


class TestEdit:
    @pytest.fixture
    def url(self, patient: Patient) -> str:
        return address("patient_edit", patient.pk)

    def as_shown(self, cast: Cast, patient: Patient, **changed: Any) -> dict[str, Any]:
        return typed(
            cast,
            hospital_number=patient.hospital_number,
            nhs_number=patient.nhs_number,
            family_name=patient.family_name,
            consultant=patient.consultant,
            **changed,
        )

    def test_the_form_shows_what_is_stored(self, cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
        page = text_of(client_of(cast.registrar).get(url))
        for words in (patient.hospital_number, patient.family_name, "14-Jul-1961", "Date of death"):
            assert words in page

    def test_it_is_saved(self, cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
        client = client_of(cast.registrar)
        sent = self.as_shown(cast, patient, preferred_name="Annie", died_on="21-Nov-2026")
        assert events_of(lambda: client.post(url, sent)) == ["patients.patient_edited"]
        patient.refresh_from_db()
        assert (patient.preferred_name, str(patient.died_on), patient.revision) == ("Annie", "2026-11-21", 2)

    def test_somebody_elses_change_is_shown_beside_mine_and_nothing_is_lost(
        self, cast: Cast, client_of: ClientOf, patient: Patient, url: str
    ) -> None:
        client_of(cast.consultant).post(url, self.as_shown(cast, patient, preferred_name="Theirs"))
        mine = self.as_shown(cast, patient, preferred_name="Mine")
        client = client_of(cast.registrar)
        response = client.post(url, mine)
        page = text_of(response)
        assert response.status_code == 409
        assert "Somebody else changed these details" in page
        assert "Theirs" in page
        assert 'value="Mine"' in page
        assert 'name="revision" value="2"' in page
        patient.refresh_from_db()
        assert patient.preferred_name == "Theirs"
        assert client.post(url, mine | {"revision": "2"}).status_code == 302
        patient.refresh_from_db()
        assert patient.preferred_name == "Mine"

    @pytest.mark.parametrize("revision", ["", "0", "-1", "nonsense", "99"])
    def test_a_form_without_its_revision_is_refused(
        self, cast: Cast, client_of: ClientOf, patient: Patient, url: str, revision: str
    ) -> None:
        sent = self.as_shown(cast, patient, preferred_name="Mine", revision=revision)
        assert client_of(cast.registrar).post(url, sent).status_code in {409, 422}
        patient.refresh_from_db()
        assert patient.preferred_name == ""

    def test_outsiders(self, cast: Cast, client_of: ClientOf, patient: Patient, url: str) -> None:
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
        assert client_of(cast.outsider).post(url, self.as_shown(cast, patient)).status_code == 404

    def test_methods_and_sign_in(self, cast: Cast, client_of: ClientOf, url: str) -> None:
        refuses_other_methods(client_of(cast.consultant), url, "put", "delete", "patch")
        nobody_is_sent_to_sign_in(client_of(None), url)


@pytest.mark.parametrize("letter", ["ﬃ", "ﷺ", "ß"])
def test_a_name_that_folds_to_more_letters_fits_its_column(cast: Cast, client_of: ClientOf, letter: str) -> None:
    client = client_of(cast.consultant)
    long = letter * 100
    assert client.post(ADD, typed(cast, family_name=long, given_names=long, preferred_name=long)).status_code == 302
    patient = only_patient(cast)
    assert patient.family_name == long
    for name in ("family_name_folded", "given_names_folded", "preferred_name_folded"):
        assert 0 < len(getattr(patient, name)) <= 200
    assert client.post("/patients/search/", {"query": long}).status_code == 200


def test_a_hospital_number_is_measured_in_capitals(cast: Cast, client_of: ClientOf) -> None:
    response = client_of(cast.consultant).post(ADD, typed(cast, hospital_number="ß" * 20))
    assert response.status_code == 422
    assert "at most 20 characters" in text_of(response)


def test_what_is_wrong_with_the_rows_of_allergies_is_shown(cast: Cast, client_of: ClientOf) -> None:
    response = client_of(cast.consultant).post(ADD, typed(cast, **{"allergies-TOTAL_FORMS": "nonsense"}))
    page = text_of(response)
    assert response.status_code == 422
    assert '<a href="#allergies">Allergies: ' in page
    assert 'id="allergies"' in page
    assert '<p class="field-error">' in page


@pytest.mark.parametrize(
    ("born", "status"), [("1906-11-22", 302), ("1905-11-23", 302), ("1905-11-22", 422), ("0001-01-01", 422)]
)
def test_nobody_is_older_than_anybody_ever_was(cast: Cast, client_of: ClientOf, born: str, status: int) -> None:
    response = client_of(cast.consultant).post(ADD, typed(cast, birth_date=born))
    assert response.status_code == status
    assert ("check the year of birth" in text_of(response)) is (status == 422)


def test_a_number_of_another_ward_is_refused_and_the_attempt_logged(cast: Cast, client_of: ClientOf) -> None:
    factories.make_patient(cast.outsider, cast.cardiology, nhs_number="9990000018", family_name="Hidden")
    client = client_of(cast.registrar)
    assert events_of(lambda: client.post(ADD, typed(cast))) == ["access_denied"]
    event = AuditEvent.objects.filter(action="access_denied").latest("db_at")
    assert (event.outcome, event.target) == ("refused", "nhs_number")
    assert "9990000018" not in str(bytes(event.payload))


def test_a_number_of_the_own_ward_is_to_be_searched_for(cast: Cast, client_of: ClientOf) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, nhs_number="9990000018")
    client = client_of(cast.registrar)
    assert "Search for it before adding another." in text_of(client.post(ADD, typed(cast)))
    assert events_of(lambda: client.post(ADD, typed(cast))) == []
