"""A consultant who has never seen LM Pathways gets from sign-in to a printed care plan by what stands on the screen."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import SignedPlan
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import (
    then_the_draft_is_saved,
    when_choosing,
    when_it_is_saved,
    when_signing_in,
    when_signing_the_plan,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_DAY = {
    "Leptomeningeal metastasis": "Established",
    "Leptomeningeal deposits on MRI": "Nodular",
    "Life expectancy": "1 month or more",
    "Primary tumour": "Lung",
    "EGFR status": "Mutated",
    "Spinal cord compression": "No",
    "Raised intracranial pressure": "No",
}


@pytest.fixture
def newcomer(page: Any, live_server: Any, cast: Any, release: Any) -> Clinic:
    """Nobody is signed in yet."""
    page.set_default_timeout(8000)
    page.add_init_script("window.print = () => { window.timesPrinted = (window.timesPrinted ?? 0) + 1; };")
    return Clinic(page, live_server.url)


def when_adding_the_patient(page: Any) -> None:
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("Family name").fill("Testcase")
    page.get_by_label("Given names").fill("Zoë")
    page.get_by_label("Date of birth").fill("14-Jul-1961")
    page.get_by_label("NHS number").fill(factories.nhs_number())
    page.get_by_label("Hospital number").fill("X77001")
    page.get_by_role("group", name="Sex").get_by_label("Female", exact=True).check()
    page.get_by_label("Solid tumour").check()
    page.get_by_label("Known allergies", exact=True).check()
    page.get_by_label("Substance").first.fill("penicillin")
    page.get_by_label("Reaction").first.fill("rash")
    page.get_by_role("button", name="Add patient").click()


def when_answering_the_questions(clinic: Clinic) -> None:
    page = clinic.page
    for question, answer in FIRST_DAY.items():
        with when_it_is_saved(clinic):
            page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    with when_it_is_saved(clinic):
        page.get_by_role("textbox", name="Karnofsky performance status (KPS)").fill("80")
    # The form says at the question that a scan needs its date.
    bleeding = page.get_by_role("group", name="Intracranial bleeding")
    with when_it_is_saved(clinic):
        bleeding.get_by_label("None", exact=True).check()
    expect(bleeding).to_contain_text("Enter the date as well")
    with when_it_is_saved(clinic):
        bleeding.get_by_label("Date of the scan").fill("-2d")
    expect(bleeding).not_to_contain_text("Enter the date as well")
    with when_it_is_saved(clinic):
        page.get_by_label("What matters to the patient").fill("To be at home with her sister.")


def when_answering_the_advice(page: Any, clinic: Clinic) -> int:
    """Everything that says it wants an answer before signing."""
    answered = 0
    while page.get_by_text("Answer before signing").count():
        card = page.get_by_role("listitem").filter(has_text="Answer before signing").first
        will_do = card.get_by_role("button", name="Will do")
        if will_do.count():
            with when_it_is_saved(clinic):
                will_do.click()
        else:
            card.get_by_text("Will discuss at…").click()
            card.get_by_label("Where and when").fill("Neuro-oncology meeting, Tuesday")
            with when_it_is_saved(clinic):
                card.get_by_role("button", name="Save: will discuss").click()
        answered += 1
        assert answered < 12, "an answered card asks again"
    return answered


def test_from_sign_in_to_a_printed_care_plan(newcomer: Clinic) -> None:
    page = newcomer.page
    # Given somebody who opens the address of the installation and signs in
    page.goto(newcomer.server)
    when_signing_in(page, "consultant")
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    # When the patient is added and an assessment started
    when_adding_the_patient(page)
    expect(page.get_by_label("Patient", exact=True)).to_contain_text("TESTCASE, Zoë")
    page.get_by_role("button", name=re.compile("^Start")).click()
    expect(page.get_by_text("Nothing is recorded yet, so nothing is advised.")).to_be_visible()
    # And the questions are answered, then the advice has followed
    when_answering_the_questions(newcomer)
    advice = page.get_by_role("complementary", name="Recommendations")
    expect(advice).to_contain_text("Systemic therapy")
    expect(advice).not_to_contain_text("Nothing is recorded yet")
    then_the_draft_is_saved(newcomer)
    # And what asks for an answer is answered
    assert when_answering_the_advice(page, newcomer) > 0
    # And it is reviewed and signed
    page.get_by_role("button", name="Review and sign", exact=True).click()
    expect(page.get_by_role("heading", name="Advice and your answers")).to_be_visible()
    assert page.locator(".error-summary").all_inner_texts() == []
    when_signing_the_plan(newcomer)
    # Then the care plan says who signed it, what was answered, and how far its content can be trusted
    expect(page.get_by_role("heading", name=re.compile("^Care plan 1"))).to_be_visible()
    plan = clean(page.get_by_role("main").inner_text())
    assert "Signed by Dr Jane Okafor, Consultant neuro-oncologist, registration TEST-consultant" in plan
    assert "Meaning: I made these decisions." in plan
    assert "Will do." in plan or "Will discuss at Neuro-oncology meeting, Tuesday." in plan
    assert "Content: release 1, under review" in plan
    assert "To be at home with her sister." in plan
    assert "CSF flow" in plan[plan.index("What is not known") :]
    # And it is printed
    page.get_by_role("link", name="Print", exact=True).click()
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("window.timesPrinted") == 1
    expect(page.get_by_role("main")).to_contain_text("TESTCASE, Zoë")
    assert SignedPlan.objects.count() == 1
    newcomer.has_no_complaints()


def test_what_stands_in_the_way_is_said_in_the_words_of_the_form(clinic: Clinic, draft: Any) -> None:
    # Given an answer that was refused because its date is missing
    clinic.opens_assessment(draft)
    when_choosing(clinic, "intracranial_bleed", "None")
    when_choosing(clinic, "vte", "Life-threatening")
    # When somebody goes to sign
    clinic.page.get_by_role("button", name="Review and sign").click()
    # Then the obstacle names the answer as the form does, and leads to it
    problems = clinic.page.locator(".error-summary")
    expect(problems).to_contain_text("Intracranial bleeding: “None” was not accepted")
    problems.get_by_role("link", name="Intracranial bleeding").click()
    expect(clinic.question("intracranial_bleed")).to_be_in_viewport()


def test_the_worklist_finds_the_patient_again(clinic: Clinic, draft: Any) -> None:
    # Given a patient with an unsigned draft
    patient = draft.patient
    clinic.opens("worklist")
    # When the NHS number is typed as it stands on paper, and Enter pressed
    number = patient.nhs_number
    clinic.page.get_by_label("Find a patient").fill(f"{number[:3]} {number[3:6]} {number[6:]}")
    clinic.page.keyboard.press("Enter")
    # Then the patient is one step away, and so is the draft
    clinic.page.get_by_role("link", name=patient.family_name.upper()).click()
    clinic.page.get_by_role("link", name="Continue the draft").click()
    expect(clinic.page.get_by_role("heading", name=re.compile("^Assessment"))).to_be_visible()
    assert patient.nhs_number not in clinic.page.url
