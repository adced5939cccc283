"""patients:worklist"""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from patients.models import Patient
from patients.selectors import worklist_counts
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
URL = "/"


def test_it_lists_the_patients_of_my_wards_only(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    elsewhere = factories.make_patient(cast.outsider, cast.cardiology, family_name="Elsewhere")
    page = text_of(client_of(cast.registrar).get(URL))
    assert f"{patient.family_name.upper()}, Anna (Ms)" in page
    assert '<span class="nowrap">14-Jul-1961</span> (65y)' in page
    assert address("patient_detail", patient.pk) in page
    assert "ELSEWHERE" not in page
    assert str(elsewhere.pk) not in page


def test_one_event_lists_the_patients_shown_without_names(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    assert events_of(lambda: client_of(cast.registrar).get(URL)) == ["patients.worklist_viewed"]
    event = AuditEvent.objects.get(action="patients.worklist_viewed")
    assert [one.patient_id for one in event.shown.all()] == [patient.pk]
    assert patient.family_name.encode() not in bytes(event.payload)


def test_an_empty_list_says_what_to_do(cast: Cast, client_of: ClientOf) -> None:
    assert "No patients on your wards yet" in text_of(client_of(cast.consultant).get(URL))


def test_people_without_a_clinical_role_get_a_page_without_patients(
    cast: Cast, client_of: ClientOf, patient: Patient
) -> None:
    response = client_of(cast.administrator).get(URL)
    assert response.status_code == 200
    assert "Your role does not include patients" in text_of(response)
    assert patient.family_name.upper() not in text_of(response)
    assert "New patient" not in text_of(response)


def test_whoever_reads_the_log_is_led_to_it(cast: Cast, client_of: ClientOf) -> None:
    response = client_of(cast.auditor).get(URL)
    assert response.status_code == 302
    assert response["Location"] == reverse("audit_viewer:entry")


def test_people_who_work_on_the_guidance_are_led_to_it(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    for user in (cast.editor, cast.first_reviewer, cast.publisher):
        response = client_of(user).get(URL)
        assert response.status_code == 302
        assert response["Location"] == reverse("admin:pathways_guidance")


def test_the_list_shows_what_is_open_and_due(
    cast: Cast, client_of: ClientOf, patient: Patient, release: object
) -> None:
    factories.make_plan(cast.consultant, patient, reassess_by=date(2026, 11, 24))
    drafted = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Drafted")
    factories.make_draft(cast.consultant, drafted)
    client = client_of(cast.consultant)
    page = text_of(client.get(URL))
    assert "22-Nov-2026" in page
    assert "Plan signed" in page
    assert "Draft of today" in page
    assert "Reassessment due (0)" in page
    assert "Unsigned drafts (1)" in page
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=UTC)):
        assert "Due today" in text_of(client_of(cast.consultant).get(URL))
    with time_machine.travel(datetime(2026, 11, 27, 9, 0, tzinfo=UTC)):
        page = text_of(client_of(cast.consultant).get(URL, {"show": "due"}))
    assert "Overdue 3 days" in page
    assert "DRAFTED" not in page
    page = text_of(client.get(URL, {"show": "drafts"}))
    assert "DRAFTED" in page
    assert patient.family_name.upper() not in page


def test_newer_guidance_is_said_in_the_list(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    factories.make_plan(cast.consultant, patient)
    factories.newer_release(lambda document: document.update(title="Newer"))
    assert "Guidance changed since signing" in text_of(client_of(cast.consultant).get(URL))


def test_similar_names_are_marked_with_whom(cast: Cast, client_of: ClientOf) -> None:
    for family, given in (("Sample", "Owen"), ("Sampel", "Owen"), ("Different", "Owen")):
        factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=family, given_names=given)
    page = text_of(client_of(cast.consultant).get(URL))
    assert page.count("Similar name on this list") == 2
    assert "Similar name on this list: SAMPEL, Owen" in page
    assert "Similar name on this list: SAMPLE, Owen" in page


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("Smith", "Catherine"), ("Smythe", "Katherine"), True),
        (("Smith", "Anna"), ("Smith", "Georgina"), True),
        (("Martin", "Oliver"), ("Oliver", "Martin"), True),
        (("Sample", "Owen"), ("Sampel", "Georgina"), False),
        (("Lee", "Ann"), ("Leestringham", "Ann"), False),
    ],
    ids=["sounds alike", "same family name", "the wrong way round", "another given name", "much longer"],
)
def test_which_names_could_be_confused(
    cast: Cast, client_of: ClientOf, one: tuple[str, str], other: tuple[str, str], alike: bool
) -> None:
    for family, given in (one, other):
        factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=family, given_names=given)
    assert text_of(client_of(cast.consultant).get(URL)).count("Similar name") == (2 if alike else 0)


