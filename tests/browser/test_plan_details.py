"""Who does what by when, and the patient's version: written, signed, looked at, and printed for somebody's bag."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments.plan_details import WantedAddition, WantedDetails, save_plan_details
from patients.services.plans import sign_plan
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import BLEEDING, when_signing_the_plan
from tests.cast import Cast
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTLOOK = "We spoke about time. Nobody can say how long it is."
CONTACT = "Sister May Lane, neuro-oncology nurse, 01632 960 001"
# Much to say, so that it fills more than one sheet: a bleed, a clot, pressure on the cord.
MUCH: dict[str, Any] = BLEEDING | {"vte": "established", "antithrombotic": "therapeutic", "cord_compression": "yes"}
DRAFT = "DRAFT - NOT SIGNED"
ON_PAPER = DRAFT.replace("- ", "-")  # as `sheets_of` joins lines that end at a hyphen


@pytest.fixture
def answered(cast: Cast, patient: Patient) -> Assessment:
    draft = factories.make_draft(cast.consultant, patient, MUCH)
    factories.answer_what_is_required(draft, cast.consultant)
    return draft


@pytest.fixture
def plan(cast: Cast, answered: Assessment) -> SignedPlan:
    wanted = WantedDetails(
        additions=(WantedAddition(0, "", "Chase the report", "Ward doctor", None),),
        contact=CONTACT,
        outlook=OUTLOOK,
        outlook_by="Dr Jane Okafor",
    )
    answered.refresh_from_db()
    draft = save_plan_details(answered, by=cast.consultant, wanted=wanted)
    return sign_plan(draft, by=cast.consultant, **factories.signing(draft))


def sheets_of(clinic: Clinic) -> list[str]:
    paper = PdfReader(io.BytesIO(clinic.page.pdf(prefer_css_page_size=True)))
    assert all(round(float(sheet.mediabox.height)) in {841, 842} for sheet in paper.pages), "not A4"
    return [clean(sheet.extract_text()).replace("- ", "-") for sheet in paper.pages]


def smallest_print(clinic: Clinic) -> float:
    """In points, of everything in the patient's version that holds words."""
    pixels: float = clinic.page.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".patient-copy :is(p, li, h1, h2, strong)")]
          .filter((one) => one.textContent.trim())
          .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    return pixels * 72 / 96


def test_owners_are_written_signed_and_read(clinic: Clinic, answered: Assessment) -> None:
    page = clinic.page
    clinic.opens("plan_sign", answered.pk)
    page.get_by_role("link", name=re.compile("^Change who does what by when")).click()
    expect(page.get_by_role("heading", name="Who does what by when")).to_be_visible()
    row = page.get_by_role("group", name="Do give best supportive care")
    row.get_by_label("Who").fill("Dr Samir Haddad")
    row.get_by_label("By when").fill("next week")
    page.get_by_label("What was said, in your own words").fill(OUTLOOK)
    page.get_by_label("Name and telephone number").fill(CONTACT)
    page.get_by_role("button", name="Save", exact=True).click()
    # What is wrong is named and leads to its box, by keyboard
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row.get_by_label("By when")).to_be_focused()
    clinic.is_accessible()
    page.keyboard.press("Control+A")
    page.keyboard.type("today")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("without the name it is not kept")
    page.get_by_label("Who has talked about it with the patient").fill("Dr Jane Okafor")
    page.get_by_role("button", name="Save", exact=True).click()
    # Back before the signature
    expect(page.locator("#who").locator("xpath=ancestor::section")).to_contain_text("Dr Samir Haddad")
    when_signing_the_plan(clinic)
    expect(page.get_by_role("heading", name=re.compile("^Care plan 1,"))).to_be_visible()
    expect(page.locator(".plan-glance")).to_contain_text("Dr Samir Haddad")
    # To the patient's version and back
    page.get_by_role("link", name="Patient and family").click()
    expect(page.get_by_role("heading", name="Care plan for the patient and family")).to_be_visible()
    expect(page.locator(".patient-copy")).not_to_contain_text(OUTLOOK)
    page.get_by_label("Large print").check()
    page.get_by_label("Include the outlook that was talked through with the patient").check()
    page.get_by_role("button", name="Show what is printed").click()
    expect(page.locator(".patient-copy-large")).to_contain_text(OUTLOOK)
    clinic.is_accessible()
    clinic.fits()


def test_each_sheet_for_the_patient_names_whose_it_is(clinic: Clinic, plan: SignedPlan) -> None:
    clinic.opens("patient_copy_print", plan.pk)
    assert smallest_print(clinic) >= 14
    sheets = sheets_of(clinic)
    patient = plan.patient
    for number, sheet in enumerate(sheets, start=1):
        for words in (
            f"{patient.given_names} {patient.family_name}",
            "14 July 1961",
            f"{patient.nhs_number[:3]} {patient.nhs_number[3:6]} {patient.nhs_number[6:]}",
            patient.hospital_number,
            f"Page {number} of {len(sheets)}",
        ):
            assert words in sheet, (number, words)
    text = " ".join(sheets)
    assert OUTLOOK not in text
    assert "Chase the report" not in text
    for screen in ("Left out", "Show what is printed", "Sign out", "Back to the version"):
        assert screen not in text


def test_large_print_is_large_and_says_the_same(clinic: Clinic, plan: SignedPlan) -> None:
    url = clinic.server + address("patient_copy_print", plan.pk)
    clinic.page.goto(url)
    usual = sheets_of(clinic)
    clinic.page.goto(f"{url}?large=yes&outlook=yes")
    assert smallest_print(clinic) >= 18
    large = sheets_of(clinic)
    assert len(large) > len(usual)
    assert OUTLOOK in " ".join(large)
    for part in ("urgent", "will_do", "talk", "not_now"):
        for one in plan.body_document["patient_copy"][part]:
            first = " ".join(clean(one["text"]).split()[:4])  # a sentence may end on the next sheet
            assert first in " ".join(usual)
            assert first in " ".join(large)


def test_a_replaced_plan_says_so_on_every_sheet(clinic: Clinic, cast: Cast, patient: Patient, plan: SignedPlan) -> None:
    factories.make_plan(cast.consultant, patient)
    for view, fewest in (("plan_print", 3), ("patient_copy_print", 2)):
        clinic.opens(view, plan.pk)
        sheets = sheets_of(clinic)
        assert len(sheets) >= fewest
        for sheet in sheets:
            assert sheet.count("SUPERSEDED") >= 2, view  # across the sheet, and at its foot


def test_a_draft_says_so_on_every_sheet(clinic: Clinic, answered: Assessment) -> None:
    clinic.opens("plan_sign", answered.pk)
    clinic.page.get_by_role("link", name="Print as a draft, not signed").click()
    clinic.page.locator(".watermark", has_text=DRAFT).wait_for()
    sheets = sheets_of(clinic)
    assert len(sheets) >= 3
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.count(ON_PAPER) >= 3, number
        assert answered.patient.hospital_number in sheet
        assert f"Page {number} of {len(sheets)}" in sheet
    assert "Signed by" not in " ".join(sheets)
