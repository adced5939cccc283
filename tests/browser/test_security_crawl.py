"""Every page of the application, for everybody who can reach it: no violation of the policy, and the right headers."""

from dataclasses import fields
from typing import Any

import pytest

from accounts.models import User
from pathways.services.comments import add_comment
from pathways.services.reviews import start_review
from pathways.services.versions import start_version
from patients.models import Patient
from patients.services.assessments import discard_assessment
from patients.services.plans import withdraw_plan
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.crawl import Crawl, plain_addresses
from tests.browser.steps import BLEEDING
from tests.cast import Cast
from tests.guidance import submitted
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Whoever sees the same pages as one of these is left out: the registrar, and the second reviewer.
PEOPLE = ("consultant", "editor", "first_reviewer", "publisher", "auditor", "administrator")
FEWEST_PAGES = {"consultant": 12, "editor": 15, "first_reviewer": 10, "publisher": 8, "auditor": 5, "administrator": 5}


@pytest.fixture
def world(cast: Cast, patient: Patient) -> list[str]:
    """Something of every kind; the addresses of what is reached through a form only."""
    withdrawn = factories.make_plan(cast.consultant, patient)
    withdraw_plan(withdrawn, by=cast.consultant, reason="Entered in error")
    plan = factories.make_plan(cast.consultant, patient)
    discarded = factories.make_draft(cast.consultant, patient)
    discard_assessment(discarded, by=cast.consultant, reason="Started twice")
    draft = factories.make_draft(cast.consultant, patient, BLEEDING)
    vocabulary = start_version("vocabulary", by=cast.editor)
    add_comment(vocabulary, by=cast.first_reviewer, entry="", field="", text="Is this still right?")
    start_review(submitted(cast.editor), by=cast.first_reviewer)
    return [
        *(
            address(view, draft.pk)
            for view in (
                "assessment_edit",
                "findings_confirm",
                "assessment_discard",
                "plan_sign",
                "plan_details",
                "what_if",
                "flow",
                "flow_print",
                "draft_print",
            )
        ),
        address("compare", patient.pk),
        address("compare_print", patient.pk),
        address("finding_withdraw", draft.pk, "kps"),
        address("assessment_edit", discarded.pk),
        *(
            address(view, one.pk)
            for one in (plan, withdrawn)
            for view in (
                "plan_detail",
                "plan_print",
                "plan_withdraw",
                "plan_text",
                "plan_addendum",
                "patient_copy",
                "patient_copy_print",
            )
        ),
    ]


def people(cast: Cast) -> list[tuple[str, User]]:
    known = {one.name for one in fields(cast)}
    return [(name, getattr(cast, name)) for name in (*PEOPLE, "privacy_officer") if name in known]


def test_no_page_violates_the_policy(page: Any, live_server: Any, cast: Cast, world: list[str]) -> None:
    page.set_default_timeout(8000)
    clinic = Clinic(page, live_server.url)
    crawl = Crawl(clinic)
    crawl.walk(["/accounts/sign-in/", "/about/", "/help/", "/nothing/"])
    for name, user in people(cast):
        page.context.clear_cookies()
        clinic.signs_in(user)
        before = len(crawl.visited)
        own = world if name == "consultant" else world[:1]
        crawl.visited.clear()
        crawl.walk(["/", *own, *plain_addresses(), "/nothing/"])
        good = [path for path, status in crawl.visited.items() if status == 200]
        assert len(good) >= FEWEST_PAGES.get(name, 3), (name, before, crawl.visited)
    assert crawl.complaints == []
    assert [url for url in crawl.requests if not url.startswith(f"{live_server.url}/")] == []


def test_pages_that_answer_a_form(page: Any, live_server: Any, cast: Cast, patient: Patient) -> None:
    """Wrong password, search results, a form with errors, a form whose token is missing, a form of somebody else."""
    page.set_default_timeout(8000)
    clinic = Clinic(page, live_server.url)
    crawl = Crawl(clinic)
    page.goto(f"{live_server.url}/accounts/sign-in/")
    page.get_by_label("User name").fill("consultant")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    clinic.signs_in(cast.consultant)
    for query in (patient.family_name, "99", ""):
        clinic.opens("worklist")
        page.get_by_label("Find a patient").fill(query)
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url("**/patients/search/")
    clinic.opens("patient_add")
    page.get_by_role("button", name="Add patient").click()
    page.get_by_text("There is a problem").wait_for()
    for field in ("csrfmiddlewaretoken", "origin"):
        clinic.opens("patient_edit", patient.pk)
        page.evaluate(f"document.querySelector('main [name={field}]').remove()")
        with page.expect_navigation() as sent:
            page.get_by_role("button", name="Save", exact=True).click()
        assert sent.value.status in {403, 409}
    assert crawl.complaints == []