def test_a_similar_name_on_another_page_is_named_and_logged(cast: Cast, client_of: ClientOf) -> None:
    far = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Zsample", given_names="Owen")
    near = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Aasample", given_names="Owen")
    for number in range(50):
        factories.make_patient(
            cast.consultant,
            cast.neuro_oncology,
            family_name="bdfgmprtwx"[number % 10] * 3 + "lnpsv"[number // 10] * 3,
        )
    page = text_of(client_of(cast.consultant).get(URL))
    assert "Similar name on this list: ZSAMPLE, Owen" in page
    assert address("patient_detail", near.pk) in page
    assert address("patient_detail", far.pk) not in page
    event = AuditEvent.objects.get(action="patients.worklist_viewed")
    shown = {one.patient_id for one in event.shown.all()}
    assert {near.pk, far.pk} <= shown
    assert len(shown) == 51


def test_who_has_died_is_not_on_the_list(cast: Cast, client_of: ClientOf) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Departed", died_on=date(2026, 11, 1))
    assert "DEPARTED" not in text_of(client_of(cast.consultant).get(URL))


def test_sorting_is_by_links_with_aria_sort_that_turn_round(cast: Cast, client_of: ClientOf) -> None:
    for family, born in (("Alpha", date(1990, 1, 1)), ("Beta", date(1950, 1, 1))):
        factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=family, birth_date=born)
    client = client_of(cast.consultant)
    page = text_of(client.get(URL))
    assert page.index("ALPHA") < page.index("BETA")
    page = text_of(client.get(URL, {"sort": "born"}))
    assert page.index("BETA") < page.index("ALPHA")
    assert '<th scope="col" aria-sort="ascending">' in page
    turned = "/?show=all&amp;sort=born&amp;order=descending"
    assert f'<a href="{turned}">Born</a>' in page
    page = text_of(client.get(turned.replace("&amp;", "&")))
    assert page.index("ALPHA") < page.index("BETA")
    assert '<th scope="col" aria-sort="descending">' in page
    for sort in ("signed", "reassess", "nonsense"):
        assert client.get(URL, {"sort": sort, "order": "nonsense"}).status_code == 200


def test_who_has_nothing_in_the_column_comes_last_either_way(cast: Cast, client_of: ClientOf, release: object) -> None:
    for family, day in (("Later", date(2026, 12, 6)), ("Sooner", date(2026, 11, 24))):
        listed = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=family)
        factories.make_plan(cast.consultant, listed, reassess_by=day)
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Without")
    client = client_of(cast.consultant)
    for order, expected in (("ascending", ["SOONER", "LATER"]), ("descending", ["LATER", "SOONER"])):
        page = text_of(client.get(URL, {"show": "all", "sort": "reassess", "order": order}))
        assert sorted(["SOONER", "LATER", "WITHOUT"], key=page.index) == [*expected, "WITHOUT"]


def test_what_is_due_longest_comes_first_and_sorting_keeps_the_list(
    cast: Cast, client_of: ClientOf, release: object
) -> None:
    for family, day in (("Alpha", date(2026, 11, 24)), ("Beta", date(2026, 11, 23))):
        listed = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=family)
        factories.make_plan(cast.consultant, listed, reassess_by=day)
    with time_machine.travel(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)):
        page = text_of(client_of(cast.consultant).get(URL, {"show": "due"}))
    assert page.index("BETA") < page.index("ALPHA")
    assert "/?show=due&amp;sort=name&amp;order=ascending" in page


def test_what_is_due_soon_is_not_shouted(cast: Cast, client_of: ClientOf, patient: Patient, release: object) -> None:
    factories.make_plan(cast.consultant, patient, reassess_by=date(2026, 11, 23))
    page = text_of(client_of(cast.consultant).get(URL))
    assert "Plan signed" in page
    assert "tag-strong" not in page


def test_nonsense_in_the_address_means_everything(cast: Cast, client_of: ClientOf, patient: Patient) -> None:
    asked = {"ward": str(cast.cardiology.pk), "show": "x", "page": "-7"}
    response = client_of(cast.consultant).get(URL, asked)
    assert response.status_code == 200
    assert patient.family_name.upper() in text_of(response)


def test_pages(cast: Cast, client_of: ClientOf) -> None:
    for number in range(51):
        factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=f"Row{number:03d}")
    client = client_of(cast.consultant)
    assert "ROW050" not in text_of(client.get(URL))
    second = text_of(client.get(URL, {"page": 2}))
    assert "ROW050" in second
    assert "Page 2 of 2" in second


def test_the_number_of_statements_does_not_grow(
    cast: Cast, client_of: ClientOf, release: object, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    client = client_of(cast.consultant)
    # A session of a test has no clock yet, and writing one costs three of them.
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        client.get(URL)


def test_no_other_methods(cast: Cast, client_of: ClientOf) -> None:
    refuses_other_methods(client_of(cast.consultant), URL, "post", "put", "delete", "patch")


def test_nobody_is_sent_to_sign_in(client_of: ClientOf, db: None) -> None:
    nobody_is_sent_to_sign_in(client_of(None), URL)


@pytest.mark.parametrize("page", ["0", "-1", "٣", "9" * 50, "9" * 5000], ids=["0", "-1", "Arabic", "50", "5000"])
def test_a_page_that_does_not_exist_is_the_nearest_one(cast: Cast, client_of: ClientOf, page: str) -> None:
    factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Nearest")
    assert "NEAREST" in text_of(client_of(cast.consultant).get(URL, {"page": page}))


def test_the_counts_are_those_of_the_filters(cast: Cast, client_of: ClientOf, release: object) -> None:
    for _ in range(2):
        factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    factories.make_patient(cast.consultant, cast.neuro_oncology)
    counted = worklist_counts(cast.consultant, ward=None, today=date(2026, 11, 22))
    assert (counted.mine, counted.everybody, counted.due, counted.drafts) == (2, 3, 0, 2)
    assert worklist_counts(cast.outsider, ward=None, today=date(2026, 11, 22)).everybody == 0
    assert worklist_counts(cast.auditor, ward=None, today=date(2026, 11, 22)).everybody == 0
