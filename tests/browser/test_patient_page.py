"""The worklist and the patient's page in a browser: the own list, the timeline, the trends, on paper as well."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from patients.findings import Answer
from patients.models import Patient
from patients.services.patients import AllergyEntry
from patients.services.plans import withdraw_plan
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.cast import Cast
from tests.patients.weeks import drafted_on, on, signed_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 1440, 1920, 820)


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def followed(cast: Cast, release: object) -> Patient:
    """Seen over twelve weeks: four plans, one of them withdrawn, and an open draft."""
    patient = factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        family_name="Featherstonehaugh-Cholmondeley-Exampleton",
        given_names="Alexandrina Wilhelmina Theodora",
        title="Professor Dame",
        allergy_status="known",
        allergies=tuple(AllergyEntry(f"substance {number}", "rash", date(2019, 3, 3)) for number in range(9)),
    )
    first: dict[str, Any] = {**factories.FAVOURABLE, "kps": "90", "csf_protein": "0.48 g/L"}
    signed_on(days_ago(84), cast.consultant, patient, first)
    second = {"kps": "80", "csf_protein": "95 mg/dL", "ventricular_device": "reservoir"}
    signed_on(days_ago(63), cast.consultant, patient, second)
    signed_on(days_ago(42), cast.consultant, patient, {"intrathecal_therapy": "ongoing"})
    wrong = signed_on(days_ago(20), cast.consultant, patient, {"kps": "30"})
    with on(days_ago(19)):
        withdraw_plan(wrong, by=cast.consultant, reason="Entered for another patient")
    bleed = {"intracranial_bleed": Answer("present", observed_on="-2d"), "kps": "60"}
    drafted_on(days_ago(1), cast.consultant, patient, bleed)
    return patient


def test_a_record_of_weeks_at_every_width_and_in_the_colours_of_the_system(clinic: Clinic, followed: Patient) -> None:
    clinic.opens("patient_detail", followed.pk)
    for width in WIDTHS:
        clinic.page.set_viewport_size({"width": width, "height": 900})
        clinic.fits()
        expect(clinic.page.get_by_role("img", name="Karnofsky performance status (KPS) over time")).to_be_visible()
    clinic.is_accessible()
    # And in the colours of the system every mark of the drawings stands out
    clinic.page.emulate_media(forced_colors="active")
    background = clinic.page.evaluate(
        "getComputedStyle(document.querySelector('.panel-box:has(#trends)')).backgroundColor"
    )
    painted = {"trend-line": "stroke", "trend-point": "fill", "trend-text": "fill", "trend-limit": "stroke"}
    for mark, paint in painted.items():
        colour = clinic.page.evaluate(f"getComputedStyle(document.querySelector('.{mark}')).{paint}")
        assert colour not in {background, "none"}, mark


def test_the_timeline_leads_by_keyboard_to_what_each_entry_came_from(clinic: Clinic, followed: Patient) -> None:
    # Given the page, whose timeline is a list of links in the order of their days
    clinic.opens("patient_detail", followed.pk)
    entries = clinic.page.locator("#timeline > li")
    days = entries.locator("time").evaluate_all("found => found.map(one => one.dateTime)")
    assert days == sorted(days)
    # When somebody goes on by Tab from the first entry
    entries.first.get_by_role("link").focus()
    clinic.page.keyboard.press("Tab")
    # Then the second entry has the focus, and Enter opens the care plan that it came from
    expect(entries.nth(1).get_by_role("link")).to_be_focused()
    clinic.page.keyboard.press("Enter")
    clinic.page.get_by_role("heading", name="Care plan 1").first.wait_for()
    # And a plan withdrawn is named as that, while its values stand in no chart
    clinic.page.go_back()
    void = clinic.page.locator(".timeline-void")
    assert [clean(one).split(" ", 1)[1] for one in void.all_inner_texts()][1].startswith("Care plan 4 withdrawn as")
    values = clinic.page.locator("#trends .trend").nth(1).locator(".trend-value").all_text_contents()
    table = clinic.page.locator("#trends .trend").nth(1).locator("tbody strong").all_inner_texts()
    assert (values, table) == (["90", "80", "60"], ["90", "80", "60"])
    # And the bleed of the draft leads to its question
    clinic.page.get_by_role("link", name="Intracranial bleeding: Present").click()
    expect(clinic.question("intracranial_bleed")).to_be_in_viewport()


def test_a_patient_is_put_on_the_own_list_and_taken_off_it(clinic: Clinic, patient: Patient) -> None:
    # Given an empty own list, so that the wards are shown
    clinic.opens("worklist")
    clinic.page.get_by_role("link", name="My list (0)").wait_for()
    # When the patient is put on it from the own page
    clinic.page.get_by_role("link", name=patient.family_name.upper()).click()
    clinic.page.get_by_role("button", name="Add to my list").click()
    clinic.page.get_by_text("The patient is on your list.").wait_for()
    # Then the worklist opens with it, sorted by links that turn round
    clinic.opens("worklist")
    chosen = clinic.page.get_by_role("link", name="My list (1)")
    expect(chosen).to_have_attribute("aria-current", "true")
    clinic.page.get_by_role("link", name="Born").click()
    clinic.page.get_by_role("columnheader", name="Born").get_by_role("link").click()
    expect(clinic.page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    expect(chosen).to_have_attribute("aria-current", "true")
    clinic.is_accessible()
    clinic.page.set_viewport_size({"width": 820, "height": 1180})
    clinic.fits()
    widths = clinic.page.locator("#patient-rows tbody th").evaluate_all("all => all.map(one => one.clientWidth)")
    assert min(widths) > 180, "names are broken up"
    # And it is taken off again
    clinic.opens("patient_detail", patient.pk)
    clinic.page.get_by_role("button", name="Remove from my list").click()
    clinic.page.get_by_role("button", name="Add to my list").wait_for()


def test_every_sheet_of_paper_names_the_patient_and_has_all_of_the_record(clinic: Clinic, followed: Patient) -> None:
    clinic.opens("patient_detail", followed.pk)
    paper = PdfReader(io.BytesIO(clinic.page.pdf(format="A4", margin={"top": "12mm", "bottom": "12mm"})))
    sheets = [clean(sheet.extract_text()) for sheet in paper.pages]
    assert len(sheets) > 2
    assert all("FEATHERSTONEHAUGH" in sheet and "NHS No." in sheet for sheet in sheets)
    everything = " ".join(sheets)
    for words in (
        "substance 8",
        "Care plan 4 withdrawn as entered in error",
        "Converted from 0.48",
        "rules look at 70",
    ):
        assert words in everything, words
    assert "Sign out" not in everything
