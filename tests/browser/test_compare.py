"""Two assessments beside one another: by keyboard, at two widths, without colours, and on paper."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments import start_assessment
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.cast import Cast
from tests.patients.comparing import MILDER, SETTLING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORSE: dict[str, Any] = {
    "kps": "70",
    "intracranial_bleed": Answer("present", observed_on="-3d"),
    "csf_flow": Answer("", why_unknown="not_assessed"),
}


@pytest.fixture
def plan(cast: Cast, patient: Patient) -> SignedPlan:
    """Signed ten days ago on the guidance of then; since then another release has come into force."""
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        signed = factories.make_plan(cast.consultant, patient, SETTLING)
    factories.newer_release(MILDER)
    return signed


@pytest.fixture
def reassessment(cast: Cast, patient: Patient, plan: SignedPlan) -> Assessment:
    draft = start_assessment(patient, by=cast.consultant)
    return factories.save(draft, cast.consultant, WORSE, priorities="To be at home.").assessment


def then_each_change_names_its_cause(text: str) -> None:
    assert "because the patient changed: Intracranial bleeding: was None" in text
    assert "because the guidance changed: release 1 → 2" in text
    assert "No longer known" in text
    assert "Down 10" in text


def test_comparing_by_keyboard_alone(clinic: Clinic, reassessment: Assessment) -> None:
    page = clinic.page
    clinic.opens_assessment(reassessment)
    page.get_by_role("link", name="Compare with the last assessment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Compare assessments")).to_be_visible()
    then_each_change_names_its_cause(clean(page.locator("main").inner_text()))
    rules = page.locator("summary", has_text="Whole-brain radiotherapy: what the guidance says now")
    rules.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".compare-rules ins").first).to_be_visible()
    expect(page.locator(".compare-rules del").first).to_be_visible()
    page.get_by_role("link", name="All (").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr", has_text="CSF cytology")).to_contain_text("Unchanged")
    page.get_by_label("with", exact=True).focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Compare", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text("Not an assessment")
    assert "the patient changed" not in page.locator("main").inner_text()


def test_it_fits_and_is_accessible_in_every_state(clinic: Clinic, reassessment: Assessment) -> None:
    page = clinic.page
    clinic.opens("compare", reassessment.patient_id)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    clinic.is_accessible()
    for width in (1280, 1920, 820):
        page.set_viewport_size({"width": width, "height": 900})
        clinic.fits()
    same = f"?earlier={reassessment.pk}&later={reassessment.pk}"
    page.goto(page.url.split("?")[0] + same)
    expect(page.locator(".strip-warning")).to_contain_text("These two are the same assessment.")
    clinic.is_accessible()
    page.set_viewport_size({"width": 320, "height": 900})
    clinic.opens("compare", reassessment.patient_id)
    clinic.fits()
    page.emulate_media(forced_colors="active")
    for mark, line in (("ins", "underline"), ("del", "line-through")):
        shown = page.locator(f".compared-text {mark}").first.evaluate(
            "(one) => getComputedStyle(one).textDecorationLine"
        )
        assert line in shown


def test_each_sheet_of_paper_names_the_patient(clinic: Clinic, reassessment: Assessment) -> None:
    clinic.opens("compare", reassessment.patient_id)
    clinic.page.get_by_role("link", name="All (").click()
    clinic.page.get_by_role("link", name="Print").click()
    expect(clinic.page.get_by_role("button", name="Print")).to_be_visible()
    clinic.is_accessible()
    paper = PdfReader(io.BytesIO(clinic.page.pdf(prefer_css_page_size=True)))
    assert all(round(float(sheet.mediabox.height)) in {841, 842} for sheet in paper.pages), "not A4"
    sheets = [clean(sheet.extract_text()) for sheet in paper.pages]
    patient = reassessment.patient
    assert len(sheets) >= 2
    for number, sheet in enumerate(sheets, start=1):
        assert f"{patient.family_name.upper()}, Anna (Ms)" in sheet, number
        assert patient.hospital_number in sheet, number
        assert f"Page {number} of {len(sheets)}" in sheet, number
        assert "Comparison of two assessments; not a care plan. Printed" in sheet, number
    text = " ".join(sheets)
    then_each_change_names_its_cause(text)
    assert "Take whole-brain radiotherapy to the team." in text
    for words in ("Sign out", "Back to the comparison"):
        assert words not in text
