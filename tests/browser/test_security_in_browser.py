"""What a browser keeps, asks for and complains about: nothing of a patient stays, and nothing leaves."""

from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import Assessment, Patient, SignedPlan
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.steps import BLEEDING, when_choosing, when_signing_in, when_typing
from tests.cast import Cast
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORED = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"


@pytest.fixture
def plan(cast: Cast, patient: Patient) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


@pytest.fixture
def everything(cast: Cast, plan: SignedPlan) -> tuple[str, ...]:
    """The addresses of every page that this consultant can open about the patient, and of the rest."""
    patient = plan.patient
    draft = factories.make_draft(cast.consultant, patient, BLEEDING)
    return (
        *(address(view) for view in ("worklist", "patient_add")),
        *(address(view, patient.pk) for view in ("patient_detail", "patient_edit", "patient_history")),
        *(
            address(view, draft.pk)
            for view in ("assessment_edit", "findings_confirm", "assessment_discard", "plan_sign")
        ),
        *(address(view, plan.pk) for view in ("plan_detail", "plan_print", "plan_withdraw")),
        "/about/",
        "/help/",
    )


def test_no_page_complains_stores_or_asks_elsewhere(
    clinic: Clinic, everything: tuple[str, ...], plan: SignedPlan
) -> None:
    said: list[str] = []
    asked: list[str] = []
    kept: list[str] = []
    clinic.page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else 0)
    clinic.page.on("request", lambda request: asked.append(request.url))
    for path in everything:
        answer = clinic.page.goto(clinic.server + path)
        assert answer.status == 200, path
        clinic.page.wait_for_load_state("networkidle")
        assert "no-store" in answer.headers["cache-control"] or path in {"/about/", "/help/"}, path
        kept.append(clinic.page.evaluate(STORED))
    assert said == []
    assert [url for url in asked if not url.startswith(f"{clinic.server}/")] == []
    # Then no identifier stands in an address or stays in the browser
    identifiers = (plan.patient.family_name, plan.patient.nhs_number, plan.patient.hospital_number)
    for text in (*asked, *kept):
        for identifier in identifiers:
            assert identifier.lower() not in text.lower()


def test_working_in_the_form_leaves_nothing_in_the_browser(clinic: Clinic, draft: Assessment) -> None:
    said: list[str] = []
    clinic.page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else 0)
    clinic.opens_assessment(draft)
    when_choosing(clinic, "vte", "Established")
    when_typing(clinic, "kps", "50")
    # The address of the page, which holds a random id and nothing else, is all that is kept.
    assert clinic.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]") in (
        [],
        ["htmx-current-path-for-history"],
    )
    assert "established" not in clinic.page.evaluate(STORED)
    assert said == []


def test_no_script_can_read_who_is_signed_in(page: Any, live_server: Any, cast: Cast, release: Any) -> None:
    page.goto(live_server.url)
    when_signing_in(page, "consultant")
    assert {one["name"] for one in page.context.cookies()} == {"sessionid", "csrftoken"}
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("view", ["patient_detail", "plan_detail"])
def test_back_shows_nothing_after_signing_out(clinic: Clinic, plan: SignedPlan, view: str) -> None:
    # Given a page of a patient on a shared computer
    clinic.opens(view, plan.patient_id if view == "patient_detail" else plan.pk)
    expect(clinic.page.get_by_text(plan.patient.family_name.upper()).first).to_be_visible()
    # When the reader signs out, and the next one presses Back
    clinic.page.get_by_role("button", name="Sign out").click()
    expect(clinic.page.get_by_label("User name")).to_be_visible()
    clinic.page.go_back()
    # Then there is the sign-in page and nothing else
    expect(clinic.page.get_by_label("User name")).to_be_visible()
    assert plan.patient.family_name.upper() not in clinic.page.content().upper()


def test_back_to_a_form_after_signing_out_shows_nothing(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    when_choosing(clinic, "vte", "Established")
    clinic.page.get_by_role("button", name="Sign out").click()
    expect(clinic.page.get_by_label("User name")).to_be_visible()
    clinic.page.go_back()
    expect(clinic.page.get_by_label("User name")).to_be_visible()
    assert draft.patient.nhs_number[:3] + " " not in clinic.page.content()


def test_an_injected_script_and_style_do_not_run(cast: Cast, page: Any, live_server: Any, release: Any) -> None:
    """A name is data, on the screen and in the style of the print page."""
    name = "</style><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\"}*{display:none}"
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=name[:100])
    plan = factories.make_plan(cast.consultant, patient)
    clinic = Clinic(page, live_server.url)
    clinic.signs_in(cast.consultant)
    for view in ("plan_detail", "plan_print"):
        clinic.opens_plan(plan, view)
        expect(page.get_by_role("heading", name="Care plan 1").first).to_be_visible()
        assert page.evaluate("window.ran") is None
    clinic.opens("worklist")
    assert page.evaluate("window.ran") is None
    clinic.has_no_complaints()


def test_the_outsider_sees_neither_the_patient_nor_that_there_is_one(
    cast: Cast, page: Any, live_server: Any, plan: SignedPlan
) -> None:
    clinic = Clinic(page, live_server.url)
    clinic.signs_in(cast.outsider)
    clinic.opens("worklist")
    assert plan.patient.family_name.upper() not in page.content().upper()
    page.get_by_label("Find a patient").fill(plan.patient.nhs_number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/search/")
    assert plan.patient.family_name.upper() not in page.content().upper()
    clinic.opens_plan(plan)
    assert plan.patient.family_name.upper() not in page.content().upper()
