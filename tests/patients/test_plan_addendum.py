"""patients:plan_addendum: what is written to a signed plan afterwards, and never changes it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from patients.form_origin import note_for
from patients.models import Patient, PlanAddendum, SignedPlan
from patients.permissions import NotAllowed, Reason
from patients.services.addenda import LONGEST_ADDENDUM, AddendumRefused, add_addendum
from patients.services.plans import withdraw_plan
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
def plan(cast: Cast, patient: Patient, release: object) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


@pytest.fixture
def url(plan: SignedPlan) -> str:
    return address("plan_addendum", plan.pk)


def test_it_stands_on_the_plan_and_on_paper_with_its_author_and_time(
    client: Client, plan: SignedPlan, url: str
) -> None:
    body = plan.body
    assert events_of(lambda: client.post(url, {"text": "Cytology of the second sample: positive."})) == [
        "patients.addendum_added"
    ]
    for view in ("plan_detail", "plan_print"):
        page = text_of(client.get(address(view, plan.pk)))
        assert "Cytology of the second sample: positive." in page
        assert "Addendum 1." in page
        assert "22-Nov-2026 10:42" in page
    plan.refresh_from_db()
    assert plan.body == body
    assert plan.body_document


def test_several_stand_in_their_order(cast: Cast, plan: SignedPlan) -> None:
    for text in ("First.", "Second.", "Third."):
        add_addendum(plan, by=cast.registrar, text=text)
    assert [(one.number, one.text) for one in plan.addenda.all()] == [(1, "First."), (2, "Second."), (3, "Third.")]
    assert plan.addenda.get(number=2).by["name"] == cast.registrar.display_name


def test_pressing_twice_writes_once(cast: Cast, client: Client, plan: SignedPlan, url: str) -> None:
    for _ in range(2):
        assert client.post(url, {"text": "Told the family.\r\n"}).status_code == 302
    assert [one.text for one in plan.addenda.all()] == ["Told the family."]
    add_addendum(plan, by=cast.consultant, text="Told the family.")
    assert plan.addenda.count() == 2, "the same words of another person are another addendum"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write the addendum."),
        ("  \n ", "Write the addendum."),
        ("x" * (LONGEST_ADDENDUM + 1), f"At most {LONGEST_ADDENDUM} characters; this has {LONGEST_ADDENDUM + 1}."),
        ("bell\a", "It holds a character that cannot be seen."),
    ],
    ids=["nothing", "blanks", "too long", "a control character"],
)
def test_what_is_not_taken_is_shown_again(client: Client, plan: SignedPlan, url: str, text: str, said: str) -> None:
    response = client.post(url, {"text": text})
    assert response.status_code == 422
    assert said in text_of(response)
    assert "Error: Add an addendum" in text_of(response)
    assert not plan.addenda.exists()


def test_the_longest_is_taken_whole(cast: Cast, plan: SignedPlan) -> None:
    assert len(add_addendum(plan, by=cast.registrar, text="x" * LONGEST_ADDENDUM).text) == LONGEST_ADDENDUM
    with pytest.raises(AddendumRefused):
        add_addendum(plan, by=cast.registrar, text="x" * (LONGEST_ADDENDUM + 1))


def test_an_earlier_plan_takes_one_too(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan, url: str
) -> None:
    factories.make_plan(cast.consultant, patient)
    page = text_of(client.get(url))
    assert "Superseded: a later care plan" in page
    client.post(url, {"text": "Late result."})
    assert plan.addenda.count() == 1


def test_a_withdrawn_plan_takes_none(cast: Cast, client: Client, plan: SignedPlan, url: str) -> None:
    withdraw_plan(plan, by=cast.consultant, reason="Another patient's scan")
    for response in (client.get(url), client.post(url, {"text": "Late result."})):
        assert response.status_code == 409
        assert Reason.WITHDRAWN_TAKES_NONE.value in text_of(response)
    assert "Add an addendum" not in text_of(client.get(address("plan_detail", plan.pk)))
    with pytest.raises(NotAllowed):
        add_addendum(plan, by=cast.registrar, text="Late result.")
    assert not PlanAddendum.objects.exists()


def test_nobody_writes_from_outside_the_ward(cast: Cast, plan: SignedPlan) -> None:
    for person in (cast.outsider, cast.editor, cast.auditor):
        with pytest.raises(NotAllowed):
            add_addendum(plan, by=person, text="Late result.")
    assert not PlanAddendum.objects.exists()


def test_nothing_is_left_when_it_cannot_be_recorded(
    cast: Cast, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("patients.services.addenda.record", broken)
    with pytest.raises(RuntimeError):
        add_addendum(plan, by=cast.registrar, text="Late result.")
    assert not PlanAddendum.objects.exists()


def test_a_form_about_another_plan_is_not_taken(
    cast: Cast, client: Client, plan: SignedPlan, url: str, release: object
) -> None:
    other = factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    origin = note_for(other, user=cast.registrar)
    response = client.post(url, {"text": "Late result.", "origin": origin})
    assert response.status_code == 409
    assert "Late result." in text_of(response), "what was typed is not lost"
    assert not PlanAddendum.objects.exists()


def test_markup_stays_text(client: Client, plan: SignedPlan, url: str) -> None:
    client.post(url, {"text": "<script>alert(1)</script>\nSecond line"})
    page = text_of(client.get(address("plan_detail", plan.pk)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nSecond line" in page


def test_the_time_is_the_one_of_writing(cast: Cast, plan: SignedPlan) -> None:
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert add_addendum(plan, by=cast.registrar, text="Later.").at == NOW + timedelta(days=2)


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, patient: Patient, url: str) -> None:
    assert events_of(lambda: client.get(url)) == ["patients.plan_viewed"]
    outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
    nobody_is_sent_to_sign_in(client_of(None), url)
    refuses_other_methods(client, url, "put", "delete")
    assert client.get(address("plan_addendum", uuid4())).status_code == 404
