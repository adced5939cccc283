"""patients:plan_detail, plan_print, plan_print_style and plan_withdraw"""

from uuid import uuid4

import pytest
from django.test import Client

from patients.findings import Answer
from patients.models import Patient, SignedPlan
from patients.models.plans import AlteredPlan
from patients.presenters.plan.page import css_string
from patients.services.plans import withdraw_plan
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


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: object) -> SignedPlan:
    answers = {"kps": Answer("80", observed_on="-2d"), "egfr": Answer("", why_unknown="awaited")}
    return factories.make_plan(cast.consultant, patient, answers)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


@pytest.mark.parametrize("view", ["plan_detail", "plan_print"])
def test_what_stands_in_the_plan(client: Client, plan: SignedPlan, view: str) -> None:
    page = text_of(client.get(address(view, plan.pk)))
    for words in (
        "Do give systemic therapy",
        "Will do.",
        "Not advised: Whole-brain radiotherapy",
        "Prognosis group: Favourable",
        "20-Nov-2026",
        "Contested:",
        "Open question for the board:",
        "References",
        "Source problem:",
        "Signed by Dr Jane Okafor, Consultant neuro-oncologist, registration TEST-consultant, 22-Nov-2026 10:42",
        "Meaning: I made these decisions",
        "Content: release 1, under review, not proved yet",
        "Not checked here",
        "NHS No.",
        plan.body_sha256[:12],
    ):
        assert words in page, words


def test_the_page_comes_from_the_stored_body_alone(
    client: Client, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: object, **named: object) -> None:
        raise AssertionError("A signed plan is never evaluated again to be shown.")

    monkeypatch.setattr("pathways.engine.evaluation.evaluate", never)
    monkeypatch.setattr("patients.findings.board.evaluate", never)
    assert "Do give systemic therapy" in text_of(client.get(address("plan_print", plan.pk)))


def test_a_later_plan_supersedes_it_and_both_say_so(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    later = factories.make_plan(cast.consultant, patient)
    page = text_of(client.get(address("plan_print", plan.pk)))
    assert "SUPERSEDED" in page
    assert "Superseded: a later care plan" in page
    assert "SUPERSEDED" not in text_of(client.get(address("plan_print", later.pk)))
    assert "SUPERSEDED" in text_of(client.get(address("plan_print_style", plan.pk)))


def test_a_sheet_says_where_to_look_for_a_newer_plan(client: Client, plan: SignedPlan) -> None:
    page = text_of(client.get(address("plan_print", plan.pk)))
    look = page[page.index("Check for a newer plan") :]
    assert f">{address('plan_detail', plan.pk)}<" in look
    assert "testserver" not in look  # the path alone: the host is the hospital's


def test_the_page_leads_to_what_belongs_to_the_plan(client: Client, plan: SignedPlan) -> None:
    page = text_of(client.get(address("plan_detail", plan.pk)))
    for address_there in (
        address("patient_copy", plan.pk),
        address("compare", plan.patient_id),
        address("flow", plan.assessment_id),
    ):
        assert f'href="{address_there}"' in page


def test_a_withdrawn_plan_says_so_across_the_sheet(client: Client, plan: SignedPlan) -> None:
    url = address("plan_withdraw", plan.pk)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert events_of(lambda: client.post(url, {"reason": "Another patient's scan"})) == ["patients.plan_withdrawn"]
    page = text_of(client.get(address("plan_print", plan.pk)))
    assert "WITHDRAWN AS ENTERED IN ERROR" in page
    assert "Another patient&#x27;s scan" in page
    again = client.get(url)
    assert again.status_code == 409
    assert "The care plan has been withdrawn already." in text_of(again)


def test_every_sheet_names_the_patient_the_signature_and_the_content(client: Client, plan: SignedPlan) -> None:
    response = client.get(address("plan_print_style", plan.pk))
    assert response["Content-Type"] == "text/css; charset=utf-8"
    style = text_of(response)
    for variable in ("--sheet-patient", "--sheet-title", "--sheet-signed", "--sheet-content", "--sheet-printed"):
        assert f"{variable}:" in style


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Anna", '"Anna"'),
        ('"} *{x', '"\\22 \\7d  \\2a \\7b x"'),
        ("O'Brien", '"O\\27 Brien"'),
        ("a\\b", '"a\\5c b"'),
        ("Zoë\n", '"Zo\\eb \\a "'),
        ("</style>", '"\\3c \\2f style\\3e "'),
        ("\0", '""'),
    ],
)
def test_a_name_cannot_leave_its_css_string(text: str, escaped: str) -> None:
    assert css_string(text) == escaped


def test_the_signed_name_stays_as_it_was_signed(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    from dataclasses import replace

    from patients.services.patients import edit_patient, fields_of

    renamed = replace(fields_of(patient), family_name="Newname")
    edit_patient(patient, renamed, by=cast.consultant, revision=patient.revision)
    printed = text_of(client.get(address("plan_print", plan.pk)))
    assert f"{patient.family_name.upper()}, Anna (Ms)" in printed
    assert "NEWNAME" in text_of(client.get(address("plan_detail", plan.pk)))


def test_what_is_written_to_the_log(client: Client, plan: SignedPlan) -> None:
    assert events_of(lambda: client.get(address("plan_detail", plan.pk))) == ["patients.plan_viewed"]
    assert events_of(lambda: client.get(address("plan_print", plan.pk))) == ["patients.plan_printed"]
    assert events_of(lambda: client.get(address("plan_print_style", plan.pk))) == ["patients.plan_margins_sent"]


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, plan: SignedPlan, patient: Patient) -> None:
    for view in ("plan_detail", "plan_print", "plan_print_style", "plan_withdraw"):
        url = address(view, plan.pk)
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
        nobody_is_sent_to_sign_in(client_of(None), url)
        refuses_other_methods(client, url, "put", "delete")
        assert client.get(address(view, uuid4())).status_code == 404


def test_withdrawing_is_for_those_who_sign(cast: Cast, plan: SignedPlan) -> None:
    withdraw_plan(plan, by=cast.consultant, reason="Error")
    assert plan.withdrawal.reason == "Error"


@pytest.mark.parametrize("view", ["plan_detail", "plan_print", "plan_print_style", "plan_withdraw"])
def test_nothing_is_shown_of_a_plan_that_is_not_what_was_signed(
    client: Client, plan: SignedPlan, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def altered(self: SignedPlan) -> object:
        raise AlteredPlan(f"Care plan {self.pk} does not match its fingerprint.")

    monkeypatch.setattr(SignedPlan, "body_document", property(altered))
    response = client.get(address(view, plan.pk))
    assert response.status_code == 409
    page = text_of(response)
    assert "This care plan cannot be shown" in page
    assert "Will do." not in page
